using System.Reflection;
using Orrery.Catalog;

namespace Orrery.Cli.Shell;

/// <summary>This program: its version and the folders it ships with.</summary>
internal static class Tool
{
    public static string Version { get; } =
        typeof(Tool).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>The checkout: where <c>ORRERY_HOME</c> points, else the nearest folder above the program that holds a catalog.</summary>
    public static string Home { get; } = FindHome();

    public static string CatalogFolder => Path.Combine(Home, "catalog");

    /// <summary>Files of one's own beside the shipped ones: the folder that <c>ORRERY_CATALOG</c> names; null where it is not set.</summary>
    public static string? OwnCatalogFolder { get; } =
        Environment.GetEnvironmentVariable("ORRERY_CATALOG") is { Length: > 0 } own ? own : null;

    /// <summary>The shipped catalog, with the own folder before it where there is one.</summary>
    public static OrreryCatalog OpenCatalog() => OrreryCatalog.Open(CatalogFolder, OwnCatalogFolder);

    public static string EvidenceFolder => Path.Combine(Home, "evidence");

    /// <summary>A file, or folder, of the evidence.</summary>
    public static string Evidence(string name) => Path.Combine(EvidenceFolder, name);

    private static string FindHome()
    {
        if (Environment.GetEnvironmentVariable("ORRERY_HOME") is { Length: > 0 } home)
        {
            return Path.GetFullPath(home);
        }

        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.Exists(Path.Combine(folder, "catalog")))
            {
                return folder;
            }
        }

        return Directory.GetCurrentDirectory(); // whoever opens the catalog there says that there is none
    }
}
