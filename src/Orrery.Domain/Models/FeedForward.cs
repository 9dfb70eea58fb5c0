namespace Orrery.Domain.Models;

/// <summary>The position-wise block of a layer.</summary>
public abstract record FeedForward;

/// <param name="Gated">Two up-projections (SwiGLU, GeGLU) instead of one.</param>
public sealed record DenseFeedForward(int Inner, bool Gated, bool Bias = false) : FeedForward;

/// <param name="ExpertInner">Inner size of one routed expert.</param>
/// <param name="SharedInner">Inner size of all shared experts together; 0 for none.</param>
/// <param name="LatentHidden">Width the routed experts work in, where it is not the model's; 0 otherwise.</param>
public sealed record MixtureOfExperts(
    int Experts, int TopK, int ExpertInner, int SharedInner, bool Gated, int LatentHidden = 0, bool Bias = false) : FeedForward;
