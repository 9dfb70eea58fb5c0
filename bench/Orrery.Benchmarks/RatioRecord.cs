using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using BenchmarkDotNet.Environments;
using BenchmarkDotNet.Reports;

namespace Orrery.Benchmarks;

/// <summary>Times of several runs in units of the reference loop of the same run, which carry over from machine to machine.</summary>
/// <param name="order">The classes of benchmarks in the order of the table.</param>
internal sealed class RatioRecord(Type[] order)
{
    private readonly Type[] _order = order;
    private readonly Dictionary<string, Row> _rows = [];
    private readonly List<double> _reference = [];
    private string _processor = "";

    /// <summary>Adds one run, its reference loop included.</summary>
    public void Add(Summary summary)
    {
        _processor = HostEnvironmentInfo.GetCurrent().CpuInfo.Value.ProcessorName;
        var reference = Quickest(summary.Reports.Single(report => report.BenchmarkCase.Descriptor.Baseline));
        _reference.Add(reference);
        foreach (var report in summary.Reports.OrderBy(report => Array.IndexOf(_order, report.BenchmarkCase.Descriptor.Type)))
        {
            var name = report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\'');
            if (!_rows.TryGetValue(name, out var row))
            {
                _rows[name] = row = new Row([], []);
            }

            row.Ratios.Add(Quickest(report) / reference);
            row.Allocated.Add(report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0);
        }
    }

    public string ToMarkdown() => ToMarkdown(
        "Speed, in reference loops", "reference",
        FormattableString.Invariant($"Wanted: a warm estimate within 50 microseconds, training validation of all rows within a second; here {Digits(50e3 / Middle(_reference))} and {Digits(1e9 / Middle(_reference))} loops."),
        FormattableString.Invariant($"The dense search evaluates {Question.Dense().Plan().Proof.Evaluated:N0} strategies and the MoE search {Question.Experts().Plan().Proof.Evaluated:N0}; training validation predicts every row of"),
        "`evidence/training.csv` that states what is needed, kernel validation every row of `evidence/kernels/`.");

    /// <summary>The same page about simulations.</summary>
    public string TimelineToMarkdown() => ToMarkdown(
        "Speed of simulations, in reference loops", "timeline",
        FormattableString.Invariant($"Wanted: a step of 16 stages, 4 virtual ones and 128 micro-batches within 5 milliseconds; here {Digits(5e6 / Middle(_reference))} loops."),
        "One step of pp 16, vp 4 and 128 micro-batches is 16,384 passes and nearly as many hand-overs; one of pp 64 and 512 micro-batches four times as many.");

    private string ToMarkdown(string title, string command, string wanted, params string[] notes)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');
        Line($"# {title}");
        Line($"");
        Line($"Written by `dotnet run -c Release --project bench/Orrery.Benchmarks -- {command} {_reference.Count}`. One reference loop is {ReferenceLoop.Steps:N0} dependent");
        Line($"multiplications and additions (`bench/Orrery.Benchmarks/ReferenceLoop.cs`); every time is given as so many of them, measured in the same run.");
        Line($"Of each run the quickest iteration counts, which others on the machine disturbed least; of {_reference.Count} runs the middle is given, with the lowest and");
        Line($"the highest. Bytes are what one operation allocates. A search uses all processors; everything else uses one.");
        Line($"");
        Line($"{_processor}, {Environment.ProcessorCount} processors, {RuntimeInformation.FrameworkDescription}; one loop took {Middle(_reference) / 1e3:F0} microseconds ({_reference.Min() / 1e3:F0} to {_reference.Max() / 1e3:F0}).");
        Line($"{wanted}");
        Line($"");
        Line($"| operation | reference loops | lowest to highest | bytes allocated |");
        Line($"|---|---:|---:|---:|");
        foreach (var (name, row) in _rows)
        {
            Line($"| {name} | {Digits(Middle(row.Ratios))} | {Digits(row.Ratios.Min())} to {Digits(row.Ratios.Max())} | {Middle(row.Allocated):N0} |");
        }

        Line($"");
        foreach (var note in notes)
        {
            Line($"{note}");
        }

        return text.ToString();
    }

    /// <summary>The iteration that others on the machine disturbed least.</summary>
    private static double Quickest(BenchmarkReport report) =>
        report.ResultStatistics?.Min ?? throw new InvalidOperationException($"{report.BenchmarkCase.DisplayInfo} failed");

    private static double Middle(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double Middle(List<long> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>Three significant digits.</summary>
    private static string Digits(double value)
    {
        var decimals = Math.Clamp(2 - (int)Math.Floor(Math.Log10(value)), 0, 6);
        return value.ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    private sealed record Row(List<double> Ratios, List<long> Allocated);
}
