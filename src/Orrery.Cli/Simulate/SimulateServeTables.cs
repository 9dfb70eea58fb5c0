using Orrery.Analysis.Serving;
using Orrery.Cli.Terminal;
using Orrery.Simulation.Requests;
using Orrery.Simulation.Statistics;

namespace Orrery.Cli.Simulate;

/// <summary>What became of simulated requests, in tables.</summary>
internal static class SimulateServeTables
{
    public static readonly double[] Shares = [0.5, 0.9, 0.99];

    /// <summary>Latencies in the mean and at percentiles; <paramref name="raw"/> for programs.</summary>
    public static Table Percentiles(RequestLog log, bool raw)
    {
        var table = raw
            ? new Table(new Column("latency"), new Column("requests"), new Column("mean_s"), new Column("p50_s"), new Column("p90_s"), new Column("p99_s"), new Column("most_s"))
            : new Table(new Column(""), new Column("mean", Align.Right), new Column("p50", Align.Right), new Column("p90", Align.Right), new Column("p99", Align.Right), new Column("most", Align.Right));
        foreach (var (key, name, histogram) in Latencies(log))
        {
            double[] values = [histogram.Mean, .. Shares.Select(histogram.Quantile), histogram.Most];
            if (raw)
            {
                table.Add([key, histogram.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), .. values.Select(value => double.IsFinite(value) ? Number.Raw(value) : "")]);
            }
            else if (histogram.Count > 0)
            {
                table.Add([name, .. values.Select(Number.Time)]);
            }
        }

        return table;
    }

    public static (string Key, string Name, QuantileHistogram Histogram)[] Latencies(RequestLog log) =>
    [
        ("ttft", "time to first token (TTFT)", log.Ttft),
        ("tpot", "time per output token (TPOT)", log.Tpot),
        ("latency", "request latency", log.Latency),
    ];

    /// <summary>Means of the run beside those of the closed form for the same load.</summary>
    public static Table Beside(RequestLog log, double chips, ServingEstimate estimate)
    {
        var table = new Table(new Column("in the mean"), new Column("closed form", Align.Right), new Column("simulated", Align.Right), new Column("difference", Align.Right));
        void Row(string name, double closed, double simulated, Func<double, string> text) =>
            table.Add(name, text(closed), text(simulated), double.IsFinite(simulated / closed) ? Number.Change((simulated / closed) - 1) : "-");
        Row("TTFT", estimate.Ttft.Total, log.Ttft.Mean, Number.Time);
        if (log.Tpot.Count > 0)
        {
            Row("TPOT", estimate.Tpot.Total, log.Tpot.Mean, Number.Time);
        }

        Row("request latency", estimate.RequestSeconds, log.Latency.Mean, Number.Time);
        Row("tokens/s a chip", estimate.OutputTokensPerSecondPerChip, log.OutputTokens / log.Seconds / chips, Number.Text);
        return table;
    }
}
