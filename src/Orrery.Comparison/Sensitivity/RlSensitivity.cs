using Orrery.Analysis.Serving;
using Orrery.Catalog;
using Orrery.Domain.Workloads;
using Orrery.Planning.Reinforcement;

namespace Orrery.Comparison.Sensitivity;

/// <summary>What a lever would bring to a step of reinforcement learning, deployment and strategy held: throughput gained, as a share.</summary>
public sealed record RlLeverEffect(ServingLever Lever, double Gain)
{
    /// <summary>All levers, best first; engine and training stack gain together from less software overhead.</summary>
    public static IReadOnlyList<RlLeverEffect> On(RlEstimate estimate) =>
        [.. OnAllCores.Of(ServingLever.All.Count, at => Of(estimate, ServingLever.All[at])).OrderByDescending(effect => effect.Gain)];

    private static RlLeverEffect Of(RlEstimate estimate, ServingLever lever)
    {
        var question = estimate.Question;
        var ofTraining = Sensitivity.Lever.All.FirstOrDefault(one => one.Id == lever.Id);
        var better = RlEstimator.Again(estimate, question with
        {
            Cluster = question.Cluster with { System = lever.Improve(question.Cluster.System, LeverEffect.Step) },
            Engine = lever.ImproveEngine(question.Engine, LeverEffect.Step),
            Stack = ofTraining?.ImproveStack(question.Stack, LeverEffect.Step) ?? question.Stack,
        });
        return new RlLeverEffect(lever, better is null ? 0 : (estimate.Times.Step / better.Times.Step) - 1);
    }
}

/// <summary>How far a step of reinforcement learning may be off because of what the catalog does not know exactly.</summary>
/// <param name="Step">Seconds.</param>
/// <param name="Rollout">Seconds.</param>
/// <param name="Training">Seconds, forward passes left out.</param>
public sealed record RlRange(Spread Step, Spread Rollout, Spread Training)
{
    /// <summary>
    /// The rollout goes as far as the time between tokens of its deployment does at the batch that it ran in the mean, forward passes and training as far
    /// as the training step does. Assumes the two independent, though some inputs are in both; sync and moves are held.
    /// </summary>
    /// <param name="catalog">Read again at the ends of ranges.</param>
    public static RlRange Of(OrreryCatalog catalog, RlEstimate estimate)
    {
        var (question, times, rollout) = (estimate.Question, estimate.Times, estimate.Rollout);
        var mean = TokenRange.Exactly((int)Math.Max(2, Math.Round(rollout.OutputTokens / question.Sequences)));
        var replicas = rollout.Deployment.Main.Replicas;
        var serving = ServingRange.Of(catalog, ServingEstimator.Estimate(new ServingQuestion(
            new ServingWorkload { Model = question.Model, Precision = rollout.Precision, Input = TokenRange.Exactly(question.Input), Output = mean },
            rollout.Deployment, ServingLoad.Concurrency(Math.Max(1, Math.Round(rollout.Running)) * replicas), question.Cluster.System, question.Engine))).Tpot;
        var training = PredictionRange.Of(RangeEnds.Of(catalog, question.Cluster.System, question.Stack), estimate.Training);
        var (fast, slow) = (training.Fastest / estimate.Training.Iteration.Value, training.Slowest / estimate.Training.Iteration.Value);
        var rolled = new Spread(times.Rollout * serving.Low / serving.Value, times.Rollout, times.Rollout * serving.High / serving.Value);
        var trained = new Spread(times.Training * fast, times.Training, times.Training * slow);
        double Off(double rolloutSeconds, double factor)
        {
            var one = (times with { Rollout = rolloutSeconds }).Step - times.Step;
            var other = (times with { Forward = times.Forward * factor, Training = times.Training * factor }).Step - times.Step;
            return Math.Sqrt((one * one) + (other * other));
        }

        return new RlRange(new Spread(times.Step - Off(rolled.Low, fast), times.Step, times.Step + Off(rolled.High, slow)), rolled, trained);
    }
}
