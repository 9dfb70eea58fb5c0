using System.Globalization;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Paper;
using Orrery.Domain.Models;
using Orrery.Quantities;

namespace Orrery.Cli.Compare;

/// <summary>The comparison for people: paper first, then what is delivered and why, then how sure.</summary>
internal static class CompareText
{
    public static void Write(Screen screen, SystemComparison comparison, Func<Transformer, string> modelText)
    {
        var contestants = comparison.Question.Contestants;
        foreach (var line in Headline(comparison))
        {
            screen.Line(screen.Bold(line));
        }

        screen.Heading("On paper");
        Paper(comparison.Paper, contestants).WriteTo(screen, indent: 2);
        foreach (var note in comparison.Paper.Notes)
        {
            screen.Line("  * " + note + ".");
        }

        foreach (var bout in comparison.Bouts)
        {
            screen.Heading($"Delivered: training {bout.Model.Name}, {Precision(bout)}");
            CompareTable.Of(bout, contestants).WriteTo(screen, indent: 2);
            foreach (var result in bout.Results.Where(result => result.Best is null))
            {
                screen.Line($"  {result.Contestant.Name}: no. {result.WhyNot}");
            }

            foreach (var line in Ratios(bout))
            {
                screen.Line("  " + line);
            }
        }

        screen.Heading("How sure");
        screen.Line("  The range of a delivered ratio takes the ranges of the two systems below as independent of each other.");
        foreach (var line in HowSureText.Of(comparison.Bouts))
        {
            screen.Line("  " + line);
        }

        screen.Heading("Again, one by one");
        foreach (var result in comparison.Bouts.SelectMany(bout => bout.Results.Select(result => (bout, result))).Where(entry => entry.result.Best is not null))
        {
            screen.Line("  " + Command(result.result, modelText(result.bout.Model)));
        }
    }

    /// <summary>Every figure on a line of its own, for programs.</summary>
    public static Table Flat(SystemComparison comparison)
    {
        var table = new Table(
            new Column("section"), new Column("model"), new Column("precision"), new Column("figure"), new Column("unit"), new Column("system"), new Column("value"), new Column("ratio"));
        var contestants = comparison.Question.Contestants;
        foreach (var row in comparison.Paper.Rows)
        {
            for (var i = 0; i < contestants.Count; i++)
            {
                table.Add("paper", "", "", row.Id, row.Unit, contestants[i].Text, row.Figures[i] is { } figure ? Number.Raw(figure.Value) : "",
                    row.Ratio(i) is { } ratio ? Number.Raw(ratio) : "");
            }
        }

        foreach (var bout in comparison.Bouts)
        {
            foreach (var line in CompareTable.Lines.Where(line => line.Value is not null))
            {
                foreach (var result in bout.Results)
                {
                    var (value, first) = (line.Value!(result), line.Value(bout.Results[0]));
                    table.Add("delivered", bout.Model.Id, Words.Of(Words.Precisions, result.Precision), line.Id, line.Unit, result.Contestant.Text,
                        value is { } number ? Number.Raw(number) : "", value / first is { } ratio ? Number.Raw(ratio) : "");
                }
            }
        }

        return table;
    }

    public static string Command(DeliveredResult result, string model) => StrategyText.Command(
        model, result.Contestant.Cluster.System.Id, result.Contestant.Cluster.Chips, result.Best!.Workload, result.Best.Strategy, result.Contestant.Stack.Id);

    public static string Precision(Bout bout) => bout.Choice.Precision is { } one
        ? $"{Words.Of(Words.Precisions, one)} on all"
        : $"each at its fastest ({string.Join(", ", bout.Results.Select(result => result.Best is null ? "nothing fits" : Words.Of(Words.Precisions, result.Precision)))})";

    /// <summary>The answer in one line for each question asked.</summary>
    private static IEnumerable<string> Headline(SystemComparison comparison)
    {
        var contestants = comparison.Question.Contestants;
        for (var i = 1; i < contestants.Count; i++)
        {
            yield return $"{contestants[i].Name} over {contestants[0].Name}:";
            foreach (var bout in comparison.Bouts)
            {
                yield return bout.DeliveredRatio(i) is { } delivered && bout.PaperRatio(i) is { } paper
                    ? $"  {bout.Model.Id}, {Precision(bout)}: {Number.Ratio(paper)} on paper, {Number.Ratio(delivered)} delivered{Range(bout.DeliveredRange(i))}"
                    : $"  {bout.Model.Id}, {Precision(bout)}: no ratio, since one of them cannot train it";
            }
        }
    }

    private static string Range((double Low, double High)? range) =>
        range is var (low, high) ? $" ({Number.Ratio(low)} to {Number.Ratio(high)})" : "";

    private static Table Paper(PaperSheet sheet, IReadOnlyList<Contestant> contestants)
    {
        var table = new Table(
        [
            new Column(""), new Column(""),
            .. contestants.Select(contestant => new Column(contestant.Name, Align.Right)),
            .. CompareTable.RatioColumns(contestants),
        ]);
        foreach (var row in sheet.Rows)
        {
            table.Add(
            [
                (row.Alternative ? "  " : "") + row.Label, row.Unit,
                .. row.Figures.Select(figure => figure is null ? "none" : Figure(row, figure)),
                .. Enumerable.Range(1, contestants.Count - 1).Select(i => row.Ratio(i) is { } ratio ? Number.Ratio(ratio) : "-"),
            ]);
        }

        return table;
    }

    // Bandwidths in Gb/s are quoted to the last digit elsewhere, so that they can be recognised here.
    private static string Figure(PaperRow row, PaperFigure figure) => row.Unit switch
    {
        "" or "Gb/s" => Number.Count(figure.Value),
        _ => Number.Text(figure.Value) + (figure.High > figure.Low ? $" ({Number.Text(figure.Low)}-{Number.Text(figure.High)})" : ""),
    };

    /// <summary>What failures add to the reason, where both are known.</summary>
    private static string Kept(DeliveredResult first, DeliveredResult other) =>
        first.Goodput?.Goodput is { } one && other.Goodput?.Goodput is { } another
            ? $", and failures leave it {Number.Percent(another.Ettr)} of its time where they leave {Number.Percent(one.Ettr)}"
            : "";

    private static IEnumerable<string> Ratios(Bout bout)
    {
        for (var i = 1; i < bout.Results.Count; i++)
        {
            if (bout.DeliveredRatio(i) is { } delivered && bout.PaperRatio(i) is { } paper)
            {
                var (first, other) = (bout.Results[0], bout.Results[i]);
                var matmul = bout.MatmulRatio(i)!.Value;
                var paperText = Number.Ratio(paper) + (Math.Abs((matmul / paper) - 1) > 0.005 ? $" ({Number.Ratio(matmul)} on matrix units alone)" : "");
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"{other.Contestant.Name}: paper {paperText}, delivered {Number.Ratio(delivered)}, because it turns {Number.Percent(other.Best!.Mfu)} of its peak into model compute where {first.Contestant.Name} turns {Number.Percent(first.Best!.Mfu)}{Kept(first, other)}.");
            }
        }

        foreach (var result in bout.Results.Where(result => result.Best is not null))
        {
            yield return $"{result.Contestant.Name}: {GoodputText.Brief(result.Goodput!)}.";
            yield return $"{result.Contestant.Name}: bound by {result.Levers[0].Lever.Name}; throughput gained from 10 % more of each: "
                + string.Join(", ", result.Levers.Take(3).Select(lever => $"{lever.Lever.Name} {Number.Change(lever.Gain)}"))
                + (result.Proof is { } proof ? $". Nothing better among {Number.Text((double)proof.Strategies)} strategies ({Number.Text((double)proof.Evaluated)} evaluated, the others ruled out by bounds)." : ".");
        }
    }
}
