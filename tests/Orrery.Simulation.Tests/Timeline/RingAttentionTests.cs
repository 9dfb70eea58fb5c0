using Orrery.Simulation.Timeline;
using Xunit;

namespace Orrery.Simulation.Tests.Timeline;

public sealed class RingAttentionTests
{
    /// <summary>(n - 1) max(0, hop - step): of attention only (n - 1) / n has anything to hide.</summary>
    [Theory]
    [InlineData(2, 1.0, 0.4, 0)]
    [InlineData(2, 1.0, 0.6, 0.1)]
    [InlineData(2, 1.0, 0.9, 0.4)]
    [InlineData(4, 1.0, 0.74, 0)]
    [InlineData(4, 1.0, 0.9, 0.15)]
    [InlineData(16, 1.0, 0.9, 0)]
    [InlineData(8, 0.0, 0.7, 0.7)]
    [InlineData(1, 1.0, 5.0, 0)]
    public void What_shows_of_a_ring_is_what_outlasts_the_step_before(int ranks, double attention, double ring, double exposed) =>
        Assert.Equal(exposed, RingAttention.ExposedSeconds(ranks, attention, ring), 1e-6);
}
