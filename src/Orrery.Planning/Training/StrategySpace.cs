using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Planning.Training;

/// <summary>Every layout worth trying: degrees that multiply to the chips and divide what they split.</summary>
internal static class StrategySpace
{
    private const int LongestContextPerRank = 8192;

    private static readonly int[] MicroBatches = [1, 2, 4];
    private static readonly int[] VirtualStages = [1, 2, 3, 4, 6];

    /// <summary>
    /// What is run again to save memory, the cheapest first. A dearer choice is never faster, so the first that fits is the
    /// one to take.
    /// </summary>
    public static IReadOnlyList<Recompute> Recomputes(Transformer model)
    {
        var light = Recompute.Normalization | Recompute.Activation
            | (model.Layers.Any(run => run.Layer.Mixer is LatentAttention) ? Recompute.LatentUpProjection : Recompute.None);
        return [Recompute.None, light, light | Recompute.FeedForward | Recompute.SharedExpert | Recompute.Experts, Recompute.Full];
    }

    /// <summary>Layouts without their recompute policy, in a fixed order.</summary>
    public static IEnumerable<Strategy> Layouts(TrainingWorkload workload, Cluster cluster)
    {
        var model = workload.Model;
        var layers = model.LayerCount + model.MultiTokenPrediction;
        foreach (var tensor in TensorDegrees(model, cluster))
        {
            foreach (var context in ContextDegrees(workload, cluster.Chips / tensor))
            {
                foreach (var pipeline in Divisors(cluster.Chips / tensor / context).Where(degree => degree <= layers))
                {
                    var data = cluster.Chips / tensor / context / pipeline;
                    foreach (var expert in ExpertDegrees(model, tensor * context * data))
                    {
                        foreach (var micro in MicroBatches.Where(micro => workload.GlobalBatch % ((long)data * micro) == 0))
                        {
                            var plain = new Strategy
                            {
                                TensorParallel = tensor,
                                ContextParallel = context,
                                PipelineParallel = pipeline,
                                DataParallel = data,
                                ExpertParallel = expert,
                                MicroBatch = micro,
                                SequenceParallel = tensor > 1,
                                Overlap = Overlap.TensorParallel | Overlap.ExpertParallel | Overlap.GradientReduce | Overlap.ParameterGather,
                                Graphs = GraphCapture.Partial,
                            };
                            foreach (var strategy in Schedules(plain, layers))
                            {
                                yield return strategy;
                            }
                        }
                    }
                }
            }
        }
    }

    private static IEnumerable<Strategy> Schedules(Strategy plain, int layers)
    {
        if (plain.PipelineParallel == 1)
        {
            yield return plain;
            if (plain.DataParallel > 1)
            {
                yield return plain with { Sharding = Sharding.Zero3 };
            }

            yield break;
        }

        foreach (var stages in VirtualStages)
        {
            var chunks = plain.PipelineParallel * stages;
            if (chunks > layers)
            {
                continue;
            }

            // Interleaving needs equal chunks; a plain pipeline takes what whole layers allow.
            var counted = (layers + 2) % chunks == 0;
            if (stages == 1 || layers % chunks == 0 || counted)
            {
                yield return plain with { VirtualStages = stages, EmbeddingAndLossCountAsLayers = counted };
            }
        }
    }

    /// <summary>Tensor-parallel groups stay inside the scale-up domain.</summary>
    private static IEnumerable<int> TensorDegrees(Transformer model, Cluster cluster)
    {
        var heads = model.Layers.Select(run => run.Layer.Mixer).OfType<Mixer>().Select(mixer => mixer.DealtHeads).ToList();
        return Divisors(cluster.Chips).Where(degree => degree <= cluster.System.ScaleUpDomain && heads.TrueForAll(count => count % degree == 0));
    }

    private static IEnumerable<int> ContextDegrees(TrainingWorkload workload, int ranks)
    {
        for (var degree = 1; degree == 1 || workload.SequenceLength / degree >= LongestContextPerRank / 2; degree *= 2)
        {
            if (ranks % degree == 0 && workload.SequenceLength % degree == 0)
            {
                yield return degree;
            }
        }
    }

    private static IEnumerable<int> ExpertDegrees(Transformer model, int ranks)
    {
        var experts = model.Layers.Select(run => run.Layer.FeedForward).OfType<MixtureOfExperts>().Select(moe => moe.Experts).ToList();
        return experts.Count == 0 ? [1] : Divisors(experts.Min()).Where(degree => ranks % degree == 0);
    }

    private static IEnumerable<int> Divisors(int number)
    {
        for (var candidate = 1; candidate <= number; candidate++)
        {
            if (number % candidate == 0)
            {
                yield return candidate;
            }
        }
    }
}
