namespace Orrery.Catalog;

/// <summary>A folder of the catalog; one file a thing.</summary>
public enum CatalogKind
{
    Chips,
    Systems,
    Models,
    Kernels,
    Software,
    Prices,
    Policies,
    Laws,
    LossLaws,
    Engines,
    Fleets,
    Reliability,
    Rules,
    Workloads,
}

/// <summary>One file of the catalog.</summary>
/// <remarks>A class: containers of references come precompiled with the runtime, those of a value of ours are compiled at every start (some sixty methods).</remarks>
internal sealed record FileKey(CatalogKind Kind, string Id);

internal static class CatalogKinds
{
    public static string Folder(this CatalogKind kind) => kind switch
    {
        CatalogKind.Chips => "chips",
        CatalogKind.Systems => "systems",
        CatalogKind.Models => "models",
        CatalogKind.Kernels => "kernels",
        CatalogKind.Software => "software",
        CatalogKind.Prices => "prices",
        CatalogKind.Policies => "policies",
        CatalogKind.Engines => "engines",
        CatalogKind.Fleets => "fleets",
        CatalogKind.Reliability => "reliability",
        CatalogKind.Rules => "rules",
        CatalogKind.Workloads => "workloads",
        CatalogKind.LossLaws => "loss-laws",
        _ => "laws",
    };

    /// <summary>One of them, in a sentence.</summary>
    public static string Word(this CatalogKind kind) => kind switch
    {
        CatalogKind.Chips => "chip",
        CatalogKind.Systems => "system",
        CatalogKind.Models => "model",
        CatalogKind.Kernels => "kernel profile",
        CatalogKind.Software => "software stack",
        CatalogKind.Prices => "price",
        CatalogKind.Policies => "policy",
        CatalogKind.Engines => "serving engine",
        CatalogKind.Fleets => "fleet",
        CatalogKind.Reliability => "failure profile",
        CatalogKind.Rules => "rule",
        CatalogKind.Workloads => "reference workload",
        CatalogKind.LossLaws => "loss law",
        _ => "law",
    };
}
