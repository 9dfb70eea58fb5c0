using Orrery.Domain.Strategies;

namespace Orrery.Analysis.Training;

/// <summary>A weight product with its two backward products and the casts in front of them.</summary>
internal static class ProductCost
{
    /// <summary>
    /// Forward <c>Y[m,n] = X[m,k] W[k,n]</c>, input gradient <c>[m,k]</c> over n, weight gradient <c>[k,n]</c> over m.
    /// Frozen weights (LoRA) have no weight gradient. Casts move <c>q</c> bytes an element: the input once forward;
    /// the output gradient, and the input again for the transposed weight gradient, backward.
    /// </summary>
    public static void AddProduct(
        this ref LayerCost cost, Shard shard, in ProductRate rate, StepPart part, double m, double n, double k,
        Recompute module, double groups = 1, bool lastOfLayer = false)
    {
        const double ActivationBytes = 2;
        var policy = shard.Strategy.Recompute;
        var forward = rate.Seconds(m, n, k, ActivationBytes, groups);
        var backward = rate.Seconds(m, k, n, ActivationBytes, groups);
        if (!shard.Frozen)
        {
            backward += rate.Seconds(n, k, m, shard.Parameters.WeightGradientBytes, groups);
        }

        var again = policy.Covers(module) && !(lastOfLayer && policy.HasFlag(Recompute.WithoutLast));
        cost.Add(part, forward, backward, again);
        if (policy.HasFlag(Recompute.AlternateGemms) && part == StepPart.Gemm)
        {
            cost.Backward[StepPart.Recompute] += forward / 2;
        }

        if (rate.Quantizes)
        {
            var perElement = 0.5 * shard.Parameters.QuantizeBytes * groups;
            cost.Add(
                StepPart.Quantization,
                shard.Stream(perElement * m * k),
                shard.Stream(perElement * ((m * n) + (shard.Frozen ? 0 : 0.5 * m * k))),
                again);
        }

        if (part == StepPart.Experts)
        {
            cost.ExpertWeights += groups * n * k;
        }
        else
        {
            cost.DenseWeights += groups * n * k;
        }
    }
}
