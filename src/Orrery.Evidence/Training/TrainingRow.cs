using System.Globalization;
using System.Text.RegularExpressions;
using Orrery.Domain.Diagnostics;
using Orrery.Interchange.Csv;

namespace Orrery.Evidence.Training;

/// <summary>One measured run as its source states it: text where the column has text, null where it is blank.</summary>
public sealed partial record TrainingRow
{
    public required string Id { get; init; }
    public required int Line { get; init; }
    public required string Source { get; init; }
    public required string Date { get; init; }
    public required string Task { get; init; }
    public required string System { get; init; }
    public required string Chip { get; init; }
    public required string Model { get; init; }
    public required string Precision { get; init; }
    public required string Sharding { get; init; }
    public required string Recompute { get; init; }
    public required string RecomputeModules { get; init; }
    public required string Dispatcher { get; init; }
    public required string ExpertOverlap { get; init; }
    public required string DataOverlap { get; init; }
    public required string TensorOverlap { get; init; }
    public required string Graphs { get; init; }
    public required string Settings { get; init; }
    public required string Notes { get; init; }
    public int? Chips { get; init; }
    public int? GlobalBatch { get; init; }
    public double? MicroBatch { get; init; }
    public int? SequenceLength { get; init; }
    public int? TensorParallel { get; init; }
    public int? PipelineParallel { get; init; }
    public int? ContextParallel { get; init; }
    public int? VirtualStages { get; init; }
    public int? ExpertParallel { get; init; }
    public int? ExpertTensorParallel { get; init; }
    public int? OffloadedLayers { get; init; }
    public double? TokensPerSecondPerChip { get; init; }
    public double? ModelTflopsPerSecondPerChip { get; init; }
    public double? MfuPercent { get; init; }
    public double? IterationSeconds { get; init; }

    private const double Absurd = 1e12;

    /// <summary>Columns a file must have to be read at all; the others may be absent and then read as blank.</summary>
    public static IReadOnlyList<string> RequiredColumns { get; } =
    [
        "id", "source", "chip", "chips", "model", "precision", "gbs_sequences", "mbs", "seq_len", "tp", "pp",
        "tokens_per_s_per_chip", "model_tflops_per_s_per_chip", "mfu_percent", "iteration_s",
    ];

    /// <summary>Reads a file of rows; a cell that is neither blank nor a sensible number is an error at its line.</summary>
    public static IReadOnlyList<TrainingRow> Load(string path, DiagnosticList diagnostics)
    {
        if (CsvTable.Load(path, RequiredColumns, diagnostics) is not { } table)
        {
            return [];
        }

        return [.. table.Rows.Select(row => Read(table, row, diagnostics))];
    }

    /// <summary>A number the source's notes derive, by name ("gbs", "iteration_s", "tokens_per_s_per_chip").</summary>
    public double? Derived(string name)
    {
        var match = Regex.Match(Notes, $@"\b{name}\s*(?:=|<=|>=)\s*([0-9.eE+]+)", RegexOptions.CultureInvariant);
        return match.Success && double.TryParse(match.Groups[1].Value.TrimEnd('.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && value is > 0 and < Absurd ? value : null;
    }

    /// <summary>The fractional year of the software: of the container that the row names, else of the date column, else of a date inside the source text.</summary>
    public double? Year()
    {
        var container = ContainerPattern().Match(Settings + ";" + Notes);
        if (container.Success)
        {
            return 2000 + int.Parse(container.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
                + ((int.Parse(container.Groups[2].ValueSpan, CultureInfo.InvariantCulture) - 1) / 12.0);
        }

        var match = DatePattern().Match(Date.Length > 0 ? Date : Source);
        if (!match.Success)
        {
            return null;
        }

        var year = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        var month = int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
        var day = match.Groups[3].Success ? int.Parse(match.Groups[3].ValueSpan, CultureInfo.InvariantCulture) : 15;
        return year + ((month - 1) / 12.0) + ((day - 1) / 365.0);
    }

    /// <summary>The release that the source text names in brackets, or the date; empty where it names neither.</summary>
    public string Release()
    {
        var match = ReleasePattern().Match(Source);
        return match.Success ? match.Groups[1].Value : Date;
    }

    private static TrainingRow Read(CsvTable table, CsvRow row, DiagnosticList diagnostics)
    {
        string Text(string column) => table.Text(row, column);

        double? Number(string column)
        {
            var text = Text(column);
            if (text is "" or "unknown" or "none" or "None" or "-" or "n/a")
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

        int? Whole(string column)
        {
            var value = Number(column);
            if (value is null or > int.MaxValue || value == Math.Floor(value.Value))
            {
                return value > int.MaxValue ? null : (int?)value;
            }

            diagnostics.Error(DiagnosticCode.BadValue, $"{column} is '{Text(column)}', expected a whole number", table.Name, row.Line, 1);
            return null;
        }

        // A degree of nought is how some tables say "off".
        int? Degree(string column) => Text(column) is "0" or "0.0" ? null : Whole(column);

        return new TrainingRow
        {
            Id = Text("id"),
            Line = row.Line,
            Source = Text("source"),
            Date = Text("date"),
            Task = Text("task"),
            System = Text("system"),
            Chip = Text("chip"),
            Model = Text("model"),
            Precision = Text("precision"),
            Sharding = Text("sharding"),
            Recompute = Text("recompute"),
            RecomputeModules = Text("recompute_modules"),
            Dispatcher = Text("moe_dispatcher"),
            ExpertOverlap = Text("moe_a2a_overlap"),
            DataOverlap = Text("dp_overlap"),
            TensorOverlap = Text("tp_comm_overlap"),
            Graphs = Text("cuda_graph"),
            Settings = Text("other_settings"),
            Notes = Text("notes"),
            Chips = Whole("chips"),
            GlobalBatch = Whole("gbs_sequences"),
            MicroBatch = Number("mbs"),
            SequenceLength = Whole("seq_len"),
            TensorParallel = Whole("tp"),
            PipelineParallel = Whole("pp"),
            ContextParallel = Degree("cp"),
            VirtualStages = Degree("vp"),
            ExpertParallel = Degree("ep"),
            ExpertTensorParallel = Degree("etp"),
            OffloadedLayers = Degree("cpu_offload_layers"),
            TokensPerSecondPerChip = Number("tokens_per_s_per_chip"),
            ModelTflopsPerSecondPerChip = Number("model_tflops_per_s_per_chip"),
            MfuPercent = Number("mfu_percent"),
            IterationSeconds = Number("iteration_s"),
        };
    }

    [GeneratedRegex(@"\bcontainer[= ]\w+? ?(2\d)\.(0[1-9]|1[0-2])\b", RegexOptions.CultureInvariant)]
    private static partial Regex ContainerPattern();

    [GeneratedRegex(@"(20[12]\d)-(\d\d)(?:-(\d\d))?", RegexOptions.CultureInvariant)]
    private static partial Regex DatePattern();

    [GeneratedRegex(@"\[([^\]]+)\]\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex ReleasePattern();
}
