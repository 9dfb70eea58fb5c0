namespace Orrery.Domain;

/// <summary>A value with where it comes from, how sure it is and, where it is not sure, its range.</summary>
/// <param name="Source">An id in <c>catalog/sources.yaml</c>.</param>
/// <param name="Low">The low end; equal to <paramref name="Value"/> where no range is carried.</param>
/// <param name="High">The high end; equal to <paramref name="Value"/> where no range is carried.</param>
public sealed record Sourced<T>(T Value, string Source, Confidence Confidence, T Low, T High, string Note = "")
    where T : struct
{
    public Sourced(T value, string source, Confidence confidence) : this(value, source, confidence, value, value)
    {
    }

    public bool IsRanged => !Low.Equals(High);
}
