using Orrery.Analysis.Serving;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Sensitivity;
using Orrery.Domain.Workloads;
using Orrery.Quantities;

namespace Orrery.Cli.Estimate;

/// <summary>The estimate for people: the answer first, then where it goes, why, how sure, and how to ask again.</summary>
internal static class EstimateServeText
{
    public static void Write(Screen screen, ServingRequest request, ServingEstimate estimate, IReadOnlyList<ServingLeverEffect> levers, ServingRange range, string command)
    {
        var workload = request.Workload;
        screen.Line(screen.Bold(Verdict(estimate)));
        screen.Line($"{workload.Model.Name} on {Number.Count(request.Cluster.Chips)} chips of {request.Cluster.System.Name}, {ServingText.Formats(workload)}, "
            + $"{ServingText.Range(workload.Input)} tokens in and {ServingText.Range(workload.Output)} out, {LoadText(estimate)}, {ServingText.Short(request.Deployment)}; engine {request.Engine.Name}");
        HowFast(screen, estimate);
        Where(screen, estimate);
        ServingWhyText.Write(screen, estimate, levers, range);
        screen.Heading("Again");
        screen.Line("  " + command);
    }

    /// <summary>Where the time and the memory of a deployment go.</summary>
    public static void Where(Screen screen, ServingEstimate estimate)
    {
        screen.Heading("Where the time to the first token goes");
        ServingTables.FirstToken(estimate).WriteTo(screen, indent: 2);
        screen.Heading("Where the time between tokens goes");
        ServingTables.LaterTokens(estimate).WriteTo(screen, indent: 2);
        screen.Heading($"Where a step's time goes ({Number.Text(estimate.Running)} requests a replica decode; a prompt alone)");
        ServingTables.Parts(estimate, raw: false).WriteTo(screen, indent: 2);
        Memory(screen, estimate);
        if (estimate.Balance is { } balance)
        {
            screen.Heading("The two pools");
            screen.Line($"  Prefill is {Number.Percent(balance.PrefillShare)} busy, decode {Number.Percent(balance.DecodeShare)}: {(balance.IsLimitedByPrefill ? "prefill" : "decode")} limits.");
            screen.Line($"  A prompt's keys and values, {balance.TransferBytes}, cross {balance.Tier.Name} in {Number.Time(estimate.Ttft.Transfer)}.");
        }
    }

    /// <summary>Why a deployment does not do; what it does where it does.</summary>
    public static string Verdict(ServingEstimate estimate)
    {
        var memory = estimate.Memory;
        var workload = estimate.Question.Workload;
        if (memory.CacheRoom.Value <= 0)
        {
            var need = new Bytes(memory.Weights.Value + memory.Activations.Value + memory.Reserve.Value);
            return $"No: weights, activations and reserve need {need} a chip and the engine may use {memory.Capacity}.";
        }

        if (estimate.LargestBatch < 1)
        {
            var longest = workload.Input.Most + workload.Output.Most;
            return $"No: {memory.CacheRoom} a chip is left for keys and values, and one request of {Number.Count(longest)} tokens needs {new Bytes(memory.SequenceBytes(longest))}.";
        }

        if (estimate.PrefillMemory is { } prefill && prefill.MostSequences(workload.Input.Most) < 1)
        {
            return $"No: a chip of the prefill pool has {new Bytes(Math.Max(0, prefill.CacheRoom.Value))} left for keys and values, and one prompt needs {new Bytes(prefill.SequenceBytes(workload.Input.Most))}.";
        }

        if (estimate.Question.Load.Kind == ServingLoadKind.StaticBatch && !estimate.Answers)
        {
            return $"No: a batch of {Number.Count(estimate.Running)} a replica does not fit, {Number.Count(estimate.LargestBatch)} is the largest ({LimitText(estimate)}).";
        }

        if (estimate.MostRequestsPerSecond is { } most && !estimate.Answers)
        {
            return $"No: {Number.Text(estimate.Question.Load.Amount)} requests/s are asked for and at most {Number.Text(most)} can be served.";
        }

        return $"TTFT {Number.Time(estimate.Ttft.Total)}, TPOT {Number.Time(estimate.Tpot.Total)}; "
            + $"{Number.Text(estimate.OutputTokensPerSecondPerChip)} tokens/s a chip, {Number.Text(estimate.TokensPerSecondPerUser)} tokens/s a user.";
    }

    public static void HowFast(Screen screen, ServingEstimate estimate)
    {
        screen.Heading("How fast, in the mean");
        var table = new Table(new Column(""), new Column("", Align.Right), new Column(""))
            .Add("time to first token (TTFT)", Number.Time(estimate.Ttft.Total), "")
            .Add("time per output token (TPOT)", Number.Time(estimate.Tpot.Total), $"{Number.Text(estimate.TokensPerSecondPerUser)} tokens/s a user")
            .Add("request latency", Number.Time(estimate.RequestSeconds), "")
            .Add("output", $"{Number.Text(estimate.OutputTokensPerSecondPerChip)} tokens/s", "a chip")
            .Add("", $"{Number.Text(estimate.OutputTokensPerSecond)} tokens/s", "all chips")
            .Add("prompts and output", $"{Number.Text(estimate.TotalTokensPerSecond)} tokens/s", "all chips")
            .Add("requests", $"{Number.Text(estimate.RequestsPerSecond)} /s", estimate.MostRequestsPerSecond is { } most ? $"at most {Number.Text(most)}" : "");
        if (estimate.JoulesPerOutputToken is { } joules)
        {
            table.Add("energy", $"{Number.Text(joules)} J", $"an output token, were all systems at their rated {estimate.Question.System.Power!.Value} all the time");
        }

        table.WriteTo(screen, indent: 2);
    }

    private static void Memory(Screen screen, ServingEstimate estimate)
    {
        var isSplit = estimate.PrefillMemory is not null;
        screen.Heading($"Where the memory goes, fullest chip{(isSplit ? " of the decode pool" : "")}");
        ServingTables.Memory(estimate).WriteTo(screen, indent: 2);
        screen.Line($"  A token takes {new Bytes(estimate.Memory.CachePerToken)} a chip; a replica runs {Number.Count(estimate.LargestBatch)} requests at once at most: {LimitText(estimate)}.");
        if (estimate.Question.Workload.HostHitRate > 0 && estimate.Question.System.HostMemory is { } host)
        {
            screen.Line($"  Host memory, {host.Value} a chip, holds the keys and values of {Number.Count(host.Value.Value / estimate.Memory.CachePerToken)} tokens.");
        }

        if (estimate.PrefillMemory is { } prefill)
        {
            var workload = estimate.Question.Workload;
            screen.Heading("Where the memory goes, fullest chip of the prefill pool");
            ServingTables.Memory(prefill, new Bytes(prefill.SequenceBytes(workload.Input.Mean)), estimate.Question.System.Chip.Memory).WriteTo(screen, indent: 2);
        }
    }

    private static string LimitText(ServingEstimate estimate) => estimate.Limit == BatchLimit.Memory ? "the memory for keys and values ends there" : "the engine runs no more (--sequences)";

    private static string LoadText(ServingEstimate estimate) => estimate.Question.Load switch
    {
        { Kind: ServingLoadKind.Concurrency } load => $"{Number.Count(load.Amount)} requests in flight",
        { Kind: ServingLoadKind.StaticBatch } load => $"a batch of {Number.Count(load.Amount)} that starts together",
        { Kind: ServingLoadKind.Rate } load => $"{Number.Text(load.Amount)} requests/s",
        _ => "as many requests in flight as fit",
    };
}
