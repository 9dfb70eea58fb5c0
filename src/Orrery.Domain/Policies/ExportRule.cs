namespace Orrery.Domain.Policies;

/// <summary>Whether a rule binds.</summary>
public enum RuleStatus
{
    InForce,
    Proposed,
    Rescinded,
}

/// <summary>What a rule speaks of.</summary>
public enum RuleSubject
{
    Chips,

    /// <summary>Memory that is sold by itself; memory in a chip's package counts with the chip.</summary>
    Memory,
}

/// <summary>What it means for a chip to meet a rule's tests.</summary>
public enum RuleEffect
{
    /// <summary>A licence is needed, or none is given.</summary>
    Controlled,

    /// <summary>The chip is in a class that may be licensed more easily.</summary>
    Eligible,
}

/// <summary>A figure of a chip that rules test, in the unit that they write it in.</summary>
public enum ChipQuantity
{
    /// <summary>Total processing power: dense operations a second in tera times their bits, the largest over the formats. TPP.</summary>
    Tpp,

    /// <summary>TPP over the area of the logic dies, TPP/mm2.</summary>
    PerformanceDensity,

    /// <summary>GB/s.</summary>
    MemoryBandwidth,

    /// <summary>GB.</summary>
    MemoryCapacity,

    /// <summary>Scale-up links, both directions together, as export rules count. GB/s.</summary>
    InterconnectBandwidth,

    /// <summary>The two bandwidths together, GB/s.</summary>
    MemoryAndInterconnectBandwidth,

    /// <summary>Of a memory stack: bandwidth over its area, GB/s/mm2.</summary>
    MemoryBandwidthDensity,
}

/// <summary>How a figure is held against a threshold.</summary>
public enum TestSense
{
    AtLeast,
    Above,
    Below,
}

/// <summary>One figure against one threshold.</summary>
public sealed record RuleTest(ChipQuantity Quantity, TestSense Sense, Sourced<double> Threshold);

/// <summary>Tests that must all be met.</summary>
public sealed record RuleClause(string Name, IReadOnlyList<RuleTest> Tests);

/// <summary>A limit that follows the best chip that a country makes.</summary>
/// <param name="Times">Of that chip's figures.</param>
/// <param name="ProductionShare">Of a year's demand that a chip's production must meet to count.</param>
public sealed record RelativeLimit(Sourced<double> Times, Sourced<double> ProductionShare, IReadOnlyList<ChipQuantity> Quantities);

/// <summary>A chip that the country makes.</summary>
/// <param name="UnitsAYear">Packages.</param>
/// <param name="IsIndigenous">By the rule's definition.</param>
public sealed record IndigenousChip(string Chip, Sourced<double> UnitsAYear, bool IsIndigenous, string Why);

/// <summary>What an aggregate is measured by.</summary>
public enum AggregateKind
{
    /// <summary>A country's installed compute over what the United States have installed.</summary>
    ShareOfInstalled,

    /// <summary>Exports of one product over its sales in the United States, in TPP.</summary>
    ShareOfSales,

    /// <summary>TPP to one country in all.</summary>
    TppOfCountry,

    /// <summary>TPP to one consignee a year.</summary>
    TppOfConsignee,
}

public sealed record AggregateLimit(string Name, AggregateKind Kind, Sourced<double> Amount);

/// <summary>A rule on what may be exported, as data: what it tests, what follows, and what it lets through in all.</summary>
public sealed record ExportRule
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required RuleStatus Status { get; init; }

    /// <summary>Since when, or when it was proposed.</summary>
    public required DateOnly Since { get; init; }

    /// <summary><see cref="Since"/> as a fractional year, as launches are.</summary>
    public double SinceYear => Since.Year + ((Since.DayOfYear - 1) / 365.25);
    public DateOnly? Until { get; init; }

    /// <summary>In our words.</summary>
    public required string Says { get; init; }
    public required string Consequence { get; init; }
    public required string Source { get; init; }
    public RuleSubject Subject { get; init; }
    public RuleEffect Effect { get; init; }

    /// <summary>Any of them is enough.</summary>
    public IReadOnlyList<RuleClause> Clauses { get; init; } = [];
    public RelativeLimit? Relative { get; init; }
    public IReadOnlyList<IndigenousChip> Production { get; init; } = [];

    /// <summary>A year's demand, in TPP; null where the rule needs none.</summary>
    public Sourced<double>? Demand { get; init; }
    public IReadOnlyList<AggregateLimit> Aggregates { get; init; } = [];
}
