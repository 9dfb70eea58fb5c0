namespace Orrery.Interchange.Traces;

/// <summary>One stretch of time on one track of a trace. Those of a track must not overlap, unless one holds the other.</summary>
/// <param name="Category">What kind of thing it is, for colours and filters.</param>
/// <param name="Process">Number of the group that the track belongs to.</param>
/// <param name="Track">Number of the track inside its group.</param>
/// <param name="StartNs">Nanoseconds since the trace's start.</param>
/// <param name="Details">What else there is to say, by name.</param>
public readonly record struct TraceSlice(
    string Name, string Category, int Process, int Track, long StartNs, long LengthNs, IReadOnlyList<(string Name, long Value)> Details);
