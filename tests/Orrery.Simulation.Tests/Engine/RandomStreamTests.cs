using Orrery.Simulation.Engine;
using Xunit;

namespace Orrery.Simulation.Tests.Engine;

public sealed class RandomStreamTests
{
    /// <summary>The known answers that come with the published generator.</summary>
    [Theory]
    [InlineData(0UL, 0UL, 0UL, 0xE169C58D6627E8D5UL, 0x9B00DBD8BC57AC4CUL)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x41C83B0E408F276DUL, 0x6D5451FDA20BC7C6UL)]
    [InlineData(0x85A308D3243F6A88UL, 0x0370734413198A2EUL, 0x299F31D0A4093822UL, 0x94FDCCEBD16CFE09UL, 0x24126EA15001E420UL)]
    public void The_block_function_gives_the_published_answers(ulong counterLow, ulong counterHigh, ulong key, ulong low, ulong high) =>
        Assert.Equal((low, high), Philox.Block(counterLow, counterHigh, key));

    [Fact]
    public void The_same_seed_purpose_and_index_give_the_same_numbers()
    {
        var one = RandomStream.For(7, "arrivals", 3);
        var other = RandomStream.For(7, "arrivals", 3);
        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(one.NextBits(), other.NextBits()));
    }

    [Fact]
    public void Another_seed_purpose_or_index_gives_others()
    {
        RandomStream[] streams =
        [
            RandomStream.For(7, "arrivals"), RandomStream.For(8, "arrivals"), RandomStream.For(7, "lengths"), RandomStream.For(7, "arrivals", 1),
        ];
        var bits = new HashSet<ulong>();
        for (var i = 0; i < streams.Length; i++)
        {
            for (var draw = 0; draw < 1000; draw++)
            {
                Assert.True(bits.Add(streams[i].NextBits()));
            }
        }
    }

    [Fact]
    public void Draws_have_the_moments_of_their_distributions()
    {
        const int Draws = 200_000;
        var random = RandomStream.For(1, "moments");
        double uniform = 0, exponential = 0, normal = 0, square = 0, below = 0;
        for (var i = 0; i < Draws; i++)
        {
            uniform += random.NextUniform();
            exponential += random.NextExponential(3);
            var z = random.NextNormal();
            normal += z;
            square += z * z;
            below += random.NextBelow(10);
        }

        // Five standard errors each.
        Assert.InRange(uniform / Draws, 0.5 - 0.0033, 0.5 + 0.0033);
        Assert.InRange(exponential / Draws, 3 - 0.034, 3 + 0.034);
        Assert.InRange(normal / Draws, -0.0112, 0.0112);
        Assert.InRange(square / Draws, 1 - 0.0159, 1 + 0.0159);
        Assert.InRange(below / Draws, 4.5 - 0.033, 4.5 + 0.033);
    }

    [Fact]
    public void Every_value_below_a_count_comes_up()
    {
        var random = RandomStream.For(1, "dice");
        var seen = new bool[6];
        for (var i = 0; i < 200; i++)
        {
            seen[random.NextBelow(6)] = true;
        }

        Assert.DoesNotContain(false, seen);
        Assert.Throws<ArgumentOutOfRangeException>(() => random.NextBelow(0));
    }
}
