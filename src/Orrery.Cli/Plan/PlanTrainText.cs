using Orrery.Analysis.Training;
using Orrery.Cli.Estimate;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Domain.Workloads;
using Orrery.Planning.Training;

namespace Orrery.Cli.Plan;

/// <summary>A plan for people: the answer first, then where it goes, how it is known to be the best, what came close, why, how sure, and how to ask again.</summary>
internal static class PlanTrainText
{
    private const int LeversShown = 3;

    public static void Write(Screen screen, PlanTrainRequest request, PlanTrainAnswer answer)
    {
        var (question, plan) = (request.Question, answer.Plan);
        screen.Line(screen.Bold(Verdict(question, plan, answer.WhyNone)));
        screen.Line($"{question.Workload.Model.Name} on {Number.Count(question.Cluster.Chips)} chips of {question.Cluster.System.Name}"
            + (request.Domain is { } domain ? $" in domains of {Number.Count(domain)}" : "")
            + $", {Words.Of(Words.Precisions, question.Workload.Precision)}, {Number.Count(question.Workload.GlobalBatch)} x {Number.Count(question.Workload.SequenceLength)} tokens a step"
            + (question.Workload.Task == TrainingTask.Pretrain ? "" : ", " + Words.Of(Words.Tasks, question.Workload.Task))
            + $"; software {question.Stack.Name}");
        if (plan.Best is { } best)
        {
            screen.Line($"  {StrategyText.Short(best.Strategy)}");
            screen.Heading("Where the time goes");
            EstimateTrainText.Parts(best, raw: false).WriteTo(screen, indent: 2);
            screen.Heading("Where the memory goes, fullest chip");
            EstimateTrainText.MemoryTable(best.Memory).WriteTo(screen, indent: 2);
            screen.Heading("Where groups lie");
            PlacementText.Table(best).WriteTo(screen, indent: 2);
        }

        screen.Heading(plan.Proof.IsComplete ? plan.Best is null ? "Nothing fits" : "Nothing better exists" : "Stopped early");
        PlanTrainTables.Proof(plan.Proof).WriteTo(screen, indent: 2);
        if (plan.Proof is { IsComplete: false, FastestLeft: { } left })
        {
            screen.Line($"  What is left takes {Number.Time(left)} a step or more"
                + (plan.Best is { } found ? $": at most {Number.Percent(Math.Max(0, (found.Iteration.Value / left) - 1))} faster than the best found." : "."));
        }

        if (answer.WhyNone is { } none)
        {
            Changes(screen, none);
        }

        if (plan.Best is not null)
        {
            screen.Heading(answer.Constrained.Count > 0 ? "Runners-up, and what each choice is worth" : "Runners-up");
            PlanTrainTables.Strategies(answer, raw: false).WriteTo(screen, indent: 2);
        }

        Sections(screen, answer);
        if (answer is { Levers.Count: > 0, Range: { } range, Goodput: { } goodput } && plan.Best is { } sure)
        {
            GoodputText.Write(screen, goodput.Training, goodput.Range);
            screen.Heading("Why");
            screen.Line($"  The binding resource is {answer.Levers[0].Lever.Name}. Throughput gained from 10 % more of each, the strategy held: "
                + string.Join(", ", answer.Levers.Take(LeversShown).Select(effect => $"{effect.Lever.Name} {Number.Change(effect.Gain)}")) + ".");
            screen.Heading("How sure");
            EstimateTrainText.HowSure(screen, sure, range, answer.Interval);
        }

        screen.Heading("Again");
        screen.Line("  " + Command(request));
        if (plan.Best is { } again && request.Domain is null)
        {
            screen.Line("  " + EstimateCommand(request, again));
        }
    }

    /// <summary>The command that asks this question again.</summary>
    public static string Command(PlanTrainRequest request) =>
        StrategyText.Spaced($"./orrery plan train {StrategyText.Quoted($"{request.ModelText}@{request.Question.Cluster.System.Id}:{FormattableString.Invariant($"{request.Question.Cluster.Chips}")}")} {request.Options}");

    /// <summary>The command that estimates a plan's strategy.</summary>
    public static string EstimateCommand(PlanTrainRequest request, TrainingEstimate estimate) => StrategyText.Command(
        request.ModelText, estimate.Cluster.System.Id, estimate.Cluster.Chips, estimate.Workload, estimate.Strategy, request.Question.Stack.Id);

    private static string Verdict(PlanQuestion question, PlanResult plan, WhyNothingFits? none)
    {
        if (plan.Best is not { } best)
        {
            return none is null ? "No answer: stopped before anything was found that fits." : $"Nothing fits: {none.Removed}.";
        }

        var idle = question.Cluster.Chips - best.Cluster.Chips;
        return $"{(plan.Proof.IsComplete ? "Best" : "Best so far")}: {Number.Text(best.TokensPerSecond)} tokens/s ({Number.Text(best.TokensPerSecondPerChip)} a chip), {Number.Time(best.Iteration.Value)} a step, "
            + $"MFU {Number.Percent(best.Mfu)}, {best.Memory.Total} of {best.Memory.Capacity} a chip"
            + (idle > 0 ? $"; {Number.Count(idle)} of {Number.Count(question.Cluster.Chips)} chips idle." : ".");
    }

    private static void Changes(Screen screen, WhyNothingFits none)
    {
        if (none.Leanest is { } leanest)
        {
            screen.Heading("The leanest strategy");
            screen.Line($"  {StrategyText.Short(leanest.Strategy)}");
            EstimateTrainText.MemoryTable(leanest.Memory).WriteTo(screen, indent: 2);
        }

        screen.Heading("What would let one in");
        foreach (var change in none.Changes)
        {
            screen.Line($"  {change.What}: {Number.Time(change.Plan.Best!.Iteration.Value)} a step with {StrategyText.Short(change.Plan.Best.Strategy)}");
        }

        if (none.Changes.Count == 0)
        {
            screen.Line("  No single change of chips, memory, sequence length or limits does.");
        }
    }

    private static void Sections(Screen screen, PlanTrainAnswer answer)
    {
        if (answer.Explained is { } explained)
        {
            screen.Heading("Why that strategy lost");
            screen.Line($"  {StrategyText.Short(explained.Strategy)}");
            Explain(screen, explained, answer.Plan.Best);
        }

        if (answer.Flat.Count > 0 && answer.Plan.Best is not null)
        {
            screen.Heading("What ignoring the topology would have cost");
            PlanTrainTables.Flat(answer).WriteTo(screen, indent: 2);
        }

        if (answer.Pareto.Count > 0)
        {
            screen.Heading("Pareto set (memory in sixteenths of a chip's, chips in eighths)");
            PlanTrainTables.Pareto(answer.Pareto).WriteTo(screen, indent: 2);
        }
    }

    private static void Explain(Screen screen, ExplainedStrategy explained, TrainingEstimate? best)
    {
        foreach (var rule in explained.Broken)
        {
            screen.Line($"  It is not legal: {rule.Message}.");
        }

        if (explained.Excluded.Length > 0)
        {
            screen.Line($"  The search left it out: {explained.Excluded}.");
        }

        if (explained.Estimate is not { } estimate)
        {
            return;
        }

        if (!estimate.Memory.Fits)
        {
            screen.Line($"  It does not fit: it needs {estimate.Memory.Total} a chip and there is {estimate.Memory.Capacity}.");
            EstimateTrainText.MemoryTable(estimate.Memory).WriteTo(screen, indent: 2);
        }

        if (best is not null)
        {
            screen.Line($"  It takes {Number.Time(estimate.Iteration.Value)} a step, {Number.Change((estimate.Iteration.Value / best.Iteration.Value) - 1)} against the best:");
            PlanTrainTables.Difference(estimate, best).WriteTo(screen, indent: 2);
        }
    }
}
