using Orrery.Analysis.Serving;
using Orrery.Domain.Models;
using Orrery.Domain.Strategies;

namespace Orrery.Planning.Serving;

/// <summary>
/// The space searched: tensor-parallel degrees that divide the heads, power-of-two pipelines, DP attention for mixtures of experts, expert-parallel
/// degrees that divide experts and ranks, cache shards that divide the copies; batches a group of every whole number to eight, then eight a doubling.
/// </summary>
public static class ServingSpace
{
    /// <summary>Layouts of one replica on at most so many chips.</summary>
    public static IEnumerable<ServingLayout> Layouts(Transformer model, int chips, ServingLimits limits)
    {
        var experts = model.Layers.Select(run => run.Layer.FeedForward).OfType<MixtureOfExperts>().Select(moe => moe.Experts).DefaultIfEmpty(1).Min();
        var heads = model.Layers.Select(run => run.Layer.Mixer).OfType<Mixer>().Select(mixer => mixer.DealtHeads).DefaultIfEmpty(1).Min();
        foreach (var tensor in Divisors(heads, chips).Where(limits.Tensor.Allows))
        {
            foreach (var pipeline in PowersOfTwo(Math.Min(model.LayerCount, chips / tensor)).Where(limits.Pipeline.Allows))
            {
                // Without experts there is nothing that groups of attention ranks would share: replicas do the same.
                var most = model.IsMixtureOfExperts ? chips / tensor / pipeline : 1;
                for (var data = 1; data <= most; data++)
                {
                    if (!limits.Data.Allows(data))
                    {
                        continue;
                    }

                    foreach (var expert in Divisors(experts, tensor * data).Where(limits.Expert.Allows))
                    {
                        foreach (var shards in Divisors(ServingRules.Copies(tensor, model), tensor).Where(limits.CacheShards.Allows))
                        {
                            var layout = new ServingLayout
                            {
                                TensorParallel = tensor,
                                PipelineParallel = pipeline,
                                AttentionDataParallel = data,
                                ExpertParallel = expert,
                                CacheShards = shards,
                                ExpertSkew = model.IsMixtureOfExperts ? limits.ExpertSkew : 1,
                                TwoBatchOverlap = limits.TwoBatchOverlap && data > 1,
                            };
                            if (ServingRules.CanLayOut(layout, model))
                            {
                                yield return layout;
                            }
                        }
                    }
                }
            }
        }
    }

    /// <summary>Batches of one replica, smallest first: the same in each group, up to the engine's limit.</summary>
    public static IEnumerable<double> Batches(int groups, double most, ServingLimits limits)
    {
        var perGroup = Math.Floor(most / groups);
        foreach (var batch in DecodePool.Rungs(perGroup))
        {
            if (limits.Batch.Allows((int)Math.Min(int.MaxValue, batch * groups)))
            {
                yield return batch * groups;
            }
        }
    }

    private static IEnumerable<int> Divisors(int number, int most) =>
        Enumerable.Range(1, Math.Max(1, Math.Min(number, most))).Where(candidate => number % candidate == 0);

    private static IEnumerable<int> PowersOfTwo(int most)
    {
        for (var power = 1; power <= most; power *= 2)
        {
            yield return power;
        }
    }
}
