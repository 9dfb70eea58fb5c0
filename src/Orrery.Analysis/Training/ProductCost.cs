using Orrery.Domain.Strategies;

namespace Orrery.Analysis.Training;

/// <summary>A weight product with its two backward products and the casts in front of them.</summary>
internal static class ProductCost
{
    /// <summary>
    /// Forward <c>Y[m,n] = X[m,k] W[k,n]</c>, input gradient <c>[m,k]</c> over n, weight gradient <c>[k,n]</c> over m.
    /// Frozen weights (LoRA) have no weight gradient. Casts move <c>q</c> bytes an element: the input once forward;
    /// the output gradient, and the input again for the transposed weight gradient, backward. The input waits for the
    /// backward pass in the format it is multiplied in, unless what makes it (<paramref name="input"/>) runs again.
    /// </summary>
    /// <param name="module">The recompute module that holds the product.</param>
    /// <param name="input">The recompute module whose op makes the input; <see cref="Recompute.None"/> where another op keeps it.</param>
    public static void AddProduct(
        this ref LayerCost cost, Shard shard, in ProductRate rate, StepPart part, double m, double n, double k,
        Recompute module, Recompute input, double groups = 1, bool lastOfLayer = false)
    {
        const double ActivationBytes = 2;
        var key = lastOfLayer ? module | Recompute.WithoutLast : module;
        var forward = rate.Seconds(m, n, k, ActivationBytes, groups);
        var backward = rate.Seconds(m, k, n, ActivationBytes, groups);
        if (!shard.Frozen)
        {
            backward += rate.Seconds(n, k, m, shard.Parameters.WeightGradientBytes, groups);
        }

        var flops = 2 * groups * m * n * k;
        cost.Add(part, forward, backward, key, flops);
        if (part == StepPart.Gemm)
        {
            cost.GemmFlops += flops;
        }

        if (input != Recompute.None)
        {
            // With sequence parallelism a block keeps its share of the input and gathers it again, unless it is to keep it whole.
            var kept = input == Recompute.Normalization && !shard.Strategy.KeepGathered ? Math.Min(m, shard.KeptTokens) : m;
            cost.Keep(groups * kept * k * rate.Bytes, module | input);
        }

        if (rate.Quantizes)
        {
            var perElement = 0.5 * shard.Parameters.QuantizeBytes * groups;
            cost.Add(
                StepPart.Quantization,
                shard.Stream(perElement * m * k),
                shard.Stream(perElement * ((m * n) + (shard.Frozen ? 0 : 0.5 * m * k))),
                key);
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
