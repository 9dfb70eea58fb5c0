using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Delivered;
using Orrery.Domain.Models;

namespace Orrery.Cli.Compare;

/// <summary>How far predictions may be off: what the catalog does not know exactly, and how far off earlier ones have been.</summary>
internal static class HowSureText
{
    /// <param name="withBatch">Whether one system appears with several batches, which must be told apart.</param>
    public static IEnumerable<string> Of(IEnumerable<Bout> bouts, bool withBatch = false)
    {
        var results = bouts.SelectMany(bout => bout.Results.Select(result => (bout.Model, Result: result))).Where(entry => entry.Result.Best is not null).ToList();
        return results.SelectMany(entry => Intervals(entry.Model, entry.Result, withBatch)
            .Append(Range(entry.Model, entry.Result, withBatch)).Concat(Goodput(entry.Model, entry.Result, withBatch))).Concat(results.Select(entry => Record(entry.Result))).Distinct();
    }

    /// <summary>Nothing where no interval was asked for.</summary>
    private static IEnumerable<string> Intervals(Transformer model, DeliveredResult result, bool withBatch) => result.Interval is null
        ? []
        : IntervalText.Sentences(result.Best!, result.Interval).Select(sentence => $"{Name(model, result, withBatch)}: {sentence}");

    private static string Name(Transformer model, DeliveredResult result, bool withBatch) =>
        $"{model.Id} on {result.Contestant.Name} ({Words.Of(Words.Precisions, result.Precision)}{(withBatch ? $", batch {Number.Count(result.Best!.Workload.GlobalBatch)}" : "")})";

    private static string Range(Transformer model, DeliveredResult result, bool withBatch)
    {
        var name = Name(model, result, withBatch);
        if (result.Range is not { Widest: { } widest } range)
        {
            return $"{name}: every input is measured or published.";
        }

        var tokens = result.Best!.Workload.TokensPerStep;
        return $"{name}: {Number.Text(tokens / range.Slowest)} to {Number.Text(tokens / range.Fastest)} tokens/s while steps run, from what the catalog does not know exactly; widest: {widest.Input.Path} {widest.Input.LowText} to {widest.Input.HighText} ({widest.Input.Confidence.ToString().ToLowerInvariant()}, {widest.Input.Source}).";
    }

    /// <summary>How far failures may move it; nothing where nobody asked.</summary>
    private static IEnumerable<string> Goodput(Transformer model, DeliveredResult result, bool withBatch)
    {
        if (result.Goodput is { Goodput: null } unknown)
        {
            yield return $"{Name(model, result, withBatch)}: {GoodputText.Brief(unknown)}.";
        }
        else if (result.GoodputRange is { Widest: { } widest } range)
        {
            yield return $"{Name(model, result, withBatch)}: an ETTR of {Number.Percent(range.Lowest)} to {Number.Percent(range.Highest)}; widest: {widest.Input.Path} {widest.Input.LowText} to {widest.Input.HighText} ({widest.Input.Confidence.ToString().ToLowerInvariant()}, {widest.Input.Source}).";
        }
    }

    private static string Record(DeliveredResult result)
    {
        var (name, chip) = (result.Contestant.Cluster.System.Name, result.Contestant.Cluster.Chip);
        if (result.Record is not { } record)
        {
            return $"{name}: no published result has been judged yet.";
        }

        var errors = $"predictions were off by a median of {Number.Percent(record.MedianError)}, nine in ten by less than {Number.Percent(record.P90Error)} ({Number.Count(record.Rows)} published results)";
        return record.Group == $"chip:{chip.Id}"
            ? $"{name}: on {chip.Name}, {errors}."
            : $"{name}: nobody has published enough results on {chip.Name} to judge by; on the other chips, for models of this class ({record.Group.Split(':')[^1]}), {errors}.";
    }
}
