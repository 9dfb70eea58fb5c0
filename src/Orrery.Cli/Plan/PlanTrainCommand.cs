using System.CommandLine;
using Orrery.Analysis.Reliability;
using Orrery.Cli.Shell;
using Orrery.Comparison.Sensitivity;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain.Strategies;
using Orrery.Interchange.LaunchFlags;
using Orrery.Planning.Training;

namespace Orrery.Cli.Plan;

/// <summary><c>orrery plan train</c>: the best strategy, proven, with its runners-up and the reasons.</summary>
internal static class PlanTrainCommand
{
    public static Command Create()
    {
        var command = new Command("train", "The strategy that trains the most tokens a second and fits, of all there are");
        var options = new PlanTrainOptions();
        options.AddTo(command);
        return command.ChecksNames(options.LookUp).Answers(parsed => Ask(options.Read(parsed)), hasTable: true);
    }

    private static Answer Ask(PlanTrainRequest request)
    {
        using var interrupt = new Interrupt();
        var plan = TrainingPlanner.Best(request.Question, interrupt.Token, Progress.Watch("strategies accounted for"));
        var answer = Around(request, plan, interrupt.Token);
        var code = interrupt.Happened ? ExitCode.Interrupted : plan.Best is null ? ExitCode.No : ExitCode.Answered;
        if (request.Format is { } format && plan.Best is { } best)
        {
            return Launch(request, best.Strategy, format) with { Code = code };
        }

        return new Answer
        {
            Schema = "orrery.plan.train/1",
            Text = screen => PlanTrainText.Write(screen, request, answer),
            Inputs = () => PlanTrainJson.Inputs(request),
            Result = () => PlanTrainJson.Result(request, answer),
            Csv = () => PlanTrainTables.Strategies(answer, raw: true),
            Diagnostics = request.Warnings,
            Code = code,
        };
    }

    private static PlanTrainAnswer Around(PlanTrainRequest request, PlanResult plan, CancellationToken stop)
    {
        var question = request.Question;
        var none = plan.Best is null && plan.Proof.IsComplete ? WhyNothingFits.Of(question, request.Relaxed, stop) : null;
        var answer = new PlanTrainAnswer(
            plan,
            request.Alternatives && request.Format is null ? [.. PlanAlternatives.Constrained(plan, stop)] : [],
            request.Flat ? [.. PlanAlternatives.Flat(question, stop)] : [],
            request.Pareto ? PlanAlternatives.Pareto(question, stop, Progress.Watch("Pareto set")) : [],
            none)
        {
            Explained = request.Explain is { } strategy ? Explain(question, strategy) : null,
        };
        if (plan.Best is not { } best)
        {
            return answer;
        }

        var ends = RangeEnds.Of(request.Catalog, best.Cluster.System, question.Stack);
        if (request.Domain is { } domain)
        {
            ends = ends.On(system => system.WithDomain(domain));
        }

        var range = PredictionRange.Of(ends, best);
        return answer with
        {
            Levers = LeverEffect.On(best, question.Stack),
            Range = range,
            Goodput = (TrainingGoodput.Of(best), GoodputText.Range(request.Catalog, best)),
            Interval = PredictionInterval.Of(IntervalText.Residuals(), best, question.Stack, range),
        };
    }

    private static ExplainedStrategy Explain(PlanQuestion question, Strategy strategy)
    {
        var broken = StrategyRules.Check(strategy, question.Workload, strategy.Chips);
        return new ExplainedStrategy(
            strategy, broken, question.Limits.WhatExcludes(strategy), broken.Count > 0 ? null : TrainingPlanner.Estimate(question, strategy));
    }

    private static Answer Launch(PlanTrainRequest request, Strategy strategy, LaunchFormat format)
    {
        var system = request.Question.Cluster.System;
        var node = system.Tiers.FirstOrDefault(tier => tier.Ranks is > 1)?.Ranks ?? 1;
        var text = LaunchFormats.Write(format, request.Question.Workload, strategy, new LaunchTarget(node, system.ScaleUpDomain));
        return new Answer
        {
            Schema = "orrery.plan.launch/1",
            Text = screen => screen.Output.Write(text.Text),
            Inputs = () => PlanTrainJson.Inputs(request),
            Result = () => PlanTrainJson.Launch(format, strategy, text),
            Diagnostics = [.. request.Warnings, .. text.Gaps.Select(gap => new Domain.Diagnostics.Diagnostic(
                Domain.Diagnostics.Severity.Warning, CommandLineCode.NotCarried, $"{gap.Setting}: {gap.Reason.TrimEnd('.')}"))],
        };
    }
}
