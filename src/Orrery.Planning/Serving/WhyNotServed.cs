using Orrery.Analysis.Serving;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Quantities;

namespace Orrery.Planning.Serving;

/// <summary>Why no deployment does, and how far each thing asked for can be had on its own.</summary>
/// <param name="Fits">Whether any layout holds one request.</param>
/// <param name="Leanest">The least that weights, activations, reserve and one request take of a chip.</param>
/// <param name="FastestTpot">The shortest time between tokens, at a batch of one; infinite where nothing fits.</param>
/// <param name="WeightSeconds">Of that, what reading the weights takes, seconds a token.</param>
/// <param name="FastestLayout">Where both are had.</param>
/// <param name="FastestTtft">The shortest time to the first token with one request in flight.</param>
/// <param name="MostRequestsPerSecond">On all chips within the targets; 0 where none can be served.</param>
public sealed record WhyNotServed(
    bool Fits, Bytes Leanest, double FastestTpot, double WeightSeconds, ServingLayout? FastestLayout, double FastestTtft, double MostRequestsPerSecond)
{
    public static WhyNotServed Of(ServingPlanQuestion question, CancellationToken stop)
    {
        var why = new WhyNotServed(false, new Bytes(double.PositiveInfinity), double.PositiveInfinity, 0, null, double.PositiveInfinity, 0);
        foreach (var replica in ServingPlanner.Replicas(question, new ServingTally()))
        {
            var memory = replica.Memory;
            var request = replica.Workload.Input.Most + replica.Workload.Output.Most;
            var need = memory.Weights.Value + memory.Activations.Value + memory.Reserve.Value + memory.SequenceBytes(request);
            why = need < why.Leanest.Value ? why with { Leanest = new Bytes(need) } : why;
            if (replica.Largest < 1)
            {
                continue;
            }

            var state = SteadyState.Of(replica.Step, replica.Workload, memory, 1, question.Engine, replica.Layout.PipelineParallel);
            why = why with { Fits = true, FastestTtft = Math.Min(why.FastestTtft, state.Ttft + CacheMoves.HostLoadSeconds(replica.Workload, memory, question.Cluster.System)) };
            if (state.Tpot < why.FastestTpot)
            {
                why = why with
                {
                    FastestTpot = state.Tpot,
                    WeightSeconds = WeightRead.Of(replica.Workload, replica.Layout, question.Cluster.Chip).Value / replica.Workload.TokensPerStep,
                    FastestLayout = replica.Layout,
                };
            }
        }

        var most = question.Rate is null ? null : ServingPlanner.Best(question with { Rate = null, Keep = 1 }, stop).Best;
        return why with { MostRequestsPerSecond = most?.Candidate.RequestsPerSecond ?? 0 };
    }
}
