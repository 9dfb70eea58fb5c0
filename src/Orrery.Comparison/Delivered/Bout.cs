using Orrery.Domain.Models;
using Orrery.Domain.Workloads;

namespace Orrery.Comparison.Delivered;

/// <summary>How the precision of a bout is chosen.</summary>
/// <param name="Precision">One precision for every contestant; null lets each use its fastest.</param>
public sealed record PrecisionChoice(TrainingPrecision? Precision)
{
    public static PrecisionChoice Best { get; } = new((TrainingPrecision?)null);
}

/// <summary>One model, one choice of precision, every contestant.</summary>
/// <param name="Results">In the contestants' order.</param>
public sealed record Bout(Transformer Model, int SequenceLength, PrecisionChoice Choice, IReadOnlyList<DeliveredResult> Results)
{
    /// <summary>A contestant's throughput over the first one's; null where either has none.</summary>
    public double? DeliveredRatio(int contestant) => Results[contestant].TokensPerSecond / Results[0].TokensPerSecond;

    /// <summary>The same of the datasheets' dense peaks at the precisions used.</summary>
    public double? PaperRatio(int contestant) => Results[contestant].PaperPeak?.Value / Results[0].PaperPeak?.Value;

    /// <summary>The same of the peaks a matrix product can use; times the ratio of MFU it is the delivered ratio.</summary>
    public double? MatmulRatio(int contestant) => Results[contestant].Peak?.Value / Results[0].Peak?.Value;
}
