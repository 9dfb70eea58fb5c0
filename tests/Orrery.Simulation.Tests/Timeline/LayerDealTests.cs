using Orrery.Domain.Strategies;
using Orrery.Simulation.Timeline;
using Xunit;

namespace Orrery.Simulation.Tests.Timeline;

public sealed class LayerDealTests
{
    [Fact]
    public void Layers_that_come_out_even_are_dealt_evenly() =>
        Assert.Equal([12, 12, 12, 12, 12, 12, 12, 12], Deal(Studies.Layout(8, 4, 1) with { VirtualStages = 2 }, 96));

    [Fact]
    public void Embedding_and_loss_take_a_layer_from_the_ends() =>
        Assert.Equal([15, .. Enumerable.Repeat(16, 6), 15], Deal(Studies.Layout(8, 8, 1) with { EmbeddingAndLossCountAsLayers = true }, 126));

    [Fact]
    public void Stated_edges_leave_the_rest_to_the_others() =>
        Assert.Equal([3, 5, 5, 4, 4, 2], Deal(Studies.Layout(8, 6, 1) with { FirstStageLayers = 3, LastStageLayers = 2 }, 23));

    [Fact]
    public void What_does_not_come_out_even_is_levelled_with_the_head() =>
        Assert.Equal([3, 3, 3, 1], LayerDeal.Of(Studies.Layout(1, 4, 1), [.. Enumerable.Repeat(1.0, 10)], 0, 2));

    private static int[] Deal(Strategy s, int layers) => LayerDeal.Of(s, [.. Enumerable.Repeat(1.0, layers)], 0.1, 0.5);
}
