using Orrery.Domain.Models;

namespace Orrery.Analysis.Models;

/// <summary>Weights of one feed-forward block.</summary>
/// <param name="Dense">A dense block, or the shared experts and the projections to and from the experts' width.</param>
/// <param name="Experts">All routed experts.</param>
/// <param name="ActiveExperts">The routed experts that one token meets.</param>
/// <param name="Vectors">Norms and biases; of all experts.</param>
internal readonly record struct FeedForwardCounts(double Dense, double Experts, double ActiveExperts, double Router, double Vectors)
{
    /// <summary>
    /// Equation: dense <c>(2 + gated) h f</c>; experts <c>E (2 + gated) w f_e</c> with <c>w</c> the width they work in,
    /// router <c>h E</c>, latent projections <c>2 h w</c> where <c>w</c> is not <c>h</c>. Source: counting.
    /// </summary>
    public static FeedForwardCounts Of(FeedForward? block, double hidden)
    {
        switch (block)
        {
            case null:
                return default;
            case DenseFeedForward dense:
                var matrices = dense.Gated ? 3 : 2;
                return new(matrices * hidden * dense.Inner, 0, 0, 0, dense.Bias ? (3 * hidden) + ((matrices - 1) * dense.Inner) : hidden);
            case MixtureOfExperts moe:
                var products = moe.Gated ? 3 : 2;
                var width = moe.LatentHidden > 0 ? moe.LatentHidden : hidden;
                var expert = products * width * moe.ExpertInner;
                var bias = moe.Bias ? (moe.Experts * (((products - 1) * (double)moe.ExpertInner) + width)) + moe.Experts : 0;
                return new(
                    (products * hidden * moe.SharedInner) + (moe.LatentHidden > 0 ? 2 * hidden * width : 0),
                    moe.Experts * expert, moe.TopK * expert, hidden * moe.Experts, hidden + bias);
            default:
                throw new NotSupportedException($"no parameter count for {block.GetType().Name}");
        }
    }
}
