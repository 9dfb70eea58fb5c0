namespace Orrery.Evidence.Tests;

/// <summary>Finds folders of the repository from wherever the tests run.</summary>
internal static class Repository
{
    public static string Folder(string name)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Orrery.slnx")))
            {
                return Path.Combine(at.FullName, name);
            }
        }

        throw new DirectoryNotFoundException("no folder above the tests holds Orrery.slnx");
    }
}
