using System.CommandLine;
using Orrery.Cli.Shell;
using Orrery.Comparison.Sensitivity;
using Orrery.Interchange.LaunchFlags;
using Orrery.Planning.Serving;

namespace Orrery.Cli.Plan;

/// <summary>Everything that <c>plan serve</c> found.</summary>
/// <param name="Constrained">The best under each constraint that the best breaks.</param>
/// <param name="Frontier">Tokens a second a chip against tokens a second a user; empty where not asked for.</param>
/// <param name="WhyNone">Why no deployment does; null where one does.</param>
internal sealed record PlanServeAnswer(
    ServingPlanResult Plan, IReadOnlyList<ConstrainedServing> Constrained, IReadOnlyList<ServingCandidate> Frontier, WhyNotServed? WhyNone)
{
    public IReadOnlyList<ServingLeverEffect> Levers { get; init; } = [];
    public ServingRange? Range { get; init; }
}

/// <summary><c>orrery plan serve</c>: the best deployment under latency targets, proven, with its runners-up and the reasons.</summary>
internal static class PlanServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "The deployment that serves the most within latency targets, or a rate on the fewest chips");
        var options = new PlanServeOptions();
        options.AddTo(command);
        return command.ChecksNames(options.LookUp).Answers(parsed => Ask(options.Read(parsed)), hasTable: true);
    }

    private static Answer Ask(PlanServeRequest request)
    {
        using var interrupt = new Interrupt();
        var plan = ServingPlanner.Best(request.Question, interrupt.Token);
        var code = interrupt.Happened ? ExitCode.Interrupted : plan.Best is null ? ExitCode.No : ExitCode.Answered;
        if (request.Format is { } format && plan.Best is { } best)
        {
            return Launch(request, best, format) with { Code = code };
        }

        var answer = Around(request, plan, interrupt.Token);
        return new Answer
        {
            Schema = "orrery.plan.serve/1",
            Text = screen => PlanServeText.Write(screen, request, answer),
            Inputs = () => PlanServeJson.Inputs(request),
            Result = () => PlanServeJson.Result(request, answer),
            Csv = () => request.Pareto ? PlanServeTables.Frontier(request, answer, raw: true) : PlanServeTables.Deployments(request, answer, raw: true),
            Diagnostics = request.Warnings,
            Code = code,
        };
    }

    private static PlanServeAnswer Around(PlanServeRequest request, ServingPlanResult plan, CancellationToken stop)
    {
        var answer = new PlanServeAnswer(
            plan,
            request.Alternatives ? [.. ServingAlternatives.Constrained(plan, stop)] : [],
            request.Pareto ? ServingPlanner.Frontier(request.Question, stop) : [],
            plan.Best is null && plan.Proof.IsComplete ? WhyNotServed.Of(request.Question, stop) : null);
        return plan.Best is not { } best
            ? answer
            : answer with { Levers = ServingLeverEffect.On(best.Estimate), Range = ServingRange.Of(request.Catalog, best.Estimate) };
    }

    private static Answer Launch(PlanServeRequest request, PlannedServing best, ServingLaunchFormat format)
    {
        var system = request.Question.Cluster.System;
        var engine = Analysis.Serving.EngineParameters.For(request.Question.Engine, system.Chip, best.Candidate.Precision);
        var node = system.Tiers.FirstOrDefault(tier => tier.Ranks is > 1)?.Ranks ?? 1;
        var text = ServingLaunch.Write(format, new ServingLaunchRequest(
            request.Question.In(best.Candidate.Precision), best.Candidate.Deployment, best.Candidate.Batch, engine.StepTokens, engine.MemoryShare, node));
        return new Answer
        {
            Schema = "orrery.plan.launch/1",
            Text = screen => screen.Output.Write(text.Text),
            Inputs = () => PlanServeJson.Inputs(request),
            Result = () => PlanServeJson.Launch(format, best.Candidate, text),
            Diagnostics = [.. request.Warnings, .. text.Gaps.Select(gap => new Domain.Diagnostics.Diagnostic(
                Domain.Diagnostics.Severity.Warning, CommandLineCode.NotCarried, $"{gap.Setting}: {gap.Reason.TrimEnd('.')}"))],
        };
    }
}
