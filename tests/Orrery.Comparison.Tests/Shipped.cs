using Orrery.Catalog;
using Orrery.Comparison.Delivered;
using Orrery.Domain.Hardware;

namespace Orrery.Comparison.Tests;

/// <summary>The catalog as shipped, and contestants from it.</summary>
internal static class Shipped
{
    public static OrreryCatalog Catalog { get; } = OrreryCatalog.Open(CatalogRoot.Find() ?? throw new InvalidOperationException("no catalog above the tests"));

    public static Contestant Contestant(string system, string stack, int? chips = null)
    {
        var found = Catalog.System(system);
        return new Contestant(system, new Cluster(found, chips ?? found.Chips), Catalog.Stack(stack));
    }

    public static Contestant Nvl72 { get; } = Contestant("gb200-nvl72", "megatron");

    public static Contestant CloudMatrix { get; } = Contestant("cloudmatrix-384", "mindspeed");
}
