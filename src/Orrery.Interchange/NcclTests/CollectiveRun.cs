namespace Orrery.Interchange.NcclTests;

/// <summary>One run of a collective benchmark: one operation among one set of ranks, at several sizes.</summary>
/// <param name="File">The log, as the person knows it.</param>
/// <param name="Line">Where the run starts in it.</param>
/// <param name="Program">"all_reduce_perf"; empty where the log does not name it.</param>
/// <param name="Ranks">Ranks that met.</param>
/// <param name="Hosts">Machines that they ran on.</param>
/// <param name="Devices">What the log calls their chips, each once.</param>
public sealed record CollectiveRun(
    string File, int Line, string Program, int Ranks, int Hosts, IReadOnlyList<string> Devices, IReadOnlyList<CollectiveTiming> Timings);

/// <summary>One size.</summary>
/// <param name="Bytes">As the tests count a message: the larger of what a rank sends and what it gets.</param>
/// <param name="OutOfPlaceS">Seconds; null where that was not run or its results were wrong.</param>
/// <param name="InPlaceS">Seconds; null where that was not run or its results were wrong.</param>
/// <param name="Wrong">The check found wrong results in a place, so that its time means nothing.</param>
public readonly record struct CollectiveTiming(int Line, double Bytes, double? OutOfPlaceS, double? InPlaceS, bool Wrong);
