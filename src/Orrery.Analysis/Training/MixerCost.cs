using Orrery.Analysis.Kernels;
using Orrery.Analysis.Models;
using Orrery.Domain.Models;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;

namespace Orrery.Analysis.Training;

/// <summary>What a token mixer costs one rank for one micro-batch.</summary>
internal static class MixerCost
{
    public static void AddMixer(this ref LayerCost cost, Shard shard, Mixer mixer)
    {
        switch (mixer)
        {
            case Attention attention:
                cost.AddAttention(shard, attention);
                break;
            case LatentAttention latent:
                cost.AddLatentAttention(shard, latent);
                break;
            case CompressedAttention compressed:
                cost.AddCompressedAttention(shard, compressed);
                break;
            case StateSpace state:
                cost.AddStateSpace(shard, state);
                break;
            case LinearAttention linear:
                cost.AddLinearAttention(shard, linear);
                break;
            default:
                throw new NotSupportedException($"no cost for mixer {mixer.GetType().Name}");
        }
    }

    private static void AddAttention(this ref LayerCost cost, Shard shard, Attention a)
    {
        var h = (double)shard.Workload.Model.Hidden;
        var tp = (double)shard.Strategy.TensorParallel;
        var t = shard.Tokens;
        var heads = a.Heads / tp;
        var keyHeads = Math.Max(1, a.KeyValueHeads / tp);
        var projections = a.KeyValues switch { KeyValueOrigin.Own => 2, KeyValueOrigin.KeysAreValues => 1, _ => 0 };
        var queryWidth = heads * a.HeadDimension;
        var keyValueWidth = projections * keyHeads * a.HeadDimension;
        var gate = a.OutputGate ? queryWidth : 0;

        if (a.QueryRank > 0)
        {
            cost.AddProduct(shard, shard.Dense, StepPart.Gemm, shard.OuterTokens, a.QueryRank, h, Recompute.Attention, Recompute.Normalization);
            cost.AddProduct(shard, shard.Dense, StepPart.Gemm, t, queryWidth, a.QueryRank, Recompute.Attention, Recompute.Attention);
            cost.AddProduct(shard, shard.Dense, StepPart.Gemm, t, keyValueWidth + gate, h, Recompute.Attention, Recompute.None);
        }
        else
        {
            cost.AddProduct(shard, shard.Dense, StepPart.Gemm, t, queryWidth + keyValueWidth + gate, h, Recompute.Attention, Recompute.Normalization);
        }

        var s = (double)shard.Workload.SequenceLength;
        var pairs = a.Chunked ? s * MeanKeys.Chunked(s, a.Window) : PrefillAttention.Pairs(s, a.Window, causal: true);
        cost.AddCore(shard, shard.Attention(a.HeadDimension), heads, keyHeads, a.HeadDimension, a.HeadDimension, a.Window, pairs);
        cost.AddProduct(shard, shard.Dense, StepPart.Gemm, t, h, queryWidth, Recompute.Attention, AttentionOutput(shard));

        cost.AddElementWise(shard, 4 * t * (queryWidth + keyValueWidth), 1.5, Recompute.Attention);
        cost.Keep(2 * t * (queryWidth + keyValueWidth + queryWidth), Recompute.Attention);
        cost.ContextWidth += 2 * keyHeads * a.HeadDimension;
        cost.TensorExchanges++;
    }

    private static void AddLatentAttention(this ref LayerCost cost, Shard shard, LatentAttention a)
    {
        var h = (double)shard.Workload.Model.Hidden;
        var tp = (double)shard.Strategy.TensorParallel;
        var t = shard.Tokens;
        var outer = shard.OuterTokens;
        var heads = a.Heads / tp;
        var keyWidth = heads * (a.NopeDimension + a.ValueDimension);
        var queryWidth = heads * a.QueryKeyDimension;
        var compressed = (double)a.KeyValueRank + a.RopeDimension;
        if (a.QueryRank > 0)
        {
            cost.AddProduct(shard, shard.Dense, StepPart.Gemm, outer, a.QueryRank, h, Recompute.Attention, Recompute.Normalization);
            cost.AddProduct(shard, shard.Dense, StepPart.Gemm, t, queryWidth, a.QueryRank, Recompute.Attention | Recompute.LatentUpProjection, Recompute.None);
        }
        else
        {
            cost.AddProduct(shard, shard.Dense, StepPart.Gemm, t, queryWidth, h, Recompute.Attention, Recompute.Normalization);
        }

        cost.AddProduct(shard, shard.Dense, StepPart.Gemm, outer, compressed, h, Recompute.Attention, Recompute.None);
        cost.AddProduct(shard, shard.Dense, StepPart.Gemm, t, keyWidth, a.KeyValueRank, Recompute.Attention | Recompute.LatentUpProjection, Recompute.None);
        var s = (double)shard.Workload.SequenceLength;
        var window = a.Indexer is { } picker ? picker.TopK : a.Window; // an indexer lets a query see as many keys as a window of its size
        cost.AddCore(
            shard, shard.LatentAttention(a.QueryKeyDimension), heads, heads, a.QueryKeyDimension, a.ValueDimension, window,
            PrefillAttention.Pairs(s, window, causal: true));
        if (a.Indexer is { } indexer)
        {
            cost.AddIndexScores(shard, indexer, PrefillAttention.Pairs(s, 0, causal: true));
        }

        cost.AddProduct(shard, shard.Dense, StepPart.Gemm, t, h, heads * a.ValueDimension, Recompute.Attention, AttentionOutput(shard));

        cost.AddElementWise(shard, 4 * t * (queryWidth + keyWidth) + (4 * outer * (a.QueryRank + compressed)), 1.5, Recompute.Attention | Recompute.LatentUpProjection);
        cost.Keep(2 * t * (queryWidth + keyWidth), Recompute.Attention | Recompute.LatentUpProjection);
        cost.Keep((2 * outer * (a.QueryRank + compressed)) + (2 * t * heads * a.ValueDimension), Recompute.Attention);
        cost.ContextWidth += heads * (a.QueryKeyDimension + a.ValueDimension);
        cost.TensorExchanges++;
    }

    /// <summary>The output projection's input is the attention output, which attention keeps anyway; a cast copy of it is kept as well.</summary>
    private static Recompute AttentionOutput(Shard shard) => shard.Dense.Quantizes ? Recompute.CoreAttention : Recompute.None;

    /// <summary>Scores, softmax and values: fused (causal and windowed pairs counted once) or, in old stacks, as plain products.</summary>
    private static void AddCore(
        this ref LayerCost cost, Shard shard, in AttentionKernel kernel, double heads, double keyHeads,
        int keyDimension, int valueDimension, int window, double pairs)
    {
        var p = shard.Parameters;
        const Recompute Module = Recompute.CoreAttention | Recompute.Attention;
        var s = (double)shard.Workload.SequenceLength;
        var cp = (double)shard.Strategy.ContextParallel;
        var batch = (double)shard.Strategy.MicroBatch;
        if (p.UnfusedScoreBytes > 0)
        {
            // Two batched products over the full square, and the softmax, mask and dropout traffic of the scores.
            var flops = 2 * batch * heads * s * s * (keyDimension + valueDimension) / cp;
            var product = flops / (shard.Wide.Peak * shard.Wide.Kernel.Compute * p.UnfusedReach);
            var scores = shard.Stream(p.UnfusedScoreBytes * batch * heads * s * s / cp);
            cost.Add(StepPart.Attention, product + scores, (2 * product) + (1.8 * scores), Module, flops);
            cost.Keep(5 * batch * heads * s * s / cp, Module);
            return;
        }

        var reach = window > 0 ? Math.Min(s, window) : s;
        var forward = PrefillAttention.Seconds(
            kernel, shard.AttentionPeak * p.AttentionReach, shard.Bandwidth, batch, heads, keyHeads, keyDimension, valueDimension,
            s, s, reach, pairs, 2, 2) / cp;
        cost.Add(
            StepPart.Attention, forward, 2.5 * forward / p.AttentionBackward, Module, 2 * batch * heads * pairs * (keyDimension + valueDimension) / cp);
    }

    /// <summary>Scores of every query against every key it may pick, by all index heads; tensor-parallel ranks repeat them.</summary>
    private static void AddIndexScores(this ref LayerCost cost, Shard shard, SparseIndexer indexer, double pairs)
    {
        var flops = 2.0 * shard.Strategy.MicroBatch * pairs * indexer.Heads * indexer.Dimension / shard.Strategy.ContextParallel;
        var forward = flops / shard.Wide.Peak;
        cost.Add(StepPart.Attention, forward, 2 * forward, Recompute.CoreAttention | Recompute.Attention);
    }

    private static void AddStateSpace(this ref LayerCost cost, Shard shard, StateSpace m)
    {
        var h = (double)shard.Workload.Model.Hidden;
        var tp = (double)shard.Strategy.TensorParallel;
        var t = shard.Tokens;
        var inner = m.Inner / tp;
        var states = 2.0 * m.Groups * m.StateSize / Math.Min(tp, m.Groups);
        cost.AddProduct(shard, shard.Dense, StepPart.Gemm, t, (2 * inner) + states + (m.Heads / tp), h, Recompute.StateSpace, Recompute.Normalization);

        // Chunked scan of Q tokens: scores inside the chunk per group, scores times values per head, state update and read.
        const double ChunkTokens = 256;
        var groups = Math.Max(1, m.Groups / tp);
        var flops = (ChunkTokens * m.StateSize * groups) + (ChunkTokens * inner) + (4 * inner * m.StateSize);
        cost.AddScan(shard, t * flops, 28 * t * inner);
        cost.AddProduct(shard, shard.Dense, StepPart.Gemm, t, h, inner, Recompute.StateSpace, Recompute.StateSpace);
        cost.Keep(2 * t * ((3 * inner) + states), Recompute.StateSpace);
        cost.TensorExchanges++;
    }

    private static void AddLinearAttention(this ref LayerCost cost, Shard shard, LinearAttention a)
    {
        var h = (double)shard.Workload.Model.Hidden;
        var tp = (double)shard.Strategy.TensorParallel;
        var t = shard.Tokens;
        var keys = a.KeyHeads * a.KeyDimension / tp;
        var values = a.ValueHeads * a.ValueDimension / tp;
        cost.AddProduct(shard, shard.Dense, StepPart.Gemm, t, (2 * keys) + values + (a.Gated ? values : 0), h, Recompute.StateSpace, Recompute.Normalization);
        cost.AddScan(shard, 6 * t * values * a.KeyDimension, 14 * t * ((2 * keys) + values));
        cost.AddProduct(shard, shard.Dense, StepPart.Gemm, t, h, values, Recompute.StateSpace, Recompute.StateSpace);
        cost.Keep(2 * t * ((2 * keys) + (2 * values)), Recompute.StateSpace);
        cost.TensorExchanges++;
    }

    /// <summary>A chunked scan: its small products reach about a quarter of the peak, its tensors cross memory several times.</summary>
    private static void AddScan(this ref LayerCost cost, Shard shard, double flops, double bytes)
    {
        const double SmallProductShare = 0.25;
        var scan = flops / (SmallProductShare * shard.Wide.Peak);
        var traffic = shard.Stream(shard.Parameters.StateSpacePasses * bytes);
        cost.Add(StepPart.ElementWise, scan + (0.35 * traffic), (2 * scan) + (0.65 * traffic), Recompute.StateSpace);
    }

    /// <summary>Attention over a window and a compressed past; both sets of keys count as pairs of one attention of a single key head.</summary>
    private static void AddCompressedAttention(this ref LayerCost cost, Shard shard, CompressedAttention a)
    {
        var h = (double)shard.Workload.Model.Hidden;
        var tp = (double)shard.Strategy.TensorParallel;
        var t = shard.Tokens;
        var s = (double)shard.Workload.SequenceLength;
        var heads = a.Heads / tp;
        var queryWidth = heads * a.HeadDimension;
        cost.AddProduct(shard, shard.Dense, StepPart.Gemm, shard.OuterTokens, a.QueryRank + a.HeadDimension, h, Recompute.Attention, Recompute.Normalization);
        cost.AddProduct(shard, shard.Dense, StepPart.Gemm, t, queryWidth, a.QueryRank, Recompute.Attention, Recompute.Attention);

        var pairs = PrefillAttention.Pairs(s, a.Window, causal: true);
        if (a.Compression > 0)
        {
            var entries = s / a.Compression;
            var seen = a.Indexer is { } indexer ? Math.Min(indexer.TopK, entries / 2) : entries / 2;
            pairs += s * seen;
        }

        var forward = PrefillAttention.Seconds(
            shard.LatentAttention(a.HeadDimension), shard.AttentionPeak * shard.Parameters.AttentionReach, shard.Bandwidth, shard.Strategy.MicroBatch, heads, 1,
            a.HeadDimension, a.HeadDimension, s, s, Math.Min(s, pairs / s), pairs, 2, 2) / shard.Strategy.ContextParallel;
        cost.Add(StepPart.Attention, forward, 2.5 * forward / shard.Parameters.AttentionBackward, Recompute.CoreAttention | Recompute.Attention);
        if (a.Indexer is { } picker)
        {
            cost.AddIndexScores(shard, picker, s / Math.Max(1, a.Compression) / 2 * s);
        }

        var outputs = (double)a.OutputRank * a.OutputGroups / tp;
        cost.AddProduct(shard, shard.Dense, StepPart.Gemm, t, a.OutputRank, queryWidth / Math.Max(1, a.OutputGroups), Recompute.Attention, AttentionOutput(shard), Math.Max(1, a.OutputGroups));
        cost.AddProduct(shard, shard.Dense, StepPart.Gemm, t, h, Math.Max(outputs, a.OutputRank), Recompute.Attention, Recompute.Attention);
        cost.AddElementWise(shard, 4 * t * (queryWidth + a.HeadDimension), 1.5, Recompute.Attention);
        cost.Keep(2 * t * (2 * queryWidth), Recompute.Attention);
        cost.ContextWidth += 2.0 * a.HeadDimension;
        cost.TensorExchanges++;
    }
}
