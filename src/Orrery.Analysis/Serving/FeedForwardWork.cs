using Orrery.Analysis.Collectives;
using Orrery.Analysis.Kernels;
using Orrery.Domain;
using Orrery.Domain.Models;

namespace Orrery.Analysis.Serving;

/// <summary>What a feed-forward block costs one rank in one step.</summary>
internal static class FeedForwardWork
{
    /// <param name="tokens">Tokens of the busiest attention-data-parallel group.</param>
    /// <param name="all">Tokens of all groups.</param>
    public static void AddFeedForward(this ref ServingTimes times, ServingRank rank, FeedForward block, double tokens, double all)
    {
        switch (block)
        {
            case DenseFeedForward dense:
                AddDense(ref times, rank, dense.Inner, dense.Gated, tokens);
                times[ServingPart.TensorParallelCommunication] += rank.TensorReduce(tokens);
                break;
            case MixtureOfExperts moe:
                AddExperts(ref times, rank, moe, tokens, all);
                break;
            default:
                throw new NotSupportedException($"no cost for feed-forward {block.GetType().Name}");
        }

        times[ServingPart.ElementWise] += rank.Stream(8 * tokens * rank.Hidden) + rank.Engine.LayerS;
    }

    private static void AddDense(ref ServingTimes times, ServingRank rank, double inner, bool gated, double tokens)
    {
        var width = inner / rank.TensorParallel;
        times[ServingPart.Gemm] += rank.Dense.Seconds(tokens, (gated ? 2 : 1) * width, rank.Hidden) + rank.Dense.Seconds(tokens, rank.Hidden, width);
        times[ServingPart.ElementWise] += rank.Stream((gated ? 6 : 4) * tokens * width);
    }

    private static void AddExperts(ref ServingTimes times, ServingRank rank, MixtureOfExperts moe, double tokens, double all)
    {
        var layout = rank.Layout;
        var h = rank.Hidden;
        var hidden = moe.LatentHidden > 0 ? moe.LatentHidden : h;
        times[ServingPart.Gemm] += rank.Wide.Seconds(tokens, moe.Experts, h);
        if (moe.LatentHidden > 0)
        {
            times[ServingPart.Gemm] += rank.Dense.Seconds(tokens, hidden, h) + rank.Dense.Seconds(tokens, h, hidden);
        }

        if (moe.SharedInner > 0)
        {
            AddDense(ref times, rank, moe.SharedInner, moe.Gated, tokens);
        }

        // All tokens of the stage are routed; a rank computes those that its experts get.
        var recipe = WeightRecipe.Of(rank.Precision.Experts, rank.System.Chip, "MoE", rank.Kernels.Moe.ContainsKey);
        var kernel = rank.Kernels.Moe[recipe.Kernel];
        double ep = layout.ExpertParallel;
        var rows = MoeGemm.RoutedRows(all, moe.TopK, moe.Experts, ep, layout.ExpertSkew);
        var active = MoeGemm.ActiveExperts(all, moe.TopK, moe.Experts, ep, balanced: false);
        var sentWhole = layout.AttentionDataParallel == 1 || ep == 1;
        var entering = sentWhole ? all : Math.Min(all, rows); // after a dispatch only tokens with an expert here are there
        times[ServingPart.Experts] += rank.Engine.ExpertLayerS + (rank.Engine.ExpertTime * MoeGemm.Seconds(
            kernel, recipe.Peak, rank.Bandwidth, entering, rows, active, hidden, (double)moe.ExpertInner / layout.ExpertTensorParallel,
            recipe.WeightBytes, recipe.ActivationBytes, moe.Gated));

        if (layout.AttentionDataParallel == 1)
        {
            times[ServingPart.TensorParallelCommunication] += rank.TensorReduce(tokens);
            return;
        }

        times[ServingPart.ExpertParallelCommunication] += rank.Engine.ExchangeTime * Exchange(rank, moe, tokens, all, hidden, recipe.ActivationBytes);
    }

    /// <summary>Tokens to the experts' ranks and results back: by the exchange kernels of the profile, else as collectives.</summary>
    private static double Exchange(ServingRank rank, MixtureOfExperts moe, double tokens, double all, double hidden, double activationBytes)
    {
        var layout = rank.Layout;
        if (layout.ExpertParallel == 1)
        {
            // Experts lie across all ranks: everyone's tokens are gathered, partial results scattered back.
            var bytes = 2 * all * hidden;
            return Collectives.Collectives.AllGather(bytes, rank.StageGroup, rank.System).Seconds
                + Collectives.Collectives.ReduceScatter(bytes, rank.StageGroup, rank.System).Seconds;
        }

        // The ranks of a tensor-parallel group hold the same tokens and share out the sending.
        var own = tokens / rank.TensorParallel;
        var sent = Math.Max(1, activationBytes); // four-bit activations travel as eight
        return One("dispatch", own, sent) + One("combine", own, 2);

        double One(string way, double count, double bytes)
        {
            const double LowLatencyTokens = 256;
            var isSmall = count <= LowLatencyTokens;
            var mode = isSmall ? "low_latency" : "normal";
            if (rank.System.Chip.ScaleUpBandwidth is { } scaleUp && rank.Kernels.Exchange.TryGetValue($"{mode}_{way}", out var kernel))
            {
                var domain = Math.Min(rank.System.ScaleUpDomain, layout.ExpertParallel);
                var nodes = Math.Ceiling((double)layout.ExpertParallel / rank.System.ScaleUpDomain);
                return ExpertExchange.Seconds(
                    kernel with { NodeRanks = domain }, scaleUp.Value.Value, rank.System.Tiers[^1].Bandwidth.Value.Value, count, hidden * bytes, moe.TopK, nodes,
                    deduplicated: !isSmall);
            }

            var copies = ExpertExchange.DistinctTargets(layout.ExpertParallel, moe.TopK);
            return Collectives.Collectives.AllToAll(count * copies * hidden * bytes, new RankGroup(layout.ExpertParallel), rank.System).Seconds;
        }
    }
}
