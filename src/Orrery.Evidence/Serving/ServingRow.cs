using System.Globalization;
using Orrery.Domain.Diagnostics;
using Orrery.Interchange.Csv;

namespace Orrery.Evidence.Serving;

/// <summary>One measured serving run as its source states it: text where the column has text, null where it is blank.</summary>
public sealed record ServingRow
{
    public required string Id { get; init; }
    public required string Source { get; init; }
    public required string Date { get; init; }
    public required string System { get; init; }
    public required string Chip { get; init; }
    public required string Model { get; init; }
    public required string WeightPrecision { get; init; }
    public required string CachePrecision { get; init; }
    public required string Engine { get; init; }
    public required string Parallelism { get; init; }

    /// <summary>Requests in flight, the batch, or words that hold either.</summary>
    public required string Concurrency { get; init; }
    public required string RequestRate { get; init; }
    public required string Notes { get; init; }
    public required string ThroughputKind { get; init; }
    public required string LoadMode { get; init; }
    public required string LatencyStatistic { get; init; }
    public required string Tier { get; init; }
    public int? Chips { get; init; }
    public double? Input { get; init; }
    public double? Output { get; init; }
    public double? TtftMs { get; init; }
    public double? TpotMs { get; init; }
    public double? TokensPerSecond { get; init; }
    public double? TokensPerSecondPerChip { get; init; }

    /// <summary>Its own source calls the run experimental.</summary>
    public bool IsExperimental => Notes.Contains("experimental", StringComparison.OrdinalIgnoreCase);

    private const double Absurd = 1e12;

    /// <summary>Columns a file must have to be read at all; the others may be absent and then read as blank.</summary>
    public static IReadOnlyList<string> RequiredColumns { get; } =
    [
        "id", "source", "chip", "chips", "model", "weight_precision", "engine", "parallelism", "isl", "osl", "concurrency_or_batch", "ttft_ms", "tpot_ms",
        "throughput_tokens_per_s_total", "per_chip_tokens_per_s", "load_mode",
    ];

    /// <summary>Reads a file of rows; a measured cell that is neither blank nor a sensible number is an error at its line.</summary>
    public static IReadOnlyList<ServingRow> Load(string path, DiagnosticList diagnostics) =>
        CsvTable.Load(path, RequiredColumns, diagnostics) is { } table ? [.. table.Rows.Select(row => Read(table, row, diagnostics))] : [];

    private static ServingRow Read(CsvTable table, CsvRow row, DiagnosticList diagnostics)
    {
        string Text(string column) => table.Text(row, column);

        double? Number(string column)
        {
            var text = Text(column);
            if (text is "" or "unknown" or "none" or "-" or "n/a")
            {
                return null;
            }

            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is > 0 and < Absurd)
            {
                return value;
            }

            diagnostics.Error(DiagnosticCode.BadValue, $"{column} is '{text}', expected a positive number or nothing", table.Name, row.Line, 1);
            return null;
        }

        return new ServingRow
        {
            Id = Text("id"),
            Source = Text("source"),
            Date = Text("date"),
            System = Text("system"),
            Chip = Text("chip"),
            Model = Text("model"),
            WeightPrecision = Text("weight_precision"),
            CachePrecision = Text("kv_precision"),
            Engine = Text("engine"),
            Parallelism = Text("parallelism"),
            Concurrency = Text("concurrency_or_batch"),
            RequestRate = Text("request_rate"),
            Notes = Text("notes"),
            ThroughputKind = Text("throughput_kind"),
            LoadMode = Text("load_mode"),
            LatencyStatistic = Text("latency_stat"),
            Tier = Text("tier"),
            Chips = Number("chips") is { } chips ? (int)chips : null,
            Input = Number("isl"),
            Output = Number("osl"),
            TtftMs = Number("ttft_ms"),
            TpotMs = Number("tpot_ms"),
            TokensPerSecond = Number("throughput_tokens_per_s_total"),
            TokensPerSecondPerChip = Number("per_chip_tokens_per_s"),
        };
    }
}
