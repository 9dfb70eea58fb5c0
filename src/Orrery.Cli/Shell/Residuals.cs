using Orrery.Comparison.Uncertainty;

namespace Orrery.Cli.Shell;

/// <summary>The shipped residuals of left-out results, which intervals are made of.</summary>
internal static class Residuals
{
    public static ResidualTable Load() => ResidualTable.Load(Path.Combine(Tool.EvidenceFolder, ResidualTable.FileName));
}
