using FsCheck;
using FsCheck.Fluent;
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

    /// <summary>Against every deal there is.</summary>
    [Fact]
    public void Levelled_layers_have_the_shortest_longest_stage_that_whole_layers_allow() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<byte>(), (lengths, head) =>
        {
            double[] seconds = [.. lengths.Take(7).Concat([(byte)1, (byte)2, (byte)3, (byte)4]).Select(length => 1.0 + (length % 8))];
            seconds = seconds.Length % 3 == 0 ? [.. seconds, 1.0] : seconds;
            double Longest(int[] counts)
            {
                var (at, longest) = (0, 0.0);
                for (var chunk = 0; chunk < counts.Length; at += counts[chunk++])
                {
                    longest = Math.Max(longest, seconds.Skip(at).Take(counts[chunk]).Sum() + (chunk == counts.Length - 1 ? head % 9 : 0));
                }

                return longest;
            }

            var best =
                (from one in Enumerable.Range(0, seconds.Length + 1)
                 from two in Enumerable.Range(0, seconds.Length + 1 - one)
                 select Longest([one, two, seconds.Length - one - two])).Min();
            var dealt = LayerDeal.Of(Studies.Layout(1, 3, 1), seconds, 0, head % 9);
            return dealt.Sum() == seconds.Length && Longest(dealt) == best;
        }).QuickCheckThrowOnFailure();

    private static int[] Deal(Strategy s, int layers) => LayerDeal.Of(s, [.. Enumerable.Repeat(1.0, layers)], 0.1, 0.5);
}
