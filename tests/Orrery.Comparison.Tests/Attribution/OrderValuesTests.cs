using Orrery.Comparison.Attribution;
using Xunit;

namespace Orrery.Comparison.Tests.Attribution;

/// <summary>Shapley's laws, and what becomes of orders that lead through sets without a value.</summary>
public sealed class OrderValuesTests
{
    [Fact]
    public void Values_of_a_sum_are_its_terms_in_every_order()
    {
        double[] terms = [1, -2, 0.5];
        var found = OrderValues.Of(3, Game(3, set => Terms(terms, set)), out var share);
        Assert.Equal(1, share);
        Assert.All(found.Zip(terms), pair => Assert.Equal((pair.Second, pair.Second, pair.Second), (Round(pair.First.Mean), Round(pair.First.Low), Round(pair.First.High))));
    }

    [Fact]
    public void Values_sum_to_the_whole_and_equals_count_alike()
    {
        var random = new Random(11);
        for (var round = 0; round < 50; round++)
        {
            var value = Enumerable.Range(0, 32).Select(_ => random.NextDouble()).ToArray();
            var found = OrderValues.Of(5, value, out _);
            Assert.Equal(value[^1] - value[0], found.Sum(one => one.Mean), 1e-9);
            Assert.All(found, one => Assert.InRange(one.Mean, one.Low - 1e-12, one.High + 1e-12));
        }

        // Two that can stand for each other, and one that does nothing.
        var alike = OrderValues.Of(3, Game(3, set => (set & 0b011) == 0b011 ? 5 : (set & 0b011) != 0 ? 2 : 0), out _);
        Assert.Equal(alike[0].Mean, alike[1].Mean, 1e-12);
        Assert.Equal(0, alike[2].Mean, 1e-12);
    }

    [Fact]
    public void Orders_through_sets_without_a_value_are_left_out()
    {
        // Without the first factor the second cannot stand: only orders with the first before it count.
        var found = OrderValues.Of(2, [0, 1, double.NaN, 5], out var share);
        Assert.Equal(0.5, share);
        Assert.Equal((1.0, 4.0), (found[0].Mean, found[1].Mean));
        Assert.Empty(OrderValues.Of(2, [0, double.NaN, double.NaN, 5], out var none));
        Assert.Equal(0, none);
    }

    private static double[] Game(int count, Func<int, double> value) => [.. Enumerable.Range(0, 1 << count).Select(value)];

    private static double Terms(double[] terms, int set) => terms.Where((_, at) => (set & (1 << at)) != 0).Sum();

    private static double Round(double value) => Math.Round(value, 12);
}
