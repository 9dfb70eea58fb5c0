using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Evidence.Training;

/// <summary>A measured run ready to be simulated: what was run, where and how, and the quantity it is judged on.</summary>
/// <param name="Metric">The contract's name of the quantity.</param>
/// <param name="FlopsPerToken">What the source counts, where it is judged on TFLOP/s or MFU; 0 otherwise.</param>
internal sealed record TrainingCase(
    TrainingRow Row,
    string SourceName,
    TrainingWorkload Workload,
    Strategy Strategy,
    Cluster Cluster,
    SoftwareStack Stack,
    string Metric,
    string Unit,
    double Measured,
    double FlopsPerToken)
{
    /// <summary>The prediction in the row's own quantity.</summary>
    public double InMetric(double tokensPerSecondPerChip, double peak) => Metric switch
    {
        "tokens_per_s_per_chip" => tokensPerSecondPerChip,
        "iteration_s" => Workload.TokensPerStep / tokensPerSecondPerChip / Cluster.Chips,
        "model_tflops_per_s_per_chip" => tokensPerSecondPerChip * FlopsPerToken / 1e12,
        _ => 100 * tokensPerSecondPerChip * FlopsPerToken / peak,
    };
}
