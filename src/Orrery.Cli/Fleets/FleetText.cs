using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Domain.Hardware;
using Orrery.Policy.Fleets;

namespace Orrery.Cli.Fleets;

/// <summary>Fleets for people: what they are worth, of what that is made, what is not known.</summary>
internal static class FleetText
{
    private const int DriversTold = 3;
    private const int GroupsTold = 25;
    private const int CountriesTold = 5;

    private static readonly FleetFigure[] Explained =
        [FleetFigure.DeliveredDense, FleetFigure.DeliveredDecode, FleetFigure.ClusterRun, FleetFigure.FrontierRuns, FleetFigure.BigShare, FleetFigure.EnergyAYear];

    public static void Write(Screen screen, FleetAnswer answer)
    {
        var study = answer.Study;
        foreach (var result in study.Results)
        {
            screen.Line(screen.Bold($"{result.Fleet.Name}:"));
            foreach (var line in Headline(study.Question, result))
            {
                screen.Line(screen.Bold("  " + line));
            }
        }

        screen.Heading("Figures");
        var table = FleetTables.Figures(answer);
        table.Note("delivered: tokens a second of all chips, each chip as in a cluster of the workload's size, over those of one H100 of a DGX H100");
        table.WriteTo(screen, indent: 2);
        foreach (var parity in answer.Parities)
        {
            screen.Heading($"Chips to parity: {parity.Other.Fleet.Name} with {parity.First.Fleet.Name}");
            foreach (var line in Parity(study.Question, parity))
            {
                screen.Line("  " + line);
            }
        }

        foreach (var result in study.Results)
        {
            screen.Heading($"What {result.Fleet.Id} is made of");
            Holdings(screen, answer, result);
        }

        screen.Heading("How sure");
        foreach (var line in study.Results.SelectMany(result => HowSure(study, result)))
        {
            screen.Line("  " + line);
        }

        screen.Line($"  Intervals hold {study.Question.Level * 100:0} % of {Number.Count(study.Question.Samples)} draws of everything that has a range; a range is drawn as a triangle over its ends and value, an error of prediction as its 80 % interval says.");
        screen.Line("  In brackets: the square of the rank correlation with the figure.");
        screen.Heading("How it is counted");
        foreach (var line in Counted(study))
        {
            screen.Line("  " + line);
        }

        screen.Heading("Again");
        screen.Line("  " + answer.Command);
    }

    private static IEnumerable<string> Headline(FleetQuestion question, FleetResult result)
    {
        var paper = result[Paper(result.Fleet.CountedBy)];
        yield return $"{FleetNumber.Count(paper.Value)} H100e on paper; delivered {FleetNumber.Count(result[FleetFigure.DeliveredDense].Value)} in dense pre-training ({FleetNumber.Interval(result[FleetFigure.DeliveredDense])}), "
            + $"{FleetNumber.Count(result[FleetFigure.DeliveredMoe].Value)} in MoE pre-training, {FleetNumber.Count(result[FleetFigure.DeliveredDecode].Value)} in decode";
        var run = result[FleetFigure.ClusterRun];
        yield return run.Value <= 0
            ? $"no cluster trains {question.Dense.Model}"
            : $"largest run in {question.Days:0.##} d on one cluster: {FleetNumber.Flop(run.Value)} FLOP ({FleetNumber.Interval(run)}); frontier runs of {FleetNumber.Flop(question.FrontierFlop.Value)} FLOP: {FleetNumber.Text(FleetFigure.FrontierRuns, result[FleetFigure.FrontierRuns].Value)} a year ({FleetNumber.Interval(result[FleetFigure.FrontierRuns])})";
        var matters = question.BigCluster is { } least ? $"of {FleetNumber.Count(least)} H100e or more" : "that finish a frontier run in time";
        yield return $"{Number.Percent(result[FleetFigure.BigShare].Value)} stands in clusters {matters} ({FleetNumber.Interval(result[FleetFigure.BigShare])}); {FleetNumber.Text(FleetFigure.EnergyAYear, result[FleetFigure.EnergyAYear].Value)} TWh a year";
    }

    private static FleetFigure Paper(H100Count count) => FleetFigure.PaperTpp + (int)count;

    private static IEnumerable<string> Parity(FleetQuestion question, FleetParity parity)
    {
        foreach (var figure in new[] { FleetFigure.PaperEpoch, FleetFigure.DeliveredDense, FleetFigure.DeliveredMoe, FleetFigure.DeliveredDecode })
        {
            if (parity.ChipsToMatch(figure) is not { } chips)
            {
                continue;
            }

            var ratio = parity[figure];
            yield return $"{figure.Name()}: {FleetNumber.Count(chips)} chips of its mix, {Number.Ratio(1 / ratio.Value)} what it has ({Number.Ratio(1 / ratio.High)} to {Number.Ratio(1 / ratio.Low)})";
        }

        if (parity.Run is not { } run)
        {
            yield return "its chips train no such run at any number, or none of them is planned";
            yield break;
        }

        yield return double.IsFinite(run.Chips)
            ? $"largest run: {FleetNumber.Count(run.Chips)} chips of {run.System.Name} in one cluster ({Ends(run)}), which has {FleetNumber.Count(run.Has)} in its largest: {Number.Ratio(run.Chips / run.Has)}"
            : $"largest run: no number of chips of {run.System.Name} up to {FleetNumber.Count(run.LookedUpTo)} in one cluster finishes it in {question.Days:0.##} d ({Ends(run)})";

        static string Ends(ChipsForRun run) => double.IsFinite(run.Low)
            ? $"{FleetNumber.Count(run.Low)} to {(double.IsFinite(run.High) ? FleetNumber.Count(run.High) : "no number")}"
            : "no number in nine draws of ten";
    }

    private static void Holdings(Screen screen, FleetAnswer answer, FleetResult result)
    {
        var table = FleetTables.Holdings(result, answer.Grouping);
        var groups = FleetTables.Groups(result, answer.Grouping).ToList();
        if (groups.Count > GroupsTold)
        {
            table = FleetTables.Holdings(result with { Holdings = [.. groups.Take(GroupsTold).SelectMany(group => group.Holdings)] }, answer.Grouping);
            table.Note($"and {groups.Count - GroupsTold} more with {FleetNumber.Count(groups.Skip(GroupsTold).Sum(group => group.Sum(one => one.Paper)))} H100e on paper; --csv or --json lists all");
        }

        table.WriteTo(screen, indent: 2);
        foreach (var gap in result.Gaps)
        {
            screen.Line($"  Not in {gap.What}: {gap.Which}, {FleetNumber.Count(gap.H100e)} H100e on paper ({gap.Why}).");
        }

        if (answer.Rows.TryGetValue(result.Fleet.Id, out var rows))
        {
            if (rows.Unknown.Count > 0)
            {
                var countries = rows.Unknown.Take(CountriesTold).Select(entry => $"{entry.Country} {FleetNumber.Count(entry.H100e)}");
                screen.Line($"  Chips of unknown types by country, H100e: {string.Join(", ", countries)}{(rows.Unknown.Count > CountriesTold ? ", and others" : "")}.");
            }

            if (rows.Groups.Rows > 0)
            {
                screen.Line($"  {rows.Groups.Rows} rows, {FleetNumber.Count(rows.Groups.H100e)} H100e, are not marked as one cluster and are taken as one; --single leaves them out.");
            }

            screen.Line($"  {rows.Rows} rows of {result.Fleet.Dataset} count. Left out: {string.Join("; ", rows.LeftOut.Select(left => $"{left.Why} ({left.Rows} rows, {FleetNumber.Count(left.H100e)} H100e)"))}.");
        }

        if (result.Fleet.Notes.Length > 0)
        {
            screen.Line("  " + result.Fleet.Notes);
        }

        var assumed = result.Fleet.Holdings.Count(holding => holding.Amount.Confidence == Domain.Confidence.Assumed);
        if (assumed > 0)
        {
            screen.Line($"  {assumed} of {result.Fleet.Holdings.Count} amounts are assumed.");
        }
    }

    private static IEnumerable<string> HowSure(FleetStudy study, FleetResult result) => Explained
        .Select(figure => result[figure])
        .Where(quantity => quantity.Drivers.Count > 0)
        .Select(quantity => $"{result.Fleet.Id}, {quantity.Figure.Name()}: widened most by {string.Join(", ", quantity.Drivers.Take(DriversTold).Select(driver => $"{driver.Input.Name} ({driver.Share:0.00})"))}.");

    private static IEnumerable<string> Counted(FleetStudy study)
    {
        var question = study.Question;
        yield return $"Runs train {question.Dense.Model} on as many tokens as {question.Days:0.##} d allow; tokens that only make up for a large batch do not count ({question.Law.Name}), nor time that failures take.";
        yield return $"A cluster that finishes a frontier run runs several at once, each {question.Days:0.##} d long, on as many chips as one needs.";
        yield return $"H100e delivered are those of 'orrery effective' on the workloads {question.Dense.Id}, {question.Moe.Id} and {question.Decode.Id}.";
        yield return $"Tokens served: {question.Served.Id}, {ServingText.Range(question.Input)} tokens in and {ServingText.Range(question.Output)} out, mean TTFT at most {Number.Time(question.Targets.Ttft)}, mean TPOT at most {Number.Time(question.Targets.Tpot)}.";
        foreach (var plan in study.Plans.Values.OrderBy(plan => plan.System.Id, StringComparer.Ordinal))
        {
            var rates = new[] { ("dense", plan.Dense), ("MoE", plan.Moe), ("decode", plan.Decode), ("requests", plan.Serving) }
                .Where(entry => entry.Item2.IsKnown).Select(entry => $"{entry.Item1} {Number.Text(entry.Item2.TokensPerSecond)} ({entry.Item2.How})");
            yield return $"{plan.System.Id}, tokens/s a chip: {string.Join("; ", rates.DefaultIfEmpty("none known"))}.";
        }
    }
}
