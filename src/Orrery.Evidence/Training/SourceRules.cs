using System.Globalization;
using Orrery.Catalog.Yaml;

namespace Orrery.Evidence.Training;

/// <summary>What a source counts as model FLOPs.</summary>
internal enum FlopCount
{
    /// <summary>Causal and windowed attention counted once.</summary>
    Causal,

    /// <summary>The whole score square.</summary>
    Full,

    /// <summary>The whole score square and the recomputed forward pass.</summary>
    Hardware,
}

/// <summary>How one source counts and what it leaves unsaid; see <c>evidence/training-sources.yaml</c>.</summary>
internal sealed record SourceRules
{
    public required string Name { get; init; }
    public required IReadOnlyList<string> Match { get; init; }
    public required IReadOnlyList<string> MatchId { get; init; }
    public required IReadOnlyList<string> Vendors { get; init; }

    /// <summary>The software stack, by catalog id.</summary>
    public required string Stack { get; init; }
    public required FlopCount Flops { get; init; }

    /// <summary>The system, where the source's own text names one that its rows do not; empty otherwise.</summary>
    public string System { get; init; } = "";

    /// <summary>"none", "most" (the largest number that divides the layers of a stage, up to 12) or a number.</summary>
    public string VirtualStages { get; init; } = "";

    /// <summary>"whole" (no gradient accumulation) or a number.</summary>
    public string MicroBatch { get; init; } = "";
    public string Recompute { get; init; } = "";
    public string Sharding { get; init; } = "";
    public string Precision { get; init; } = "";
    public string Schedule { get; init; } = "";

    /// <summary>As the rows' column of that name; empty for the framework's own, a plain all-to-all.</summary>
    public string Dispatcher { get; init; } = "";
    public int? TensorParallel { get; init; }
    public int? SequenceLength { get; init; }
    public int? PackedSequence { get; init; }

    /// <summary>Mean tokens of a sample where a row's notes say that its sequences are packed of several.</summary>
    public int? PackedSample { get; init; }
    public bool SequenceParallel { get; init; }
    public bool TensorOverlap { get; init; }
    public bool DataOverlap { get; init; }
    public bool ExpertOverlap { get; init; }
    public double? Year { get; init; }

    public bool Applies(TrainingRow row, string vendor) =>
        (Vendors.Count == 0 || Vendors.Contains(vendor, StringComparer.OrdinalIgnoreCase))
        && (Match.Any(text => row.Source.Contains(text, StringComparison.OrdinalIgnoreCase))
            || MatchId.Any(text => row.Id.StartsWith(text, StringComparison.OrdinalIgnoreCase)));

    public static IReadOnlyList<SourceRules> Load(string path) =>
        MappingReader.ReadFile(path, root => root.Mappings("sources", "name").Select(Read).ToArray());

    private static SourceRules Read(MappingReader source)
    {
        source.OptionalText("note");
        var settings = source.Mapping("settings");
        return new SourceRules
        {
            Name = source.Text("name"),
            Match = source.Texts("match"),
            MatchId = source.Texts("match_id"),
            Vendors = source.Texts("vendors"),
            Stack = source.Text("stack"),
            Flops = source.Word<FlopCount>("flops"),
            System = source.OptionalText("system") ?? "",
            VirtualStages = settings.OptionalText("virtual_stages") ?? "",
            MicroBatch = settings.OptionalText("micro_batch") ?? "",
            Recompute = settings.OptionalText("recompute") ?? "",
            Sharding = settings.OptionalText("sharding") ?? "",
            Precision = settings.OptionalText("precision") ?? "",
            Schedule = settings.OptionalText("schedule") ?? "",
            Dispatcher = settings.OptionalText("dispatcher") ?? "",
            TensorParallel = settings.OptionalInteger("tensor_parallel"),
            SequenceLength = settings.OptionalInteger("sequence_length"),
            PackedSequence = settings.OptionalInteger("packed_sequence"),
            PackedSample = settings.OptionalInteger("packed_sample"),
            SequenceParallel = settings.Flag("sequence_parallel"),
            TensorOverlap = settings.Flag("tensor_overlap"),
            DataOverlap = settings.Flag("data_overlap"),
            ExpertOverlap = settings.Flag("expert_overlap"),
            Year = settings.OptionalText("year") is { } year ? double.Parse(year, CultureInfo.InvariantCulture) : null,
        };
    }
}
