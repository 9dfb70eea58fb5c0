namespace Orrery.Catalog;

/// <summary>Finds the catalog folder when nobody named one.</summary>
public static class CatalogRoot
{
    /// <summary>Upwards from the program's folder, then from the current one, to a folder "catalog" with "sources.yaml"; null if none.</summary>
    public static string? Find() => FindAbove(AppContext.BaseDirectory) ?? FindAbove(Directory.GetCurrentDirectory());

    /// <summary>The nearest catalog at or above a folder.</summary>
    public static string? FindAbove(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            var candidate = Path.Combine(at.FullName, "catalog");
            if (File.Exists(Path.Combine(candidate, "sources.yaml")))
            {
                return candidate;
            }
        }

        return null;
    }
}
