using System.Runtime.CompilerServices;

namespace Orrery.Analysis.Serving;

/// <summary>Where the time of one serving step goes. The parts are disjoint and sum to the step.</summary>
public enum ServingPart
{
    Gemm,
    Attention,
    Experts,
    ElementWise,
    Head,
    Draft,
    TensorParallelCommunication,
    ExpertParallelCommunication,
    PipelineCommunication,
    Host,
}

/// <summary>Seconds by <see cref="ServingPart"/>; a value, so that adding up layers allocates nothing.</summary>
[InlineArray(Count)]
public struct ServingTimes
{
    public const int Count = 10;

    private double _first;

    public double this[ServingPart part]
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

    public static ServingTimes operator +(in ServingTimes left, in ServingTimes right)
    {
        var sum = left;
        for (var i = 0; i < Count; i++)
        {
            sum[i] += right[i];
        }

        return sum;
    }

    public static ServingTimes operator *(in ServingTimes times, double factor)
    {
        var scaled = times;
        for (var i = 0; i < Count; i++)
        {
            scaled[i] *= factor;
        }

        return scaled;
    }
}
