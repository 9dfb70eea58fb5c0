using Orrery.Catalog.Yaml;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Reliability;
using Orrery.Quantities;

namespace Orrery.Catalog.Reliability;

/// <summary>Reads a failure profile.</summary>
internal static class FailureProfileReader
{
    public static FailureProfile Read(ThingHeader header, MappingReader root)
    {
        var causes = root.Mappings("causes", "id");
        if (causes.Count == 0)
        {
            root.Error("causes", DiagnosticCode.MissingKey, "'causes' is empty, expected at least one cause of failure");
        }

        foreach (var again in causes.GroupBy(cause => cause.Path).SelectMany(same => same.Skip(1)))
        {
            again.Error("id", DiagnosticCode.DuplicateName, $"'{again.Path}' is there twice, expected each cause once");
        }

        var recovery = root.Mapping("recovery");
        var checkpoint = root.Mapping("checkpoint");
        return new FailureProfile
        {
            Id = header.Id,
            Name = header.Name,
            Causes = [.. causes.Select(Cause)],
            SiteFactor = AboveZero(root, "site_factor", root.Quantity<Scalar>("site_factor"), factor => factor.Value),
            Recovery = new Recovery(
                recovery.Quantity<Seconds>("detection"), recovery.Quantity<Seconds>("restart"), Share(recovery, "replaced"),
                recovery.Quantity<Seconds>("repair"), recovery.Quantity<Scalar>("spares")),
            Checkpoint = new CheckpointStorage(
                AboveZero(checkpoint, "bandwidth", checkpoint.Quantity<BytesPerSecond>("bandwidth"), rate => rate.Value), Share(checkpoint, "blocking")),
        };
    }

    private static FailureCause Cause(MappingReader cause) =>
        new(cause.Text("id"), cause.Word<FailingPart>("part"), cause.Quantity<PerSecond>("rate"), Share(cause, "interrupts"));

    private static Sourced<Scalar> Share(MappingReader reader, string key)
    {
        var share = reader.Quantity<Scalar>(key);
        if (share is { Source.Length: > 0, High.Value: > 1 })
        {
            reader.Error(key, DiagnosticCode.OutOfRange, FormattableString.Invariant($"'{key}' may be {share.High.Value}, expected a share, 0 to 1"));
        }

        return share;
    }

    private static Sourced<T> AboveZero<T>(MappingReader reader, string key, Sourced<T> value, Func<T, double> magnitude) where T : struct
    {
        if (value.Source.Length > 0 && magnitude(value.Low) <= 0)
        {
            reader.Error(key, DiagnosticCode.OutOfRange, $"'{key}' may be 0, expected more");
        }

        return value;
    }
}
