using Orrery.Catalog.Yaml;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Reliability;
using Orrery.Quantities;

namespace Orrery.Evidence.Reliability;

/// <summary>What is done with a row.</summary>
internal enum RowRole
{
    Judged,

    /// <summary>A value of the catalog was taken from it, so that it judges nothing.</summary>
    Sets,
    Skipped,
}

/// <summary>What of a job is predicted for a row; the row's unit says in what it is counted.</summary>
internal enum ReliabilityQuantity
{
    /// <summary>Mean time to failure of the job.</summary>
    Mttf,

    /// <summary>Interruptions in a time, of all causes or of one.</summary>
    Interruptions,

    /// <summary>Interruptions per 1,000 hosts and day.</summary>
    NodeRate,

    /// <summary>Chips times the mean time to failure.</summary>
    ChipTime,
    Ettr,

    /// <summary>One less the ETTR.</summary>
    Downtime,

    /// <summary>The checkpoint interval, taken for the restart as well, at which the ETTR is 90 %.</summary>
    NinetyPercentInterval,

    /// <summary>Of a job without spares, from its stated times.</summary>
    Availability,
    WriteTime,

    /// <summary>Work lost to a failure on average, and reading back.</summary>
    CatchUp,

    /// <summary>Share of hosts that a failure of hardware breaks in a time.</summary>
    BrokenHosts,

    /// <summary>Share of the parts of a kind that fail in a time.</summary>
    PartFailures,

    /// <summary>Share of interruptions that parts of a kind cause.</summary>
    PartShare,
    CheckpointBytesPerChip,
}

/// <summary>How a row is read; see <c>evidence/reliability-rows.yaml</c>.</summary>
internal sealed record ReliabilityReading
{
    public required string Id { get; init; }
    public required RowRole Role { get; init; }
    public required string Why { get; init; }

    /// <summary>Null where nothing is predicted.</summary>
    public ReliabilityQuantity? Quantity { get; init; }

    /// <summary>As catalog names; empty where the quantity needs none.</summary>
    public string System { get; init; } = "";
    public string Model { get; init; } = "";
    public string Cause { get; init; } = "";
    public FailingPart? Part { get; init; }
    public int Chips { get; init; }
    public double? Measured { get; init; }

    /// <summary>An end of a range of the catalog was taken from the row, so that the range cannot be judged by it; the value can.</summary>
    public bool SetsRange { get; init; }
    public Seconds? Interval { get; init; }
    public Seconds? Restart { get; init; }
    public Seconds? Mttf { get; init; }
    public Seconds? Repair { get; init; }
    public Seconds? Time { get; init; }
    public Bytes? Checkpoint { get; init; }

    public static IReadOnlyList<ReliabilityReading> Load(string path) =>
        MappingReader.ReadFile(path, root => root.Mappings("rows", "id").Select(Read).ToArray());

    private static ReliabilityReading Read(MappingReader row) => new()
    {
        Id = row.Text("id"),
        Role = row.Word<RowRole>("role"),
        Why = row.Text("why"),
        Quantity = row.OptionalWord<ReliabilityQuantity>("quantity"),
        System = row.OptionalText("system") ?? "",
        Model = row.OptionalText("model") ?? "",
        Cause = row.OptionalText("cause") ?? "",
        Part = row.OptionalWord<FailingPart>("part"),
        Chips = row.OptionalInteger("chips") ?? 0,
        SetsRange = row.Flag("sets_range"),
        Measured = Amount<Scalar>(row, "measured")?.Value,
        Interval = Amount<Seconds>(row, "interval"),
        Restart = Amount<Seconds>(row, "restart"),
        Mttf = Amount<Seconds>(row, "mttf"),
        Repair = Amount<Seconds>(row, "repair"),
        Time = Amount<Seconds>(row, "time"),
        Checkpoint = Amount<Bytes>(row, "checkpoint"),
    };

    private static T? Amount<T>(MappingReader row, string key) where T : struct, IQuantity<T>
    {
        if (row.OptionalText(key) is not { } text)
        {
            return null;
        }

        if (QuantityText.TryParse<T>(text, out var amount, out var expected))
        {
            return amount;
        }

        row.Error(key, DiagnosticCode.BadValue, $"'{key}' is '{text}', expected {expected}");
        return null;
    }
}
