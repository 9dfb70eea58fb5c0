using Orrery.Catalog;

namespace Orrery.Benchmarks;

/// <summary>The checkout that is measured: where its data lies.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    public static string TrainingRows { get; } = Path.Combine(Root, "evidence", "training.csv");
    public static string TrainingRules { get; } = Path.Combine(Root, "evidence", "training-sources.yaml");
    public static string KernelTables { get; } = Path.Combine(Root, "evidence", "kernels");

    public static OrreryCatalog OpenCatalog() => OrreryCatalog.Open(Path.Combine(Root, "catalog"));

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Orrery.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("benchmarks run from inside a checkout: no Orrery.slnx above the program");
    }
}
