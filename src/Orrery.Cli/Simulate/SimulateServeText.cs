using Orrery.Cli.Estimate;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Domain.Strategies;
using Orrery.Simulation.Requests;
using Orrery.Simulation.Statistics;

namespace Orrery.Cli.Simulate;

/// <summary>Simulated requests for people: percentiles first, then goodput, what holds requests up, the closed form beside, and how to ask again.</summary>
internal static class SimulateServeText
{
    public static void Write(Screen screen, SimulateServeRequest request, SimulateServeAnswer answer)
    {
        var outcome = answer.Outcome;
        var log = outcome.Log;
        screen.Line(screen.Bold(Verdict(answer)));
        screen.Line(Question(request, log));
        if (!outcome.IsWhole)
        {
            screen.Line($"Interrupted after {Number.Count(log.Finished)} requests; what follows is of those.");
        }

        if (log.Finished > 0)
        {
            HowFast(screen, log, request.Run.Cluster.Chips);
            Goodput(screen, log);
            OverTime(screen, outcome);
        }

        HeldUp(screen, outcome);
        if (outcome.Estimate is { } estimate && log.Counted > 0)
        {
            screen.Heading("The closed form beside it");
            SimulateServeTables.Beside(log, request.Run.Cluster.Chips, estimate).WriteTo(screen, indent: 2);
            screen.Line("  The closed form has no percentiles, no burst and no end: where requests come faster than they are served, only the run says how long they wait.");
            if (answer.Range is { } range)
            {
                ServingWhyText.Write(screen, estimate, answer.Levers, range);
            }
        }

        if (request.RequestsPath is { } path)
        {
            screen.Heading("Requests");
            screen.Line($"  {Number.Count(log.Finished + log.Refused)} rows in {path}.");
        }

        screen.Heading("Again");
        screen.Line("  " + request.Command);
    }

    private static string Verdict(SimulateServeAnswer answer)
    {
        var outcome = answer.Outcome;
        var log = outcome.Log;
        if (log.Finished == 0)
        {
            return !outcome.IsWhole ? "No answer: interrupted before a request was done."
                : outcome.Estimate is { LargestBatch: < 1 } estimate ? EstimateServeText.Verdict(estimate)
                : $"No: all {Number.Count(log.Arrived)} requests were refused.";
        }

        if (answer.IsOverloaded)
        {
            return $"No: {Number.Text(log.Arrived / (log.LastArrival - log.FirstArrival))} requests/s come and {Number.Text(log.Finished / log.Seconds)} are served; the line grows as long as they come.";
        }

        var tpot = log.Tpot.Count > 0 ? $"TPOT {Number.Time(log.Tpot.Quantile(0.5))} (p99 {Number.Time(log.Tpot.Quantile(0.99))}); " : "";
        return log.Counted == 0
            ? $"{Number.Count(log.Finished)} requests are done, none of them behind the warm-up."
            : $"TTFT {Number.Time(log.Ttft.Quantile(0.5))} (p99 {Number.Time(log.Ttft.Quantile(0.99))}), {tpot}{Number.Text(log.OutputTokens / log.Seconds / outcome.Scenario.Deployment.Chips)} tokens/s a chip.";
    }

    private static string Question(SimulateServeRequest request, RequestLog log)
    {
        var (run, scenario) = (request.Run, request.Scenario);
        var lengths = log.Finished > 0 && request.Trace is not null
            ? $"{Number.Text(log.InputTokens / log.Finished)} tokens in and {Number.Text(log.OutputTokens / log.Finished)} out in the mean"
            : $"{ServingText.Range(run.Workload.Input)} tokens in and {ServingText.Range(run.Workload.Output)} out";
        var load = scenario.Arrivals switch
        {
            Arrivals.AtRate { Variation: 1 } rate => $"{Number.Text(rate.PerSecond)} requests/s at random",
            Arrivals.AtRate rate => $"{Number.Text(rate.PerSecond)} requests/s whose gaps spread by {Number.Text(rate.Variation)} times their mean",
            Arrivals.InFlight loop => $"{Number.Count(loop.Requests)} requests in flight",
            Arrivals.AtOnce => "all there from the start",
            _ => $"as in {Path.GetFileName(request.TracePath)}",
        };
        return $"{run.Workload.Model.Name} on {Number.Count(run.Cluster.Chips)} {(run.Cluster.Chips == 1 ? "chip" : "chips")} of {run.Cluster.System.Name}, {ServingText.Formats(run.Workload)}, {Number.Count(log.Arrived)} requests, "
            + $"{lengths}, {load}, {ServingText.Short(run.Deployment)}; engine {run.Engine.Name}";
    }

    private static void HowFast(Screen screen, RequestLog log, int chips)
    {
        if (log.Counted == 0)
        {
            return;
        }

        screen.Heading("How fast");
        SimulateServeTables.Percentiles(log, raw: false).WriteTo(screen, indent: 2);
        screen.Line($"  {Number.Text(log.Finished / log.Seconds)} requests/s and {Number.Text(log.OutputTokens / log.Seconds)} tokens/s over {Number.Time(log.Seconds)}, {Number.Text(log.OutputTokens / log.Seconds / chips)} tokens/s a chip."
            + (log.Counted < log.Finished ? $" Latencies leave out the first {Number.Count(log.Finished - log.Counted)} requests." : "")
            + (log.CachedTokens > 0 ? $" {Number.Percent(log.CachedTokens / log.InputTokens)} of prompt tokens were found in the cache." : ""));
    }

    private static void Goodput(Screen screen, RequestLog log)
    {
        if (log.Counted == 0 || (log.Targets.Ttft ?? log.Targets.Tpot) is null)
        {
            return;
        }

        screen.Heading("Goodput");
        var table = new Table(new Column(""), new Column("requests", Align.Right), new Column("share", Align.Right), new Column("requests/s", Align.Right));
        void Row(string name, long met) => table.Add(name, Number.Count(met), Number.Percent((double)met / log.Counted), Number.Text((double)met / log.Counted * log.Finished / log.Seconds));
        if (log.Targets.Ttft is { } ttft)
        {
            Row($"TTFT within {Number.Time(ttft)}", log.MetTtft);
        }

        if (log.Targets.Tpot is { } tpot)
        {
            Row($"TPOT within {Number.Time(tpot)}", log.MetTpot);
        }

        Row("all targets", log.Good);
        table.WriteTo(screen, indent: 2);
    }

    private static void OverTime(Screen screen, ServingOutcome outcome)
    {
        if (outcome.Log.Prefill is { } prefill)
        {
            Pool(screen, prefill, " of the prefill pool", isKept: false);
        }

        Pool(screen, outcome.Log.Main, outcome.Log.Prefill is null ? "" : " of the decode pool", isKept: true);
    }

    private static void Pool(Screen screen, PoolSeries series, string ofWhich, bool isKept)
    {
        if (series.End <= 0)
        {
            return;
        }

        var spans = series.Spans;
        screen.Heading($"Over time{ofWhich}, 0 to {Number.Time(series.End)}");
        var waiting = spans.Max(span => span.Waiting);
        if (waiting > 0)
        {
            screen.Line("  requests in line");
            Draw(screen, SeriesPlot.Draw(spans, span => span.Waiting, waiting, Number.Text));
        }
        else
        {
            screen.Line("  No request waited for others to leave.");
        }

        if (isKept || waiting == 0)
        {
            screen.Line("  KV cache in use or promised");
            Draw(screen, SeriesPlot.Draw(spans, span => span.Cache, spans.Max(span => span.Cache), Number.Percent));
        }
    }

    private static void Draw(Screen screen, IEnumerable<string> rows)
    {
        foreach (var row in rows)
        {
            screen.Output.WriteLine("    " + row);
        }
    }

    private static void HeldUp(Screen screen, ServingOutcome outcome)
    {
        var log = outcome.Log;
        screen.Heading("What holds requests up");
        if (log.Finished > 0)
        {
            Pool(screen, log.Main.Whole, log.Prefill is null ? "The replicas" : "The decode pool's replicas");
            if (log.Prefill is { } prefill)
            {
                Pool(screen, prefill.Whole, "The prefill pool's replicas");
            }

            var step = outcome.DecodeStep;
            var part = Enum.GetValues<Analysis.Serving.ServingPart>().MaxBy(part => step[part]);
            screen.Line($"  A step of the mean batch takes {Number.Time(step.Total)}, most of it {Words.Of(part)} ({Number.Percent(step[part] / step.Total)}).");
        }

        screen.Line($"  Preemptions: {Number.Count(log.Main.Whole.Preemptions)}"
            + (log.Main.Whole.Preemptions > 0 ? ": sequences that lost their place in the cache and started again." : ".")
            + $" Refused: {Refused(log)}");
    }

    private static void Pool(Screen screen, SeriesSpan whole, string who)
    {
        screen.Line($"  {who} have work {Number.Percent(whole.Busy)} of the time, {Number.Text(whole.Running)} requests running and {Number.Text(whole.Waiting)} in line in the mean, {Number.Count(whole.MostWaiting)} in one line at most.");
        screen.Line($"  KV cache: {Number.Percent(whole.Cache)} in the mean, {Number.Percent(whole.MostCache)} of one replica's at most. "
            + (whole.HeldByCache > 0 || whole.HeldBySequences > 0
                ? $"Requests wait for room in it {Number.Percent(whole.HeldByCache)} of the time, for the engine's limit of sequences {Number.Percent(whole.HeldBySequences)}."
                : "None waits for room in it or for the engine's limit of sequences; what waits, waits for steps to end."));
    }

    private static string Refused(RequestLog log) => log.Refused == 0
        ? "none."
        : $"{Number.Count(log.Refused)} ({Number.Count(log.RefusedBecause(RefusedBy.Context))} longer than the model's context, {Number.Count(log.RefusedBecause(RefusedBy.Cache))} larger than an empty cache).";
}
