using Orrery.Analysis.Training;

namespace Orrery.Comparison.Delivered;

/// <summary>A step's time in the few shares that a comparison turns on; they sum to one.</summary>
/// <param name="Useful">What the step would take if every model FLOP ran at the dense peak: the MFU.</param>
/// <param name="KernelLoss">Matrix products, attention and experts beyond that: kernels under their peak.</param>
/// <param name="Overhead">Element-wise work, quantisation and the optimizer: bound by memory.</param>
/// <param name="Recompute">Products run twice to save memory.</param>
/// <param name="Communication">Exchanges that nothing hides.</param>
/// <param name="Bubble">Stages that wait for work.</param>
/// <param name="Host">Waiting for the host, and for the slowest rank.</param>
public sealed record TimeShares(
    double Useful, double KernelLoss, double Overhead, double Recompute, double Communication, double Bubble, double Host)
{
    public static TimeShares Of(TrainingEstimate estimate)
    {
        double Share(params ReadOnlySpan<StepPart> parts)
        {
            var sum = 0.0;
            foreach (var part in parts)
            {
                sum += estimate.Parts[part];
            }

            return sum / estimate.Iteration.Value;
        }

        return new TimeShares(
            estimate.Mfu,
            Share(StepPart.Gemm, StepPart.Attention, StepPart.Experts) - estimate.Mfu,
            Share(StepPart.ElementWise, StepPart.Quantization, StepPart.Optimizer),
            Share(StepPart.Recompute),
            Share(
                StepPart.TensorParallelCommunication, StepPart.ContextParallelCommunication, StepPart.ExpertParallelCommunication,
                StepPart.PipelineCommunication, StepPart.DataParallelCommunication),
            Share(StepPart.Bubble),
            Share(StepPart.Host, StepPart.Jitter));
    }
}
