using Orrery.Catalog;

namespace Orrery.Policy.Tests;

/// <summary>The catalog as shipped.</summary>
internal static class Shipped
{
    public static OrreryCatalog Catalog { get; } = OrreryCatalog.Open(CatalogRoot.Find() ?? throw new InvalidOperationException("no catalog above the tests"));
}
