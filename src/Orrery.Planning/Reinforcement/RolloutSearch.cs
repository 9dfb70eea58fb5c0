using Orrery.Analysis.Serving;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Planning.Serving;
using Orrery.Simulation.Requests;

namespace Orrery.Planning.Reinforcement;

/// <summary>Samples a step's outputs on deployments and keeps the one that has the last token first.</summary>
internal static class RolloutSearch
{
    private const int MostTried = 12;

    /// <summary>
    /// Layouts along the frontier of tokens a second against tokens a second a user at the mean length, each played with the real lengths: many
    /// requests at once early, few of them late. Not a proof: a layout off that frontier could do better, by little.
    /// </summary>
    /// <returns>Null where no layout holds a sequence of the longest length.</returns>
    public static Rollout? Best(RlQuestion question, int[] outputs, CancellationToken stop)
    {
        var frontier = ServingPlanner.Frontier(
            new ServingPlanQuestion(Workload(question, outputs, question.Formats[0]), question.Formats, question.Sampler, question.Engine, ServingTargets.None)
            {
                Limits = new ServingLimits { Disaggregated = false },
            }, stop);
        var kinds = frontier.Select(point => (point.Deployment, point.Precision)).Distinct().Where(HoldsTheLongest).ToList();
        var tried = kinds.Count <= MostTried ? kinds : [.. Enumerable.Range(0, MostTried).Select(at => kinds[(int)Math.Round(at * (kinds.Count - 1.0) / (MostTried - 1))])];
        return tried.Select(kind => Play(question, kind.Deployment, kind.Precision, outputs, stop)).OfType<Rollout>().MinBy(rollout => rollout.Seconds);

        bool HoldsTheLongest((ServingDeployment Deployment, ServingPrecision Precision) kind)
        {
            var (layout, chip) = (kind.Deployment.Main.Layout, question.Sampler.Chip);
            var engine = EngineParameters.For(question.Engine, chip, kind.Precision);
            return ServingMemory.Of(Workload(question, outputs, kind.Precision), layout, chip, engine).MostSequences(question.Input + outputs.Max()) >= 1;
        }
    }

    /// <summary>All sequences at once on one deployment; null where some sequence fits no cache.</summary>
    public static Rollout? Play(RlQuestion question, ServingDeployment deployment, ServingPrecision precision, int[] outputs, CancellationToken stop)
    {
        var workload = Workload(question, outputs, precision);
        var done = new List<double>(outputs.Length);
        var outcome = ServingSimulation.Run(
            new ServingScenario
            {
                Workload = workload,
                Deployment = deployment,
                System = question.Cluster.System,
                Engine = question.Engine,
                Arrivals = new Arrivals.Recorded(outputs.Select(output => new TraceRequest(0, question.Input, output)), 1, 0, 0),
                Requests = outputs.Length,
                Seed = question.Seed,
            }, finished => done.Add(finished.LastTokenAt), stop: stop);
        if (done.Count < outputs.Length || done.Count == 0)
        {
            return null;
        }

        done.Sort();
        var seconds = done[^1];
        return new Rollout(
            deployment, precision, outputs, seconds, done[(int)(0.9 * (done.Count - 1))], outcome.Log.Main.Whole.Running / deployment.Main.Replicas, outcome.Memory);
    }

    /// <summary>All but one of a group find their prompt in the cache.</summary>
    private static ServingWorkload Workload(RlQuestion question, int[] outputs, ServingPrecision precision) => new()
    {
        Model = question.Model,
        Precision = precision,
        Input = TokenRange.Exactly(question.Input),
        Output = TokenRange.Exactly((int)Math.Max(1, Math.Round(outputs.Average()))),
        PrefixHitRate = (question.Group - 1.0) / question.Group,
    };
}
