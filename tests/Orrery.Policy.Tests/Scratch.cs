namespace Orrery.Policy.Tests;

/// <summary>Files for a test, gone after it.</summary>
internal static class Scratch
{
    /// <param name="files">Texts by path under the folder.</param>
    public static T Folder<T>(IReadOnlyDictionary<string, string> files, Func<string, T> use)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            foreach (var (path, text) in files)
            {
                var whole = Path.Combine(folder.FullName, path);
                Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
                File.WriteAllText(whole, text);
            }

            return use(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
