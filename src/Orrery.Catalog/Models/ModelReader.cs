using Orrery.Catalog.Yaml;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Models;
using Orrery.Domain.Workloads;

namespace Orrery.Catalog.Models;

/// <summary>Reads a model file.</summary>
internal static class ModelReader
{
    /// <summary>Wrong input is reported through the reader; what is returned then is discarded by the caller.</summary>
    /// <param name="models">The model of an id; reports at the key when there is none.</param>
    internal static Transformer Read(ThingHeader header, MappingReader root, Func<string, Transformer?> models)
    {
        if (root.OptionalText("same_architecture_as") is { } twin)
        {
            return models(twin) is { } found ? found with { Id = header.Id, Name = header.Name } : Nothing(header);
        }

        var facts = new WholeNumbers();
        var layers = LayerReader.Stack(root, facts);
        return new Transformer
        {
            Id = header.Id,
            Name = header.Name,
            Hidden = facts.Count(root, "hidden"),
            Vocabulary = facts.Count(root, "vocabulary"),
            TiedEmbeddings = root.RequiredFlag("tied_embeddings"),
            PositionEmbeddings = facts.OptionalCount(root, "position_embeddings"),
            Layers = layers,
            MultiTokenPrediction = facts.OptionalCount(root, "multi_token_prediction"),
            OtherParameters = root.OptionalNumber("other_parameters")?.Value ?? 0,
            OtherProjections = root.OptionalNumber("other_projections")?.Value ?? 0,
            ResidualStreams = Math.Max(1, facts.OptionalCount(root, "residual_streams")),
            PublishedParameters = root.OptionalNumber("published_parameters"),
            PublishedActiveParameters = root.OptionalNumber("published_active_parameters"),
            Checkpoint = root.OptionalMapping("checkpoint") is { } checkpoint ? Checkpoint(checkpoint) : null,
            MaxSequence = facts.OptionalCount(root, "max_sequence"),
            Confidence = facts.Worst,
        };
    }

    private static ModelCheckpoint Checkpoint(MappingReader reader)
    {
        var dense = reader.Word<WeightFormat>("dense");
        return new ModelCheckpoint(dense, reader.OptionalWord<WeightFormat>("experts") ?? dense, reader.Text("source"));
    }

    private static Transformer Nothing(ThingHeader header) => new()
    {
        Id = header.Id, Name = header.Name, Hidden = 0, Vocabulary = 0, TiedEmbeddings = false, Layers = [],
    };

    /// <summary>True or false, which must be said.</summary>
    internal static bool RequiredFlag(this MappingReader reader, string key)
    {
        if (!reader.Has(key))
        {
            reader.Text(key); // reports it as missing
            return false;
        }

        return reader.Flag(key);
    }
}

/// <summary>Reads dimensions, which may carry a source and a range of their own, and keeps the least sure of them.</summary>
internal sealed class WholeNumbers
{
    /// <summary>Above any dimension of any model; keeps products of two in a long.</summary>
    private const double Largest = 1 << 30;

    public Confidence Worst { get; private set; } = Confidence.Measured;

    /// <summary>A required whole number from 1.</summary>
    public int Count(MappingReader reader, string key) => Checked(reader, key, reader.Number(key), 1);

    /// <summary>A whole number, 0 where it is not given.</summary>
    public int OptionalCount(MappingReader reader, string key) =>
        reader.OptionalNumber(key) is { } number ? Checked(reader, key, number, 0) : 0;

    private int Checked(MappingReader reader, string key, Sourced<double> number, int least)
    {
        if (number.Source.Length == 0)
        {
            return least; // missing, and reported as such
        }

        Worst = number.Confidence > Worst ? number.Confidence : Worst;
        if (number.Value >= least && number.Value <= Largest && number.Value == Math.Floor(number.Value))
        {
            return (int)number.Value;
        }

        // One end of a range need not be whole: an override may set it.
        reader.Error(key, DiagnosticCode.OutOfRange, FormattableString.Invariant(
            $"'{key}' is {number.Value}, expected a whole number from {least} to {Largest:0}"));
        return least;
    }
}
