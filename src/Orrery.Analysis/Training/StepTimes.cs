using System.Runtime.CompilerServices;

namespace Orrery.Analysis.Training;

/// <summary>Where the time of one training step goes. The parts are disjoint and sum to the step.</summary>
public enum StepPart
{
    Gemm,
    Attention,
    Experts,
    ElementWise,
    Quantization,
    Recompute,
    TensorParallelCommunication,
    ContextParallelCommunication,
    ExpertParallelCommunication,
    PipelineCommunication,
    DataParallelCommunication,
    Bubble,
    Optimizer,
    Host,
    Jitter,
}

/// <summary>Seconds by <see cref="StepPart"/>; a value, so that adding up layers allocates nothing.</summary>
[InlineArray(Count)]
public struct StepTimes
{
    public const int Count = 15;

    private double _first;

    public double this[StepPart part]
    {
        readonly get => this[(int)part];
        set => this[(int)part] = value;
    }

    /// <summary>The whole: all parts added up in order.</summary>
    public readonly double Total
    {
        get
        {
            var total = 0.0;
            for (var i = 0; i < Count; i++)
            {
                total += this[i];
            }

            return total;
        }
    }

    public static StepTimes operator +(in StepTimes left, in StepTimes right)
    {
        var sum = left;
        for (var i = 0; i < Count; i++)
        {
            sum[i] += right[i];
        }

        return sum;
    }

    public static StepTimes operator *(in StepTimes times, double factor)
    {
        var scaled = times;
        for (var i = 0; i < Count; i++)
        {
            scaled[i] *= factor;
        }

        return scaled;
    }
}
