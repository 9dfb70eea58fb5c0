namespace Orrery.Policy.Fleets;

/// <summary>What a fleet is asked, in base units.</summary>
public enum FleetFigure
{
    Chips,
    PaperTpp,
    PaperEightBit,
    PaperEpoch,
    DeliveredDense,
    DeliveredMoe,
    DeliveredDecode,

    /// <summary>Model FLOP of the largest run on one cluster.</summary>
    ClusterRun,

    /// <summary>On all clusters of one site together.</summary>
    SiteRun,
    FrontierRuns,
    ServedTokens,
    BigH100e,
    BigShare,
    SitePower,
    EnergyAYear,
}

/// <summary>Names and units of figures.</summary>
public static class FleetFigures
{
    public static IReadOnlyList<FleetFigure> All { get; } = Enum.GetValues<FleetFigure>();

    /// <summary>Snake case, ending in the unit.</summary>
    public static string Id(this FleetFigure figure) => figure switch
    {
        FleetFigure.Chips => "chips",
        FleetFigure.PaperTpp => "paper_tpp_h100e",
        FleetFigure.PaperEightBit => "paper_eight_bit_h100e",
        FleetFigure.PaperEpoch => "paper_epoch_h100e",
        FleetFigure.DeliveredDense => "dense_pretraining_h100e",
        FleetFigure.DeliveredMoe => "moe_pretraining_h100e",
        FleetFigure.DeliveredDecode => "decode_h100e",
        FleetFigure.ClusterRun => "cluster_run_flop",
        FleetFigure.SiteRun => "site_run_flop",
        FleetFigure.FrontierRuns => "frontier_runs_per_year",
        FleetFigure.ServedTokens => "served_tokens_per_s",
        FleetFigure.BigH100e => "in_big_clusters_h100e",
        FleetFigure.BigShare => "in_big_clusters_share",
        FleetFigure.SitePower => "site_power_w",
        _ => "energy_per_year_j",
    };

    /// <summary>As a person says it.</summary>
    public static string Name(this FleetFigure figure) => figure switch
    {
        FleetFigure.Chips => "chips",
        FleetFigure.PaperTpp => "on paper, by TPP",
        FleetFigure.PaperEightBit => "on paper, by 8-bit TPP",
        FleetFigure.PaperEpoch => "on paper, as Epoch counts",
        FleetFigure.DeliveredDense => "delivered, dense pre-training",
        FleetFigure.DeliveredMoe => "delivered, MoE pre-training",
        FleetFigure.DeliveredDecode => "delivered, decode",
        FleetFigure.ClusterRun => "largest run on one cluster",
        FleetFigure.SiteRun => "largest run on one site",
        FleetFigure.FrontierRuns => "frontier runs a year",
        FleetFigure.ServedTokens => "tokens served at the latency target",
        FleetFigure.BigH100e => "in clusters big enough to matter",
        FleetFigure.BigShare => "the same as a share of all",
        FleetFigure.SitePower => "power, cooling included",
        _ => "energy a year",
    };

    /// <summary>Of a sum over chips: so many times the fleet does so many times as much.</summary>
    public static bool IsSum(this FleetFigure figure) => figure is not (FleetFigure.ClusterRun or FleetFigure.SiteRun or FleetFigure.BigShare);
}
