using Orrery.Catalog.Yaml;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Models;

namespace Orrery.Catalog.Models;

/// <summary>Reads a stack of layers: runs of equal ones, or a pattern of letters with a legend.</summary>
internal static class LayerReader
{
    private const int MostLayers = 10_000;

    /// <summary>The layers in order; neighbours that are equal are one run.</summary>
    public static IReadOnlyList<LayerRun> Stack(MappingReader root, WholeNumbers facts)
    {
        if (root.Has("pattern"))
        {
            return Merged(Pattern(root, facts));
        }

        var runs = root.Mappings("layers", "name").Select(run => new LayerRun(facts.Count(run, "count"), Layer(run, facts))).ToList();
        if (runs.Count == 0)
        {
            root.Error("layers", DiagnosticCode.MissingKey, "'layers' is missing or empty, expected runs of layers, or 'pattern' and 'legend'");
        }
        else if (runs.Sum(run => (long)run.Count) > MostLayers)
        {
            root.Error("layers", DiagnosticCode.OutOfRange, $"the stack has more than {MostLayers} layers");
        }

        return Merged(runs);
    }

    private static List<LayerRun> Pattern(MappingReader root, WholeNumbers facts)
    {
        var pattern = root.Text("pattern");
        var repeat = Math.Max(1, facts.OptionalCount(root, "repeat"));
        var legend = root.Mapping("legend");
        var layers = new Dictionary<string, TransformerLayer>();
        foreach (var letter in legend.Keys)
        {
            layers[letter] = Layer(legend.Mapping(letter), facts);
        }

        if (pattern.Length == 0 || (long)pattern.Length * repeat > MostLayers)
        {
            root.Error("pattern", DiagnosticCode.OutOfRange, $"the pattern gives {(long)pattern.Length * repeat} layers, expected 1 to {MostLayers}");
            return [];
        }

        foreach (var letter in pattern.Select(letter => letter.ToString()).Distinct())
        {
            if (layers.TryAdd(letter, new TransformerLayer(null, null)))
            {
                root.Error("pattern", DiagnosticCode.BadValue, $"the pattern's '{letter}' is not in the legend, which has {string.Join(", ", legend.Keys)}");
            }
        }

        return [.. Enumerable.Repeat(pattern, repeat).SelectMany(letters => letters).Select(letter => new LayerRun(1, layers[letter.ToString()]))];
    }

    private static List<LayerRun> Merged(List<LayerRun> runs)
    {
        var merged = new List<LayerRun>();
        foreach (var run in runs)
        {
            if (merged.Count > 0 && merged[^1].Layer == run.Layer)
            {
                merged[^1] = merged[^1] with { Count = merged[^1].Count + run.Count };
            }
            else
            {
                merged.Add(run);
            }
        }

        return merged;
    }

    private static TransformerLayer Layer(MappingReader reader, WholeNumbers facts)
    {
        var mixer = reader.OptionalMapping("mixer") is { } mixing ? Mixer(mixing, facts) : null;
        var block = reader.OptionalMapping("feed_forward") is { } feeding ? FeedForward(feeding, facts) : null;
        if (!reader.Has("mixer") && !reader.Has("feed_forward"))
        {
            reader.Error("mixer", DiagnosticCode.MissingKey, $"'{reader.Path}' has neither 'mixer' nor 'feed_forward', expected one or both");
        }

        return new TransformerLayer(mixer, block);
    }

    private enum MixerKind
    {
        Attention,
        LatentAttention,
        CompressedAttention,
        StateSpace,
        LinearAttention,
    }

    private static Mixer Mixer(MappingReader reader, WholeNumbers facts)
    {
        int Count(string key) => facts.Count(reader, key);
        int Optional(string key) => facts.OptionalCount(reader, key);
        return reader.Word<MixerKind>("kind") switch
        {
            MixerKind.LatentAttention => new LatentAttention(
                Count("heads"), Optional("query_rank"), Count("key_value_rank"), Count("nope_dimension"), Count("rope_dimension"),
                Count("value_dimension"), Optional("window")) { Indexer = Indexer(reader, facts) },
            MixerKind.CompressedAttention => new CompressedAttention(
                Count("heads"), Count("head_dimension"), Count("query_rank"), Count("output_rank"), Count("output_groups"),
                Count("window"), Optional("compression")) { Indexer = Indexer(reader, facts) },
            MixerKind.StateSpace => new StateSpace(
                Count("heads"), Count("head_dimension"), Count("state_size"), Count("groups"), Count("convolution_width")),
            MixerKind.LinearAttention => new LinearAttention(
                Count("key_heads"), Count("value_heads"), Count("key_dimension"), Count("value_dimension"), reader.Flag("gated"),
                Optional("convolution_width")),
            _ => Attention(reader, facts),
        };
    }

    private static Attention Attention(MappingReader reader, WholeNumbers facts)
    {
        var attention = new Attention(
            facts.Count(reader, "heads"), facts.Count(reader, "key_value_heads"), facts.Count(reader, "head_dimension"),
            facts.OptionalCount(reader, "window"), reader.Flag("bias"))
        {
            KeyValues = reader.OptionalWord<KeyValueOrigin>("key_values") ?? KeyValueOrigin.Own,
            QueryRank = facts.OptionalCount(reader, "query_rank"),
            OutputGate = reader.Flag("output_gate"),
            Chunked = reader.Flag("chunked"),
        };
        if (attention.Heads % attention.KeyValueHeads != 0)
        {
            reader.Error("key_value_heads", DiagnosticCode.BadValue, $"{attention.Heads} heads cannot share {attention.KeyValueHeads} key-value heads evenly");
        }

        return attention;
    }

    private static SparseIndexer? Indexer(MappingReader reader, WholeNumbers facts) => reader.OptionalMapping("indexer") is { } indexer
        ? new SparseIndexer(facts.Count(indexer, "heads"), facts.Count(indexer, "dimension"), facts.Count(indexer, "top_k"))
        : null;

    private enum FeedForwardKind
    {
        Dense,
        MixtureOfExperts,
    }

    private static FeedForward FeedForward(MappingReader reader, WholeNumbers facts)
    {
        if (reader.Word<FeedForwardKind>("kind") == FeedForwardKind.Dense)
        {
            return new DenseFeedForward(facts.Count(reader, "inner"), reader.RequiredFlag("gated"), reader.Flag("bias"));
        }

        var experts = new MixtureOfExperts(
            facts.Count(reader, "experts"), facts.Count(reader, "top_k"), facts.Count(reader, "expert_inner"),
            facts.OptionalCount(reader, "shared_inner"), reader.RequiredFlag("gated"), facts.OptionalCount(reader, "latent_hidden"),
            reader.Flag("bias"));
        if (experts.TopK > experts.Experts)
        {
            reader.Error("top_k", DiagnosticCode.OutOfRange, $"'top_k' is {experts.TopK}, expected at most the {experts.Experts} experts");
        }

        return experts;
    }
}
