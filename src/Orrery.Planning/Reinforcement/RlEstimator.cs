using Orrery.Analysis.Collectives;
using Orrery.Analysis.Training;
using Orrery.Domain;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Planning.Training;

namespace Orrery.Planning.Reinforcement;

/// <summary>What a search for the two halves of a step found.</summary>
/// <param name="Estimate">Null where one of the halves does not fit.</param>
/// <param name="UntrainedPlan">The question that no strategy answers; null where one does.</param>
public sealed record RlPlan(RlEstimate? Estimate, PlanQuestion? UntrainedPlan);

/// <summary>Estimates a step of reinforcement learning: its rollout played, its training planned.</summary>
public static class RlEstimator
{
    // A third of forward and backward is forward.
    private const double ForwardShare = 1.0 / 3;
    private const int LengthStep = 256;

    private static readonly StepPart[] NotForward = [StepPart.Recompute, StepPart.DataParallelCommunication, StepPart.Optimizer];

    /// <summary>The quickest rollout of those tried, and the fastest strategy of training.</summary>
    /// <param name="strategy">Of training; null for the planner's best.</param>
    /// <exception cref="MissingFactException">The catalog lacks what a part needs.</exception>
    public static RlPlan Plan(RlQuestion question, Strategy? strategy = null, CancellationToken stop = default)
    {
        var outputs = question.Outputs.Draw(question.Sequences, question.Seed);
        if (strategy is null)
        {
            var asked = new PlanQuestion(Workload(question, outputs), question.Trainer, question.Stack) { Keep = 1 };
            asked = asked with { Limits = asked.Limits.WithoutOffload() };
            strategy = TrainingPlanner.Best(asked, stop).Best?.Strategy;
            if (strategy is null)
            {
                return new RlPlan(null, asked);
            }
        }

        return RolloutSearch.Best(question, outputs, stop) is { } rollout ? new RlPlan(Of(question, rollout, strategy), null) : new RlPlan(null, null);
    }

    /// <summary>The same halves on what may be another system, engine or stack; null where they do not fit there.</summary>
    public static RlEstimate? Again(RlEstimate estimate, RlQuestion question, CancellationToken stop = default) =>
        RolloutSearch.Play(question, estimate.Rollout.Deployment, estimate.Rollout.Precision, [.. estimate.Rollout.Outputs], stop) is { } rollout
            ? Of(question, rollout, estimate.Training.Strategy) : null;

    /// <summary>
    /// What training is asked for: sequences packed to the length <c>sum of squares / sum</c>, whose attention costs the same as theirs, in a batch that
    /// the trainer's chips, or another multiple, divide where there are enough.
    /// </summary>
    public static TrainingWorkload Workload(RlQuestion question) => Workload(question, question.Outputs.Draw(question.Sequences, question.Seed));

    private static TrainingWorkload Workload(RlQuestion question, IReadOnlyList<int> outputs)
    {
        double tokens = 0, squares = 0;
        foreach (var output in outputs)
        {
            double length = question.Input + output;
            tokens += length;
            squares += length * length;
        }

        var sequence = (int)Math.Ceiling(squares / tokens / LengthStep) * LengthStep;
        var (packed, multiple) = (tokens / sequence, question.BatchMultiple ?? question.Trainer.Chips);
        var batch = packed >= multiple || question.BatchMultiple is not null ? Math.Max(1, Math.Round(packed / multiple)) * multiple : Math.Max(1, Math.Round(packed));
        return new TrainingWorkload(question.Model, (int)batch, sequence, question.Precision);
    }

    /// <summary>
    /// Equations: forward is a third of the step's forward and backward without recompute, optimizer and gradients' exchange, a pass; sync is a
    /// sampling chip's weights, received over the widest tier between the halves; moves are weights, gradients and optimizer state of a chip over
    /// its host link, out and in.
    /// Assumptions: the step's time is in proportion to its tokens; weights are passed on as they come, so that senders do not bound the sync.
    /// Source: definition of the step.
    /// </summary>
    private static RlEstimate Of(RlQuestion question, Rollout rollout, Strategy strategy)
    {
        var workload = Workload(question, rollout.Outputs);
        var training = TrainingEstimator.Estimate(workload, strategy, question.Trainer with { Chips = strategy.Chips }, question.Stack);
        var scale = (rollout.OutputTokens + ((double)question.Input * question.Sequences)) / workload.TokensPerStep;
        var passed = training.Parts.Total - NotForward.Sum(part => training.Parts[part]);
        var across = new RankGroup(2, Math.Max(1, (question.Cluster.Chips + 1) / 2));
        var times = new RlTimes(
            rollout.Seconds,
            question.ForwardPasses * ForwardShare * passed * scale,
            training.Iteration.Value * scale,
            Collectives.SendReceive(rollout.Memory.Weights.Value, across, question.Cluster.System).Seconds,
            Moves(question, training.Memory),
            question.IsOffPolicy);
        return new RlEstimate(question, times, rollout, training);
    }

    private static double Moves(RlQuestion question, TrainingMemory memory)
    {
        if (question.RolloutChips is not null)
        {
            return 0;
        }

        var system = question.Cluster.System;
        var link = system.HostBandwidth
            ?? throw new MissingFactException($"the catalog does not say how fast the host link of '{system.Id}' is (host_bandwidth), over which chips that sample and train move their training state; --rollout-chips splits them");
        return 2 * (memory.Weights.Value + memory.Gradients.Value + memory.OptimizerState.Value) / link.Value.Value;
    }
}
