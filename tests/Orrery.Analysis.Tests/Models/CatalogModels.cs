using Orrery.Catalog;
using Orrery.Domain.Models;

namespace Orrery.Analysis.Tests.Models;

/// <summary>The models that ship.</summary>
internal static class CatalogModels
{
    private static readonly OrreryCatalog Shipped =
        OrreryCatalog.Open(CatalogRoot.Find() ?? throw new InvalidOperationException("no catalog above the test's folder"));

    public static IEnumerable<string> Ids => Shipped.Ids(CatalogKind.Models);

    public static Transformer Get(string name) => Shipped.Model(name);

    public static string? Resolve(string name) => Shipped.Resolve(CatalogKind.Models, name);
}
