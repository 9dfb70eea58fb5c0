namespace Orrery.Domain.Hardware;

/// <summary>How paper H100 equivalents (H100e) are counted.</summary>
public enum H100Count
{
    /// <summary>Total processing performance: the largest of dense rate times bits over all formats, over that of an H100 in 16 bits.</summary>
    Tpp,

    /// <summary>The same of 8-bit formats alone, or of 16 bits where a chip has no 8-bit format.</summary>
    EightBit,

    /// <summary>The larger of the dense 8-bit and 16-bit rates, whatever the bits, over an H100's 8-bit rate; 4 bits are ignored.</summary>
    Epoch,
}

/// <summary>What a holding's amount counts.</summary>
public enum FleetUnit
{
    Chips,

    /// <summary>Paper H100 equivalents, as the fleet counts them.</summary>
    H100e,

    /// <summary>Parts of the fleet's total; parts are divided by their sum.</summary>
    Share,
}

/// <summary>A stockpile: what a country, a company or a site owns, by chip type and by cluster.</summary>
public sealed record Fleet
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public string Notes { get; init; } = "";

    /// <summary>When it is counted, as a fractional year; null where nothing says so.</summary>
    public Sourced<double>? AsOf { get; init; }

    /// <summary>What H100e in this file mean.</summary>
    public required H100Count CountedBy { get; init; }

    /// <summary>All of it, in H100e; null where the holdings say how much there is.</summary>
    public Sourced<double>? Total { get; init; }

    /// <summary>Power usage effectiveness: what the site draws over what its systems draw.</summary>
    public required Sourced<double> Pue { get; init; }

    /// <summary>Mean power of systems over their rated power, a year through.</summary>
    public required Sourced<double> MeanLoad { get; init; }

    public required IReadOnlyList<FleetHolding> Holdings { get; init; }

    /// <summary>The file of evidence that its holdings are read from; empty where the catalog lists them.</summary>
    public string Dataset { get; init; } = "";

    /// <summary>H100e on chips whose type is not known: counted as they are stated and in nothing else.</summary>
    public double UnknownH100e { get; init; }
}

/// <summary>Chips of one type that one owner has.</summary>
/// <param name="System">What they are built into.</param>
/// <param name="Amount">How many, in <paramref name="Unit"/>.</param>
/// <param name="Site">Clusters of one site are joined; empty where each cluster stands alone.</param>
/// <param name="Clusters">How they are spread over clusters; one class without a size means that all are one cluster.</param>
public sealed record FleetHolding(
    string Name, AiSystem System, string Owner, string Country, string Site, FleetUnit Unit, Sourced<double> Amount, IReadOnlyList<ClusterClass> Clusters);

/// <summary>Clusters of about one size.</summary>
/// <param name="Name">With the spread it belongs to: "american.giant".</param>
/// <param name="Chips">Of one cluster; null for all chips of the holding in one.</param>
/// <param name="Share">Of the holding's chips that stand in such clusters; shares are divided by their sum.</param>
public sealed record ClusterClass(string Name, Sourced<double>? Chips, Sourced<double> Share);
