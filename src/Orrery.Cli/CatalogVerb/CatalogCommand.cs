using System.CommandLine;

namespace Orrery.Cli.CatalogVerb;

/// <summary><c>orrery catalog</c>: what we know, and who says so.</summary>
internal static class CatalogCommand
{
    public static Command Create() => new("catalog", "What we know, and who says so")
    {
        CatalogList.Create(),
        CatalogShow.Create(),
        CatalogCheckVerb.Create(),
    };
}
