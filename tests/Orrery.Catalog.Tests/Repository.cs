using Orrery.Catalog;

namespace Orrery.Catalog.Tests;

/// <summary>The catalog this repository ships.</summary>
internal static class Repository
{
    public static string CatalogFolder { get; } =
        CatalogRoot.FindAbove(AppContext.BaseDirectory) ?? throw new InvalidOperationException("no catalog above the tests");

    public static OrreryCatalog Open() => OrreryCatalog.Open(CatalogFolder);
}
