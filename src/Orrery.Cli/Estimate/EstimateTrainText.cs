using Orrery.Analysis.Reliability;
using Orrery.Analysis.Training;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Sensitivity;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain.Workloads;
using Orrery.Quantities;

namespace Orrery.Cli.Estimate;

/// <summary>The estimate for people: the answer first, then where it goes, why, how sure, and how to ask again.</summary>
internal static class EstimateTrainText
{
    private const int LeversShown = 3;

    // What rounds to 0.0 % is shown together, so that the table still sums to the whole.
    private const double LeastShare = 0.0005;

    // Below this a part is what rounding left over, not time that anyone could measure.
    private const double Residue = 1e-6;

    public static void Write(
        Screen screen, EstimateTrainRequest request, TrainingEstimate estimate,
        IReadOnlyList<LeverEffect> levers, PredictionRange range, PredictionInterval? interval,
        (TrainingGoodput Training, GoodputRange? Range) goodput, string command)
    {
        var (workload, cluster) = (request.Workload, request.Cluster);
        screen.Line(screen.Bold(Verdict(estimate)));
        screen.Line($"{workload.Model.Name} on {Number.Count(cluster.Chips)} chips of {cluster.System.Name}, {Words.Of(Words.Precisions, workload.Precision)}, "
            + $"{Number.Count(workload.GlobalBatch)} x {Number.Count(workload.SequenceLength)} tokens a step, {(workload.Task == TrainingTask.Pretrain ? "" : Words.Of(Words.Tasks, workload.Task) + ", ")}{StrategyText.Short(request.Strategy)}; software {request.Stack.Name}");

        screen.Heading("How fast");
        new Table(new Column(""), new Column("", Align.Right), new Column(""))
            .Add("one step", Number.Time(estimate.Iteration.Value), "")
            .Add("throughput", $"{Number.Text(estimate.TokensPerSecondPerChip)} tokens/s", "a chip")
            .Add("", $"{Number.Text(estimate.TokensPerSecond)} tokens/s", "all chips")
            .Add("model compute", estimate.ModelFlopsPerSecondPerChip.ToString(), "a chip")
            .Add("MFU", Number.Percent(estimate.Mfu), $"of {estimate.Peak} dense")
            .Add("HFU", Number.Percent(estimate.Hfu), "recompute counted")
            .WriteTo(screen, indent: 2);

        screen.Heading("Where the time goes");
        Parts(estimate, raw: false).WriteTo(screen, indent: 2);

        screen.Heading("Where the memory goes, fullest chip");
        MemoryTable(estimate.Memory).WriteTo(screen, indent: 2);

        if (PlacementText.OrderMatters(estimate))
        {
            screen.Heading($"Where groups lie, innermost first {estimate.Strategy.Order}");
            PlacementText.Table(estimate).WriteTo(screen, indent: 2);
        }

        GoodputText.Write(screen, goodput.Training, goodput.Range);

        screen.Heading("Why");
        screen.Line($"  The largest part of a step is {Words.Of(estimate.LargestPart)} ({Number.Percent(estimate.Parts[estimate.LargestPart] / estimate.Iteration.Value)}); the binding resource is {levers[0].Lever.Name}.");
        screen.Line("  Throughput gained from 10 % more of each, all else equal: "
            + string.Join(", ", levers.Take(LeversShown).Select(effect => $"{effect.Lever.Name} {Number.Change(effect.Gain)}")) + ".");

        screen.Heading("How sure");
        HowSure(screen, estimate, range, interval);

        screen.Heading("Again");
        screen.Line("  " + command);
    }

    /// <summary>The parts and their sum; <paramref name="raw"/> for programs.</summary>
    public static Table Parts(TrainingEstimate estimate, bool raw)
    {
        var table = raw
            ? new Table(new Column("part"), new Column("time_s"), new Column("share"))
            : new Table(new Column(""), new Column("time", Align.Right), new Column("share", Align.Right));
        var rest = 0.0;
        foreach (var part in Enum.GetValues<StepPart>().OrderByDescending(part => estimate.Parts[part]))
        {
            var time = estimate.Parts[part];
            if (raw || time >= estimate.Iteration.Value * LeastShare)
            {
                Add(raw ? Words.Key(part) : Words.Of(part), time);
            }
            else
            {
                rest += time;
            }
        }

        if (rest > estimate.Iteration.Value * Residue)
        {
            Add("all others", rest);
        }

        Add(raw ? "iteration_s" : "one step", estimate.Iteration.Value);
        return table;

        void Add(string name, double time)
        {
            var share = time / estimate.Iteration.Value;
            table.Add(name, raw ? Number.Raw(time) : Number.Time(time), raw ? Number.Raw(share) : share < LeastShare ? "< 0.1 %" : Number.Percent(share));
        }
    }

    private static string Verdict(TrainingEstimate estimate)
    {
        var memory = estimate.Memory;
        if (memory.Fits)
        {
            return $"Fits: {memory.Total} of {memory.Capacity} a chip. {Number.Time(estimate.Iteration.Value)} a step, {Number.Text(estimate.TokensPerSecondPerChip)} tokens/s a chip, MFU {Number.Percent(estimate.Mfu)}.";
        }

        var reasons = new List<string>();
        if (memory.Total.Value > memory.Capacity.Value)
        {
            reasons.Add($"it needs {memory.Total} a chip and there is {memory.Capacity}");
        }

        if (memory.HostCapacity is { } host && memory.Host.Value > host.Value)
        {
            reasons.Add($"{memory.Host} a chip would wait in host memory and there is {host}");
        }

        return $"No: {string.Join("; ", reasons)}. If it fitted: {Number.Time(estimate.Iteration.Value)} a step, MFU {Number.Percent(estimate.Mfu)}.";
    }

    public static Table MemoryTable(TrainingMemory memory)
    {
        var table = new Table(new Column(""), new Column("memory", Align.Right), new Column("of the chip", Align.Right));
        foreach (var (name, bytes) in EstimateTrainJson.MemoryParts(memory))
        {
            if (bytes.Value > 0)
            {
                table.Add(name, bytes.ToString(), Number.Percent(bytes.Value / memory.Capacity.Value));
            }
        }

        table.Add("all", memory.Total.ToString(), Number.Percent(memory.Total.Value / memory.Capacity.Value));
        return memory.Host.Value > 0 ? table.Note(HostText(memory)) : table;
    }

    private static string HostText(TrainingMemory memory) => $"In host memory wait another {memory.Host}: "
        + (memory.HostCapacity is { } host
            ? $"{Number.Percent(memory.Host.Value / host.Value)} of the {host} that a chip may use."
            : "the catalog does not say how much there is.");

    /// <summary>The interval, where it comes from, and what of it the catalog's ranges alone explain.</summary>
    public static void HowSure(Screen screen, TrainingEstimate estimate, PredictionRange range, PredictionInterval? interval)
    {
        foreach (var sentence in IntervalText.Sentences(estimate, interval))
        {
            screen.Line("  " + sentence);
        }

        screen.Line(RangeText(range));
    }

    private static string RangeText(PredictionRange range)
    {
        if (range.Widest is not { } widest)
        {
            return "  Every input is measured or published; no range follows from the catalog.";
        }

        return $"  {Number.Time(range.Fastest)} to {Number.Time(range.Slowest)} a step from what the catalog does not know exactly. "
            + $"Widest: {widest.Input.Path} = {widest.Input.Text} ({widest.Input.LowText} to {widest.Input.HighText}, {widest.Input.Confidence.ToString().ToLowerInvariant()}, {widest.Input.Source}), "
            + $"which alone moves a step from {Number.Time(widest.Fastest)} to {Number.Time(widest.Slowest)}.";
    }
}
