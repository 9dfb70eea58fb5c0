using Orrery.Domain.Hardware;

namespace Orrery.Analysis.Collectives;

/// <summary>Ranks that meet in a collective: <c>0, stride, 2 stride, ...</c> when ranks are laid out innermost tier first.</summary>
/// <param name="Size">How many ranks meet.</param>
/// <param name="Stride">Distance between neighbours: the product of the parallel degrees laid out inside this one.</param>
public readonly record struct RankGroup(int Size, int Stride = 1)
{
    /// <summary>
    /// Equation: <c>min(n, max(1, floor(R / stride)))</c> members share one instance of a tier of R ranks; all of them the outermost one.
    /// Assumption: groups start at an instance's edge. Source: definition of the layout.
    /// </summary>
    public int MembersIn(FabricTier tier, bool outermost) =>
        outermost || tier.Ranks is not { } ranks ? Size : Math.Clamp(ranks / Stride, 1, Size);
}
