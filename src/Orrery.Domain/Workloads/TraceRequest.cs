namespace Orrery.Domain.Workloads;

/// <summary>One request of a recorded trace.</summary>
/// <param name="At">Seconds since the trace's first request.</param>
/// <param name="Input">Prompt tokens.</param>
/// <param name="Output">Tokens generated.</param>
/// <param name="Blocks">Names of the prompt's blocks, equal where prompts are equal up to the block's end; null where the trace does not say.</param>
public readonly record struct TraceRequest(double At, int Input, int Output, long[]? Blocks = null);
