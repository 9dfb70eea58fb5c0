using Orrery.Simulation.Engine;
using Orrery.Simulation.Requests;
using Orrery.Simulation.Statistics;
using Xunit;

namespace Orrery.Simulation.Tests.Statistics;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(1e-5)]
    [InlineData(0.03)]
    [InlineData(1)]
    [InlineData(5e4)]
    public void Quantiles_are_within_their_bound_of_the_exact_ones(double mean)
    {
        var histogram = new QuantileHistogram();
        var stream = RandomStream.For(1, "values");
        var values = Enumerable.Range(0, 20_000).Select(_ => 1e-6 + stream.NextExponential(mean)).ToArray();
        foreach (var value in values)
        {
            histogram.Add(value);
        }

        Array.Sort(values);
        foreach (var share in new[] { 0.0, 0.001, 0.1, 0.5, 0.9, 0.99, 0.9999, 1 })
        {
            var exact = values[Math.Max(0, (int)Math.Ceiling(share * values.Length) - 1)];
            Assert.InRange(histogram.Quantile(share) / exact, 1 - QuantileHistogram.RelativeError - 1e-12, 1 + QuantileHistogram.RelativeError + 1e-12);
        }

        Assert.Equal(values.Average(), histogram.Mean, 1e-9 * mean);
    }

    [Fact]
    public void An_empty_histogram_has_no_quantile() => Assert.True(double.IsNaN(new QuantileHistogram().Quantile(0.5)));

    [Fact]
    public void A_series_keeps_sums_however_often_it_widens()
    {
        var series = new PoolSeries(2, 1000);
        var stream = RandomStream.For(2, "steps");
        double now = 0, running = 0;
        long preemptions = 0;
        for (var i = 0; i < 5000; i++)
        {
            var to = now + stream.NextExponential(0.1 + (i / 100.0));
            var sample = new ReplicaSample(now, to, i % 7, i % 3, i % 500, i % 2);
            series.Add(sample);
            running += (to - now) * sample.Running;
            preemptions += sample.Preemptions;
            now = to;
        }

        Assert.InRange(series.Spans.Count, PoolSeries.MostSpans / 4, PoolSeries.MostSpans);
        Assert.Equal(running / now, series.Whole.Running, 1e-6);
        Assert.Equal(preemptions, series.Whole.Preemptions);
        Assert.Equal(0.5, series.Whole.Busy, 1e-6);
        Assert.Equal(running, series.Spans.Sum(span => span.Running * (span.To - span.From)), 1e-6 * running);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(3)]
    public void Gaps_have_the_mean_and_the_spread_asked_for(double variation)
    {
        var gaps = new GapDraw(0.2, variation, RandomStream.For(4, "gaps"));
        double sum = 0, squares = 0;
        const int Count = 400_000;
        for (var i = 0; i < Count; i++)
        {
            var gap = gaps.Next();
            Assert.True(gap >= 0);
            sum += gap;
            squares += gap * gap;
        }

        var mean = sum / Count;
        Assert.Equal(0.2, mean, 0.005);
        Assert.Equal(variation, Math.Sqrt(Math.Max(0, (squares / Count) - (mean * mean))) / mean, 0.05);
    }
}
