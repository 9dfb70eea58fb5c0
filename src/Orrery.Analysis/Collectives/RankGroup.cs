using Orrery.Domain.Hardware;

namespace Orrery.Analysis.Collectives;

/// <summary>Ranks that meet in a collective: <c>0, stride, 2 stride, ...</c> when ranks are laid out innermost tier first.</summary>
/// <param name="Size">How many ranks meet.</param>
/// <param name="Stride">Distance between neighbours: the product of the parallel degrees laid out inside this one.</param>
public readonly record struct RankGroup(int Size, int Stride = 1)
{
    /// <summary>Runs of neighbours that the group consists of where other groups lie between; 0 or 1 for a single run.</summary>
    public int Runs { get; private init; }

    /// <summary>Distance between runs; of no meaning for a single one.</summary>
    public int RunStride { get; private init; }

    /// <summary>Ranks of one run.</summary>
    private int RunSize => Runs > 1 ? Size / Runs : Size;

    /// <summary>The ranks of two axes together; one run where nothing lies between them.</summary>
    public static RankGroup Of(RankGroup one, RankGroup other)
    {
        var (near, far) = one.Stride <= other.Stride ? (one, other) : (other, one);
        return near.Size == 1 ? far
            : far.Size == 1 ? near
            : far.Stride == near.Stride * near.Size ? new RankGroup(near.Size * far.Size, near.Stride)
            : new RankGroup(near.Size * far.Size, near.Stride) { Runs = far.Size, RunStride = far.Stride };
    }

    /// <summary>
    /// Equation: <c>min(n, max(1, floor(R / stride)))</c> members share one instance of a tier of R ranks, and as many runs of them as fit
    /// where a run fits whole; all of them the outermost one.
    /// Assumption: groups start at an instance's edge. Source: definition of the layout.
    /// </summary>
    public int MembersIn(FabricTier tier, bool outermost)
    {
        if (outermost || tier.Ranks is not { } ranks)
        {
            return Size;
        }

        var run = RunSize;
        var inside = Math.Clamp(ranks / Stride, 1, run);
        return inside < run || Runs <= 1 ? inside : run * Math.Clamp(ranks / RunStride, 1, Runs);
    }

    /// <summary>The nearest <paramref name="ranks"/> of the group, and the group of those that hold the same place in each such part.</summary>
    public (RankGroup Near, RankGroup Far) Split(int ranks)
    {
        var run = RunSize;
        if (ranks <= run ? run % ranks != 0 : ranks % run != 0 || Runs % (ranks / run) != 0)
        {
            // Parts that straddle runs: as if the group were one run, the last part not full.
            return (new RankGroup(ranks, Stride), new RankGroup((int)Math.Ceiling((double)Size / ranks), Stride * ranks));
        }

        if (ranks <= run)
        {
            var rest = new RankGroup(run / ranks, Stride * ranks);
            return (new RankGroup(ranks, Stride), Runs > 1 ? Of(rest, new RankGroup(Runs, RunStride)) : rest);
        }

        var runs = ranks / run;
        return (Of(new RankGroup(run, Stride), new RankGroup(runs, RunStride)), new RankGroup(Runs / runs, RunStride * runs));
    }
}
