using Orrery.Cli.Estimate;
using Orrery.Simulation.Timeline;

namespace Orrery.Cli.Simulate;

/// <summary>A fully resolved question: what <c>estimate train</c> asks, and how it is played.</summary>
/// <param name="TracePath">Where the step's slices go; null for nowhere.</param>
internal sealed record SimulateTrainRequest(EstimateTrainRequest Run, StudyOptions Options, string? TracePath);
