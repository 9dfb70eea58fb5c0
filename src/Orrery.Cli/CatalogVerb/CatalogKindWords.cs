using Orrery.Catalog;

namespace Orrery.Cli.CatalogVerb;

/// <summary>The folders of the catalog as words of the command line.</summary>
internal static class CatalogKindWords
{
    public static IReadOnlyDictionary<string, CatalogKind> All { get; } =
        Enum.GetValues<CatalogKind>().ToDictionary(kind => kind.ToString().ToLowerInvariant(), kind => kind);

    public static string Of(CatalogKind kind) => kind.ToString().ToLowerInvariant();
}
