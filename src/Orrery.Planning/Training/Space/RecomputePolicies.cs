using Orrery.Domain.Models;
using Orrery.Domain.Strategies;

namespace Orrery.Planning.Training.Space;

/// <summary>What of a model can be run again in the backward pass.</summary>
internal static class RecomputePolicies
{
    /// <summary>Every set of modules that the model has, every layer from its input, and every other one.</summary>
    public static IReadOnlyList<Recompute> Of(Transformer model, Recompute? only)
    {
        if (only is { } policy)
        {
            return [policy];
        }

        var mixers = model.Layers.Select(run => run.Layer.Mixer).OfType<Mixer>().ToList();
        var blocks = model.Layers.Select(run => run.Layer.FeedForward).OfType<FeedForward>().ToList();
        var modules = new List<Recompute> { Recompute.Normalization };
        void Add(bool has, params ReadOnlySpan<Recompute> these)
        {
            if (has)
            {
                modules.AddRange(these);
            }
        }

        Add(mixers.Exists(mixer => mixer is Attention or LatentAttention or CompressedAttention), Recompute.CoreAttention, Recompute.Attention);
        Add(mixers.Exists(mixer => mixer is LatentAttention), Recompute.LatentUpProjection);
        Add(mixers.Exists(mixer => mixer is StateSpace or LinearAttention), Recompute.StateSpace);
        Add(blocks.Count > 0, Recompute.Activation);
        Add(blocks.Exists(block => block is DenseFeedForward), Recompute.FeedForward);
        Add(blocks.Exists(block => block is MixtureOfExperts), Recompute.Experts);
        Add(blocks.Exists(block => block is MixtureOfExperts { SharedInner: > 0 }), Recompute.SharedExpert);
        var sets = Enumerable.Range(0, 1 << modules.Count)
            .Select(set => modules.Where((_, index) => (set & (1 << index)) != 0).Aggregate(Recompute.None, (all, one) => all | one));
        return [.. sets, Recompute.AlternateLayers, Recompute.Full];
    }
}
