using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Planning.Training;

/// <summary>Every legal strategy of a training workload on a cluster, within the degrees that are used in practice.</summary>
public static class StrategySpace
{
    private static readonly int[] MicroBatches = [1, 2, 4, 8];

    private static readonly Recompute[] DensePolicies = [Recompute.None, Recompute.Normalization | Recompute.Activation, Recompute.Full];

    private static readonly Recompute[] ExpertPolicies =
    [
        Recompute.None,
        Recompute.Normalization | Recompute.Activation | Recompute.LatentUpProjection,
        Recompute.Normalization | Recompute.Activation | Recompute.LatentUpProjection | Recompute.Experts,
        Recompute.Full,
    ];

    /// <summary>
    /// Tensor parallelism stays in the scale-up domain and divides the heads; stages hold whole layers; the batch divides
    /// over replicas and micro-batches; experts divide over expert-parallel ranks. FSDP takes the place of ZeRO-1 where
    /// there is no pipeline. All overlaps the stack knows are on.
    /// </summary>
    public static IEnumerable<Strategy> Of(TrainingWorkload workload, Cluster cluster)
    {
        var model = workload.Model;
        foreach (var tensor in Divisors(cluster.Chips, Math.Min(cluster.System.ScaleUpDomain, MostHeads(model))).Where(tp => DividesHeads(model, tp)))
        {
            foreach (var context in ContextDegrees(workload, cluster.Chips / tensor))
            {
                foreach (var stages in Divisors(cluster.Chips / tensor / context, model.LayerCount))
                {
                    var replicas = cluster.Chips / tensor / context / stages;
                    if (workload.GlobalBatch % replicas != 0)
                    {
                        continue;
                    }

                    foreach (var strategy in Layouts(workload, cluster, tensor, context, stages, replicas))
                    {
                        yield return strategy;
                    }
                }
            }
        }
    }

    private static IEnumerable<Strategy> Layouts(TrainingWorkload workload, Cluster cluster, int tensor, int context, int stages, int replicas)
    {
        var model = workload.Model;
        foreach (var experts in ExpertDegrees(model, tensor * context * replicas))
        {
            foreach (var chunks in VirtualStages(model, stages))
            {
                foreach (var micro in MicroBatches.Where(size => workload.GlobalBatch / replicas % size == 0))
                {
                    foreach (var policy in model.IsMixtureOfExperts ? ExpertPolicies : DensePolicies)
                    {
                        foreach (var sharding in stages == 1 ? new[] { Sharding.Zero1, Sharding.Zero3 } : [Sharding.Zero1])
                        {
                            yield return new Strategy
                            {
                                TensorParallel = tensor,
                                SequenceParallel = tensor > 1,
                                ContextParallel = context,
                                PipelineParallel = stages,
                                VirtualStages = chunks,
                                DataParallel = replicas,
                                ExpertParallel = experts,
                                MicroBatch = micro,
                                Recompute = policy,
                                Sharding = sharding,
                                Overlap = Overlap.TensorParallel | Overlap.GradientReduce | Overlap.ParameterGather | (experts > 1 ? Overlap.ExpertParallel : Overlap.None),
                                Graphs = GraphCapture.Partial,
                                EmbeddingAndLossCountAsLayers = (model.LayerCount + 2) % (stages * chunks) == 0 && model.LayerCount % (stages * chunks) != 0,
                            };
                        }
                    }
                }
            }
        }
    }

    private static IEnumerable<int> Divisors(int number, int most)
    {
        for (var divisor = 1; divisor <= Math.Min(number, most); divisor++)
        {
            if (number % divisor == 0)
            {
                yield return divisor;
            }
        }
    }

    private static int MostHeads(Transformer model) => model.Layers.Max(run => Heads(run.Layer.Mixer));

    private static bool DividesHeads(Transformer model, int tensor) => model.Layers.All(run => run.Layer.Mixer is null || Heads(run.Layer.Mixer) % tensor == 0);

    private static int Heads(Mixer? mixer) => mixer switch
    {
        Attention a => a.Heads,
        LatentAttention a => a.Heads,
        CompressedAttention a => a.Heads,
        StateSpace s => s.Heads,
        LinearAttention l => l.ValueHeads,
        _ => 1,
    };

    /// <summary>Context parallelism is for sequences that one rank should not hold alone.</summary>
    private static IEnumerable<int> ContextDegrees(TrainingWorkload workload, int ranks)
    {
        const int TokensPerRank = 4096;
        for (var degree = 1; degree == 1 || (degree <= ranks && workload.SequenceLength / degree >= TokensPerRank); degree *= 2)
        {
            if (ranks % degree == 0)
            {
                yield return degree;
            }
        }
    }

    private static IEnumerable<int> ExpertDegrees(Transformer model, int ranks)
    {
        var experts = model.Layers.Select(run => run.Layer.FeedForward).OfType<MixtureOfExperts>().Select(moe => moe.Experts).DefaultIfEmpty(1).Min();
        return Divisors(experts, ranks).Where(degree => ranks % degree == 0);
    }

    /// <summary>No interleaving, and the numbers of chunks that deal whole layers (or layers, embedding and loss) evenly.</summary>
    private static IEnumerable<int> VirtualStages(Transformer model, int stages)
    {
        yield return 1;
        const int Most = 12;
        for (var chunks = 2; stages > 1 && chunks <= Most; chunks++)
        {
            if (model.LayerCount % (stages * chunks) == 0 || (model.LayerCount + 2) % (stages * chunks) == 0)
            {
                yield return chunks;
            }
        }
    }
}
