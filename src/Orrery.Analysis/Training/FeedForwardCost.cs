using Orrery.Domain.Models;
using Orrery.Domain.Strategies;

namespace Orrery.Analysis.Training;

/// <summary>What a feed-forward block, the norms and the head cost one rank for one micro-batch.</summary>
internal static class FeedForwardCost
{
    public static void AddFeedForward(this ref LayerCost cost, Shard shard, FeedForward block)
    {
        switch (block)
        {
            case DenseFeedForward dense:
                cost.AddDense(shard, dense.Inner, dense.Gated, Recompute.FeedForward);
                cost.TensorExchanges++;
                break;
            case MixtureOfExperts experts:
                cost.AddBesideExperts(shard, experts);
                break;
            default:
                throw new NotSupportedException($"no cost for feed-forward {block.GetType().Name}");
        }
    }

    private static void AddDense(this ref LayerCost cost, Shard shard, double inner, bool gated, Recompute module)
    {
        var h = (double)shard.Workload.Model.Hidden;
        var t = shard.Tokens;
        var width = inner / shard.Strategy.TensorParallel;
        var ups = gated ? 2 : 1;
        cost.AddProduct(shard, shard.Dense, StepPart.Gemm, t, ups * width, h, module, Recompute.Normalization);
        cost.AddProduct(shard, shard.Dense, StepPart.Gemm, t, h, width, module, Recompute.Activation, lastOfLayer: true);
        cost.AddElementWise(shard, (gated ? 6 : 4) * t * width, 10.0 / 6, module | Recompute.Activation);
        cost.Keep(2 * ups * t * width, module); // what the activation function reads
    }

    /// <summary>Router, latent projections and shared experts: what every rank computes for its own tokens, however experts are dealt.</summary>
    private static void AddBesideExperts(this ref LayerCost cost, Shard shard, MixtureOfExperts moe)
    {
        var h = (double)shard.Workload.Model.Hidden;
        cost.AddProduct(shard, shard.Wide, StepPart.Gemm, shard.OuterTokens, moe.Experts, h, Recompute.Experts, Recompute.None);
        if (moe.LatentHidden > 0)
        {
            cost.AddProduct(shard, shard.Dense, StepPart.Gemm, shard.OuterTokens, moe.LatentHidden, h, Recompute.Experts, Recompute.Normalization);
            cost.AddProduct(shard, shard.Dense, StepPart.Gemm, shard.OuterTokens, h, moe.LatentHidden, Recompute.Experts, Recompute.Experts);
        }

        if (moe.SharedInner > 0)
        {
            cost.AddDense(shard, moe.SharedInner, moe.Gated, Recompute.SharedExpert);
            cost.TensorExchanges++;
        }
    }

    /// <summary>The routed experts of a rank: a function of the tokens it routes and of how experts are dealt, of nothing else in a strategy.</summary>
    public static void AddRoutedExperts(this ref LayerCost cost, Shard shard, MixtureOfExperts moe)
    {
        var strategy = shard.Strategy;
        var p = shard.Parameters;
        var width = (double)shard.RoutedWidth(moe);
        var local = (double)moe.Experts / strategy.ExpertParallel;

        // Balanced routing: each rank sends its tokens' copies and receives as many; expert-TP ranks all see the union.
        var rows = shard.RoutedTokens * moe.TopK * strategy.ExpertTensorParallel;
        var perExpert = rows / local;
        var inner = (double)moe.ExpertInner / strategy.ExpertTensorParallel;
        var ups = moe.Gated ? 2 : 1;
        cost.AddProduct(shard, shard.Expert, StepPart.Experts, perExpert, ups * inner, width, Recompute.Experts, Recompute.Experts, local);
        cost.AddProduct(shard, shard.Expert, StepPart.Experts, perExpert, width, inner, Recompute.Experts, Recompute.Activation, local, lastOfLayer: true);
        cost.AddElementWise(shard, (moe.Gated ? 6 : 4) * rows * inner, 10.0 / 6, Recompute.Experts | Recompute.Activation);

        // Permute to experts and back: read and write each copy, forward and backward.
        var permute = shard.Stream(8 * p.PermutePasses * rows * width);
        cost.Add(StepPart.Experts, permute, permute, Recompute.Experts);
        cost.Keep(2 * rows * ups * inner, Recompute.Experts);

        var serial = (p.ExpertSerialS + (p.ExpertSerialPerExpertS * local))
            * (strategy.Graphs == GraphCapture.FullIteration ? p.ExpertSerialFullGraph : 1);
        cost.Add(StepPart.Experts, serial / 3, serial * 2 / 3);
        cost.Routed = moe;
    }

    /// <summary>Norms and residuals around the blocks of a layer: twenty bytes a hidden element forward when fused.</summary>
    public static void AddNorms(this ref LayerCost cost, Shard shard, int blocks)
    {
        var h = (double)shard.Workload.Model.Hidden;
        cost.AddElementWise(shard, 10.0 * blocks * h * shard.OuterTokens, 1.5, Recompute.Normalization);
        cost.Keep(2.0 * blocks * h * shard.KeptTokens, Recompute.None); // the residual stream at each block
    }

    /// <summary>Final norm, vocabulary product and loss, once per micro-batch and prediction depth.</summary>
    public static void AddHead(this ref LayerCost cost, Shard shard)
    {
        var model = shard.Workload.Model;
        var t = shard.Tokens * (1 + model.MultiTokenPrediction);
        var columns = (double)model.Vocabulary / shard.Strategy.TensorParallel;
        cost.AddProduct(shard, shard.Wide, StepPart.Gemm, t, columns, model.Hidden, Recompute.None, Recompute.None);
        var loss = shard.Stream(14 * shard.Parameters.HeadPasses * t * columns);
        cost.Add(StepPart.ElementWise, loss / 2, loss / 2);
    }

    public static void AddElementWise(this ref LayerCost cost, Shard shard, double bytes, double backwardRatio, Recompute module)
    {
        var forward = shard.Stream(bytes * shard.Parameters.ElementPasses);
        cost.Add(StepPart.ElementWise, forward, backwardRatio * forward, module);
    }
}
