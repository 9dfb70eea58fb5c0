namespace Orrery.Analysis.Models;

/// <summary>How many keys a query meets on average over the positions 1 to s of a causal sequence.</summary>
public static class MeanKeys
{
    /// <summary>
    /// Equation: <c>(s + 1) / 2</c>; with a window <c>w &lt; s</c>: <c>w - w (w - 1) / (2 s)</c>.
    /// Assumption: a query sees itself, and a window counts it. Source: counting.
    /// </summary>
    public static double Causal(double sequence, double window = 0) =>
        window <= 0 || window >= sequence ? (sequence + 1) / 2 : window - (window * (window - 1) / (2 * sequence));

    /// <summary>
    /// Equation: <c>(n w (w + 1) + r (r + 1)) / (2 s)</c> with <c>s = n w + r</c>.
    /// Assumption: attention starts anew every <c>w</c> tokens. Source: counting.
    /// </summary>
    public static double Chunked(double sequence, double chunk)
    {
        if (chunk <= 0 || chunk >= sequence)
        {
            return Causal(sequence);
        }

        var whole = Math.Floor(sequence / chunk);
        var rest = sequence - (whole * chunk);
        return ((whole * chunk * (chunk + 1)) + (rest * (rest + 1))) / (2 * sequence);
    }

    /// <summary>
    /// Equation: mean over i of <c>min(k, floor(i / c))</c>.
    /// Assumption: every <c>c</c> tokens make one entry, complete when its last token is there; <c>k</c> 0 means no limit.
    /// Source: counting.
    /// </summary>
    public static double Compressed(double sequence, double compression, double limit = 0)
    {
        var entries = Math.Floor(sequence / compression);
        var most = limit > 0 ? Math.Min(limit, entries) : entries;
        return ((compression * most * (most - 1) / 2) + (most * (sequence - (compression * most) + 1))) / sequence;
    }
}
