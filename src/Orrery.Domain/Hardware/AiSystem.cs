using Orrery.Domain.Reliability;
using Orrery.Quantities;

namespace Orrery.Domain.Hardware;

/// <summary>A scale-up domain with its chips, fabric, power and price.</summary>
public sealed record AiSystem
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required Chip Chip { get; init; }

    /// <summary>Chips in one system as sold.</summary>
    public required int Chips { get; init; }

    /// <summary>Innermost first; the last one is the scale-out network, which grows with the cluster.</summary>
    public required IReadOnlyList<FabricTier> Tiers { get; init; }

    /// <summary>The largest set of chips that shares the scale-up fabric.</summary>
    public required int ScaleUpDomain { get; init; }

    /// <summary>Chips that the fabric's architecture could join in one scale-up domain, whatever the product joins; at least
    /// <see cref="ScaleUpDomain"/>. Null where the catalog does not say.</summary>
    public Sourced<int>? ScaleUpLimit { get; init; }

    /// <summary>First shipment, as a fractional year; null where the catalog does not say.</summary>
    public Sourced<double>? Launch { get; init; }

    /// <summary>Between a chip and host memory, per chip and direction; null where the catalog does not say.</summary>
    public Sourced<BytesPerSecond>? HostBandwidth { get; init; }

    /// <summary>Host memory that training may use, a chip's share; null where the catalog does not say.</summary>
    public Sourced<Bytes>? HostMemory { get; init; }

    public Sourced<Watts>? Power { get; init; }
    public Sourced<Usd>? Price { get; init; }
    public Sourced<SquareMetres>? FloorArea { get; init; }

    /// <summary>Hosts, cards, links, optics and switches; null where the catalog does not say.</summary>
    public SystemParts? Parts { get; init; }

    /// <summary>How often those fail and what is done about it; null where the catalog does not say.</summary>
    public FailureProfile? Failures { get; init; }

    /// <summary>What the vendor or an essay says of the whole system, by name ("bf16", "hbm", ...), in base units.</summary>
    public IReadOnlyDictionary<string, Sourced<Scalar>> Claims { get; init; } = new Dictionary<string, Sourced<Scalar>>();

    /// <summary>
    /// The same system with a scale-up domain of another size. The scale-up tier, the outermost that connects no more chips than
    /// the domain, keeps its bandwidth, latency and reach and connects that many; tiers inside it that connect as many or more go
    /// away, as do closed tiers outside it that connect no more; the scale-out tier stays. A tier whose inner one went away shares
    /// its links with none. Chips, power and price of the product
    /// stay too, and nothing asks whether <see cref="ScaleUpLimit"/> allows the size.
    /// </summary>
    /// <param name="chips">Chips of the new domain, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one chip.</exception>
    /// <exception cref="MissingFactException">The catalog gives this system no scale-up tier that could grow.</exception>
    public AiSystem WithDomain(int chips)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chips, 1);
        if (chips == ScaleUpDomain)
        {
            return this;
        }

        var scaleUp = Tiers.LastOrDefault(tier => tier.Ranks <= ScaleUpDomain)
            ?? throw new MissingFactException($"{Id} has no scale-up tier in the catalog, so its domain cannot be {chips} chips");
        var kept = new List<FabricTier>();
        var innerStayed = false;
        foreach (var tier in Tiers)
        {
            var isInside = tier.Ranks < scaleUp.Ranks;
            var stays = tier == scaleUp || tier.Ranks is null || (isInside ? tier.Ranks < chips : tier.Ranks > chips);
            if (stays)
            {
                kept.Add(tier with { Ranks = tier == scaleUp ? chips : tier.Ranks, SharesLinks = tier.SharesLinks && innerStayed });
            }

            innerStayed = stays;
        }

        return this with { ScaleUpDomain = chips, Tiers = kept };
    }
}

/// <summary>As many chips of a system as a job uses, joined by scale-out.</summary>
public sealed record Cluster(AiSystem System, int Chips)
{
    public Chip Chip => System.Chip;

    /// <summary>How many systems that is; a part of one counts as a part.</summary>
    public double Systems => (double)Chips / System.Chips;
}
