using System.Globalization;
using Orrery.Cli.Estimate;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Planning.Serving;
using Orrery.Quantities;

namespace Orrery.Cli.Plan;

/// <summary>A planned deployment for people: the answer first, then where it goes, how it is known to be the best, what came close, why, how sure, and how to ask again.</summary>
internal static class PlanServeText
{
    public static void Write(Screen screen, PlanServeRequest request, PlanServeAnswer answer)
    {
        var (question, plan) = (request.Question, answer.Plan);
        var workload = question.Workload;
        screen.Line(screen.Bold(Verdict(question, answer)));
        screen.Line($"{workload.Model.Name} on up to {Number.Count(question.Cluster.Chips)} chips of {question.Cluster.System.Name}, "
            + $"{ServingText.Range(workload.Input)} tokens in and {ServingText.Range(workload.Output)} out, {Targets(question)}; engine {question.Engine.Name}");
        if (plan.Best is { } best)
        {
            screen.Line("  " + Deployment(question, best.Candidate));
            if (request.Pareto)
            {
                screen.Heading("The frontier: no deployment is faster for a user and serves as much");
                PlanServeTables.Frontier(request, answer, raw: false).WriteTo(screen, indent: 2);
            }
            else
            {
                EstimateServeText.HowFast(screen, best.Estimate);
                EstimateServeText.Where(screen, best.Estimate);
            }
        }

        screen.Heading(plan.Proof.IsComplete ? plan.Best is null ? "Nothing does" : "Nothing better exists" : "Stopped early");
        PlanServeTables.Proof(plan.Proof).WriteTo(screen, indent: 2);
        screen.Line("  Space: tensor-parallel degrees that divide the heads, power-of-two pipelines, DP attention, expert-parallel degrees and cache shards that divide what they share; "
            + "batches of every whole number to eight a group, then eight a doubling; every split of the chips into two pools.");
        if (plan.Best is null)
        {
            Again(screen, request);
            return;
        }

        if (!request.Pareto)
        {
            screen.Heading("Runners-up, and what each choice is worth");
            PlanServeTables.Deployments(request, answer, raw: false).WriteTo(screen, indent: 2);
        }

        ServingWhyText.Write(screen, plan.Best.Estimate, answer.Levers, answer.Range!);
        Again(screen, request);
    }

    public static string Command(PlanServeRequest request)
    {
        var cluster = request.Question.Cluster;
        return string.Create(CultureInfo.InvariantCulture, $"orrery plan serve {request.ModelText}@{cluster.System.Id}:{cluster.Chips} {request.Options}").TrimEnd();
    }

    /// <summary>A deployment that a search found, in words.</summary>
    public static string Deployment(ServingPlanQuestion question, ServingCandidate candidate) =>
        $"{ServingText.Formats(question.In(candidate.Precision))}; {ServingText.Short(candidate.Deployment)}; {Number.Count(candidate.Batch)} requests a {(candidate.Deployment.IsDisaggregated ? "decode " : "")}replica";

    private static void Again(Screen screen, PlanServeRequest request)
    {
        screen.Heading("Again");
        screen.Line("  " + Command(request));
    }

    public static string Targets(ServingPlanQuestion question)
    {
        var (targets, words) = (question.Targets, new List<string>());
        var which = targets.IsMean ? "mean" : string.Create(CultureInfo.InvariantCulture, $"p{100 * targets.Share:0}");
        if (double.IsFinite(targets.Ttft))
        {
            words.Add($"{which} TTFT at most {Number.Time(targets.Ttft)}");
        }

        if (double.IsFinite(targets.Tpot))
        {
            words.Add($"{which} TPOT at most {Number.Time(targets.Tpot)}");
        }

        if (question.Rate is { } rate)
        {
            words.Add($"{Number.Text(rate)} requests/s");
        }

        return words.Count > 0 ? string.Join(", ", words) : "no target";
    }

    private static string Verdict(ServingPlanQuestion question, PlanServeAnswer answer)
    {
        if (answer.Plan.Best is { } best)
        {
            var estimate = best.Estimate;
            var lead = question.Rate is { } rate
                ? $"Fewest: {Number.Count(estimate.Chips)} chips serve {Number.Text(rate)} requests/s (at most {Number.Text(best.Candidate.RequestsPerSecond)})"
                : $"Best: {Number.Text(estimate.OutputTokensPerSecond / question.Cluster.Chips)} tokens/s a chip ({Number.Text(estimate.OutputTokensPerSecond)} tokens/s)";
            var share = best.Percentiles is { } of
                ? string.Create(CultureInfo.InvariantCulture, $"; p{100 * of.Share:0} TTFT {Number.Time(of.Ttft)}, TPOT {Number.Time(of.Tpot)} ({(of.IsSimulated ? "simulated" : "queueing approximation")})")
                : "";
            return $"{lead}, {Number.Text(estimate.TokensPerSecondPerUser)} tokens/s a user; TTFT {Number.Time(estimate.Ttft.Total)}, TPOT {Number.Time(estimate.Tpot.Total)}{share}.";
        }

        if (answer.WhyNone is not { } why)
        {
            return "Stopped before any deployment was found.";
        }

        return WhyNone(question, why);
    }

    /// <summary>Why no deployment meets what is asked.</summary>
    public static string WhyNone(ServingPlanQuestion question, WhyNotServed why)
    {
        var targets = question.Targets;
        if (!why.Fits)
        {
            return double.IsFinite(why.Leanest.Value)
                ? $"Nothing fits: with one request the leanest layout needs {why.Leanest} a chip, and the engine may use {new Bytes(question.Cluster.Chip.Memory.Value * Analysis.Serving.EngineParameters.For(question.Engine, question.Cluster.Chip, question.Workload.Precision).MemoryShare)}."
                : "Nothing fits: no layout within the limits is legal.";
        }

        if (why.FastestTpot > targets.Tpot)
        {
            var reads = why.WeightSeconds > targets.Tpot
                ? $"the weights alone take {Number.Time(why.WeightSeconds)} a token to read"
                : $"a batch of one takes {Number.Time(why.FastestTpot)}, of which {Number.Time(why.WeightSeconds)} to read the weights";
            return $"No batch meets a TPOT of {Number.Time(targets.Tpot)}: at best ({ServingText.Short(why.FastestLayout!)}) {reads}.";
        }

        if (why.FastestTtft > targets.Ttft)
        {
            return $"No deployment meets a TTFT of {Number.Time(targets.Ttft)}: one request alone takes {Number.Time(why.FastestTtft)} at best.";
        }

        return question.Rate is { } asked && why.MostRequestsPerSecond > 0
            ? $"No: {Number.Text(asked)} requests/s are asked for, and {Number.Count(question.Cluster.Chips)} chips serve at most {Number.Text(why.MostRequestsPerSecond)} within the targets."
            : "No deployment meets both targets at once, though each can be met alone.";
    }
}
