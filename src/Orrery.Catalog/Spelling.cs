namespace Orrery.Catalog;

/// <summary>How names are compared: by letters and digits only, and by edit distance when nothing matches.</summary>
public static class Spelling
{
    /// <summary>"H100-SXM (80 GB)" and "h100_sxm 80gb" are one name.</summary>
    public static string Normalize(string name) =>
        string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();

    /// <summary>The name without what stands in round or square brackets and without a leading count ("16x "), as sources add them.</summary>
    public static string WithoutRemarks(string name)
    {
        var digits = name.TakeWhile(char.IsAsciiDigit).Count();
        if (digits > 0 && name.Length > digits + 1 && name[digits] == 'x' && name[digits + 1] == ' ')
        {
            name = name[(digits + 2)..];
        }

        var kept = new System.Text.StringBuilder(name.Length);
        var depth = 0;
        foreach (var letter in name)
        {
            depth += letter is '(' or '[' ? 1 : 0;
            if (depth == 0)
            {
                kept.Append(letter);
            }

            depth -= letter is ')' or ']' && depth > 0 ? 1 : 0;
        }

        return kept.ToString();
    }

    /// <summary>The candidate that reads most like the name, or null where none is close enough to be meant.</summary>
    public static string? Closest(string name, IEnumerable<string> candidates)
    {
        var wanted = Normalize(name);
        var best = default(string);
        var bestDistance = int.MaxValue;
        foreach (var candidate in candidates)
        {
            var distance = Distance(wanted, Normalize(candidate));
            if (distance < bestDistance)
            {
                (best, bestDistance) = (candidate, distance);
            }
        }

        // A third of the letters wrong is still a slip; more is another name.
        return bestDistance <= Math.Max(1, wanted.Length / 3) ? best : null;
    }

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours that turn one text into the other.</summary>
    public static int Distance(string left, string right)
    {
        var (before, previous, current) = (new int[right.Length + 1], new int[right.Length + 1], new int[right.Length + 1]);
        for (var j = 0; j <= right.Length; j++)
        {
            previous[j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var same = left[i - 1] == right[j - 1];
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    current[j] = Math.Min(current[j], before[j - 2] + 1);
                }
            }

            (before, previous, current) = (previous, current, before);
        }

        return previous[right.Length];
    }
}
