using System.Reflection;

namespace Orrery.Architecture.Tests;

/// <summary>The checkout the tests run in, as files.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Source files of a library, generated ones left out.</summary>
    public static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(path => !Relative(path).Split('/').Any(part => part is "bin" or "obj"));

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string FindRoot()
    {
        for (var folder = Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Orrery.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("the tests must run from inside a checkout: no Orrery.slnx above the test program");
    }
}
