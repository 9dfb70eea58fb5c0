using System.Globalization;
using Orrery.Catalog.Yaml;
using Orrery.Domain.Workloads;

namespace Orrery.Evidence.Serving;

/// <summary>What a source's rows leave unsaid; see <c>evidence/serving-sources.yaml</c>.</summary>
internal sealed record ServingRules
{
    public required string Name { get; init; }

    /// <summary>Texts of which one must occur in the row's source, or at the start of its id.</summary>
    public required IReadOnlyList<string> Match { get; init; }

    /// <summary>Shortest length drawn over the stated one.</summary>
    public double LeastLength { get; init; } = 1;

    /// <summary>Requests sent for each one in flight; null where the source does not say.</summary>
    public double? RequestsPerClient { get; init; }

    /// <summary>Chip generations on which the cache is kept in FP8 where the row does not say.</summary>
    public IReadOnlyList<string> NarrowCacheOn { get; init; } = [];

    /// <summary>Rows of phases that run alone were measured with two halves of a batch taking turns, unless they say otherwise.</summary>
    public bool TwoBatchOverlap { get; init; }

    public bool Applies(ServingRow row) => Match.Any(text =>
        row.Source.Contains(text, StringComparison.OrdinalIgnoreCase) || row.Id.StartsWith(text, StringComparison.OrdinalIgnoreCase));

    public static ServingRules Read(MappingReader source)
    {
        source.OptionalText("note");
        var settings = source.Mapping("settings");
        double? Number(string key) => settings.OptionalText(key) is { } text ? double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) : null;

        return new ServingRules
        {
            Name = source.Text("name"),
            Match = source.Texts("match"),
            LeastLength = Number("least_length") ?? 1,
            RequestsPerClient = Number("requests_per_client"),
            NarrowCacheOn = settings.Texts("fp8_cache_on"),
            TwoBatchOverlap = settings.Flag("two_batch_overlap"),
        };
    }
}

/// <summary>Which engine of the catalog a row's engine text means.</summary>
internal sealed record EngineRule(string Engine, IReadOnlyList<string> Match, CacheFormat? CacheOfNarrowWeights)
{
    /// <summary>By the engine text; where the row has none, by the system's, which then names who ran it.</summary>
    public bool Applies(ServingRow row) => Match.Any(text => (row.Engine.Length > 0 ? row.Engine : row.System).Contains(text, StringComparison.OrdinalIgnoreCase));
}

/// <summary>The formats of a checkpoint: what a stated precision means for the parts of one model.</summary>
internal sealed record CheckpointRule(string Name, IReadOnlyList<string> Models, IReadOnlyList<string> Precisions, WeightFormat Dense, WeightFormat Experts);

/// <summary>All rules of a file.</summary>
/// <param name="RequestsPerClient">Requests sent for each one in flight, where nothing says.</param>
/// <param name="Requests">Requests of a finite run, where nothing says.</param>
internal sealed record ServingRuleBook(
    double RequestsPerClient, int Requests, IReadOnlyList<ServingRules> Sources, IReadOnlyList<EngineRule> Engines, IReadOnlyList<CheckpointRule> Checkpoints)
{
    public static ServingRuleBook Load(string path) => MappingReader.ReadFile(path, root =>
    {
        var otherwise = root.Mapping("otherwise");
        return new ServingRuleBook(
            otherwise.Integer("requests_per_client"),
            otherwise.Integer("requests"),
            [.. root.Mappings("sources", "name").Select(ServingRules.Read)],
            [.. root.Mappings("engines", "engine").Select(Engine)],
            [.. root.Mappings("checkpoints", "name").Select(Checkpoint)]);
    });

    private static EngineRule Engine(MappingReader rule)
    {
        rule.OptionalText("note");
        return new EngineRule(rule.Text("engine"), rule.Texts("match"), rule.OptionalWord<CacheFormat>("cache_of_narrow_weights"));
    }

    private static CheckpointRule Checkpoint(MappingReader rule)
    {
        rule.OptionalText("note");
        return new CheckpointRule(
            rule.Text("name"), rule.Texts("models"), rule.Texts("precisions"), rule.Word<WeightFormat>("dense"), rule.Word<WeightFormat>("experts"));
    }
}
