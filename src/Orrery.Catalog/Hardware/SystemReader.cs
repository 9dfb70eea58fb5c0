using Orrery.Catalog.Yaml;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;
using Orrery.Domain.Reliability;
using Orrery.Quantities;

namespace Orrery.Catalog.Hardware;

/// <summary>Reads a system file.</summary>
internal static class SystemReader
{
    /// <param name="chip">The chip of an id; reports at the key when there is none.</param>
    /// <param name="failures">The failure profile of an id; as for the chip.</param>
    public static AiSystem Read(ThingHeader header, MappingReader root, Func<string, Chip?> chip, Func<string, FailureProfile?> failures)
    {
        root.OptionalText("status");
        root.OptionalText("topology");
        var claims = root.OptionalMapping("claims");
        var tiers = root.Mappings("tiers", "name");
        if (tiers.Count == 0)
        {
            root.Error("tiers", DiagnosticCode.MissingKey, "'tiers' is empty, expected at least one fabric tier, innermost first");
        }

        var itsChip = chip(root.Text("chip"));
        var domain = Positive(root, "scale_up_domain");
        return new AiSystem
        {
            Id = header.Id,
            Name = header.Name,
            Chip = itsChip!,
            Chips = Positive(root, "chips"),
            ScaleUpDomain = domain,
            ScaleUpLimit = Limit(root, domain),
            Tiers = [.. tiers.Select(tier => Tier(tier, itsChip))],
            Launch = root.Sourced<double>("launch", DateText.TryParse, year => year),
            Power = root.OptionalQuantity<Watts>("power"),
            Price = root.OptionalQuantity<Usd>("price"),
            HostBandwidth = root.OptionalQuantity<BytesPerSecond>("host_bandwidth"),
            HostMemory = root.OptionalQuantity<Bytes>("host_memory"),
            FloorArea = root.OptionalQuantity<SquareMetres>("floor_area"),
            Parts = root.OptionalMapping("parts") is { } parts ? Parts(parts) : null,
            Failures = Failures(root, failures),
            Claims = claims?.Keys.ToDictionary(key => key, key => Claim(claims, key)) ?? [],
        };
    }

    /// <summary>The system with its chip and failure profile as another view has them, and with the chip the reach that tiers take from its kernel profile.</summary>
    public static AiSystem Around(this AiSystem system, Chip chip, FailureProfile? failures) => ReferenceEquals(system.Chip, chip)
        ? ReferenceEquals(system.Failures, failures) ? system : system with { Failures = failures }
        : system with
    {
        Chip = chip,
        Failures = failures,
        Tiers = [.. system.Tiers.Select(tier => tier.Around(system.Chip.Kernels?.ScaleUpReach, chip.Kernels?.ScaleUpReach))],
    };

    private static FabricTier Around(this FabricTier tier, CollectiveReach? old, CollectiveReach? reach) =>
        reach is not null && ReferenceEquals(tier.Reach, old) ? tier with { Reach = reach } : tier;

    private static FailureProfile? Failures(MappingReader root, Func<string, FailureProfile?> failures)
    {
        const string Key = "failure_profile";
        if (root.OptionalText(Key) is not { } profile)
        {
            return null;
        }

        if (!root.Has("parts"))
        {
            root.Error(Key, DiagnosticCode.MissingKey, $"'parts' is missing, expected a mapping of what '{Key}' gives failure rates for", "parts: { hosts: 1, nics: 8, links: 0, optics: 0, switches: 0, scale_out_radix: 64 }");
        }

        return failures(profile);
    }

    private static SystemParts Parts(MappingReader parts)
    {
        var read = new SystemParts(
            parts.Number("hosts"), parts.Number("nics"), parts.Number("links"), parts.Number("optics"), parts.Number("switches"), parts.Number("scale_out_radix"));
        AtLeast(read.Hosts, "hosts", 1);
        AtLeast(read.ScaleOutRadix, "scale_out_radix", 3); // of two ports no network can be built
        return read;

        void AtLeast(Sourced<double> number, string key, double least)
        {
            if (number.Source.Length > 0 && number.Low < least)
            {
                parts.Error(key, DiagnosticCode.OutOfRange, FormattableString.Invariant($"'parts.{key}' may be {number.Low}, expected at least {least}"));
            }
        }
    }

    private static FabricTier Tier(MappingReader tier, Chip? chip)
    {
        tier.OptionalText("note");
        var topology = tier.Word<Topology>("topology");
        var dimensions = topology == Topology.Torus || tier.Has("dimensions") ? Positive(tier, "dimensions") : 1;
        return new FabricTier
        {
            Name = tier.Text("name"),
            Topology = topology,
            Dimensions = dimensions,
            Ranks = tier.Has("ranks") ? Positive(tier, "ranks") : null,
            Bandwidth = tier.Quantity<BytesPerSecond>("bandwidth"),
            Latency = tier.Quantity<Seconds>("latency"),
            Oversubscription = tier.Quantity<Scalar>("oversubscription"),
            SharesLinks = tier.Flag("shares_links"),
            InNetworkReduction = tier.Flag("in_network_reduction"),
            Reach = ReachReader.Read(tier, chip),
        };
    }

    /// <summary>What the architecture allows, for sure not less than the product does.</summary>
    private static Sourced<int>? Limit(MappingReader root, int domain)
    {
        const string Key = "scale_up_limit";
        var limit = root.OptionalCount(Key);
        if (limit is not null && limit.Low < domain)
        {
            root.Error(Key, DiagnosticCode.OutOfRange, $"'{Key}' may be {limit.Low}, expected at least the scale_up_domain, {domain}");
        }

        return limit;
    }

    private static int Positive(MappingReader reader, string key)
    {
        var number = reader.Integer(key);
        if (number < 1)
        {
            reader.Error(key, DiagnosticCode.OutOfRange, $"'{key}' is {number}, expected at least 1");
        }

        return number;
    }

    private static Sourced<Scalar> Claim(MappingReader claims, string key) =>
        claims.Sourced<Scalar>(key, TryParseAny, scalar => scalar.Value) ?? new Sourced<Scalar>(default, "", Confidence.Assumed);

    /// <summary>A claim is of any dimension; its unit says which, and its value is in that dimension's base unit.</summary>
    private static bool TryParseAny(string text, out Scalar value, out string expected)
    {
        if (QuantityText.TryParse<FlopsPerSecond>(text, out var rate, out _))
        {
            value = new Scalar(rate.Value);
        }
        else if (QuantityText.TryParse<BytesPerSecond>(text, out var bandwidth, out _))
        {
            value = new Scalar(bandwidth.Value);
        }
        else if (QuantityText.TryParse<Bytes>(text, out var memory, out _))
        {
            value = new Scalar(memory.Value);
        }
        else if (QuantityText.TryParse<Watts>(text, out var power, out _))
        {
            value = new Scalar(power.Value);
        }
        else if (QuantityText.TryParse<SquareMetres>(text, out var area, out _))
        {
            value = new Scalar(area.Value);
        }
        else if (QuantityText.TryParse<Seconds>(text, out var time, out _))
        {
            value = new Scalar(time.Value);
        }
        else if (!QuantityText.TryParse(text, out value, out _))
        {
            expected = "a number with the unit of a compute rate, memory, bandwidth, power, area or time, or without one";
            return false;
        }

        expected = "";
        return true;
    }
}
