using Orrery.Analysis.Kernels;
using Orrery.Domain;
using Orrery.Domain.Models;
using Orrery.Domain.Software;

namespace Orrery.Analysis.Serving;

/// <summary>What a token mixer costs one rank in one step.</summary>
internal static class MixerWork
{
    /// <summary>What depends on the number of tokens only: projections, element-wise work, the reduction of the output.</summary>
    public static void AddProjections(this ref ServingTimes times, ServingRank rank, Mixer mixer, double tokens)
    {
        var h = rank.Hidden;
        var tp = (double)rank.TensorParallel;
        var gemm = rank.Dense;
        var seconds = 0.0;
        double width; // elements a token that the mixer's own small kernels read and write
        switch (mixer)
        {
            case Attention a:
                var query = Dealt(a.Heads, tp) * a.HeadDimension;
                var keyValue = KeyHeads(a, tp) * a.HeadDimension * a.KeyValues switch { KeyValueOrigin.Own => 2, KeyValueOrigin.KeysAreValues => 1, _ => 0 };
                var gate = a.OutputGate ? query : 0;
                seconds += a.QueryRank > 0
                    ? gemm.Seconds(tokens, a.QueryRank, h) + gemm.Seconds(tokens, query, a.QueryRank) + gemm.Seconds(tokens, keyValue + gate, h)
                    : gemm.Seconds(tokens, query + keyValue + gate, h);
                seconds += gemm.Seconds(tokens, h, query);
                width = query + keyValue + gate;
                break;
            case LatentAttention a:
                var heads = Dealt(a.Heads, tp);
                seconds += a.QueryRank > 0
                    ? gemm.Seconds(tokens, a.QueryRank + a.KeyValueRank + a.RopeDimension, h) + gemm.Seconds(tokens, heads * a.QueryKeyDimension, a.QueryRank)
                    : gemm.Seconds(tokens, (heads * a.QueryKeyDimension) + a.KeyValueRank + a.RopeDimension, h);
                seconds += gemm.Seconds(tokens, h, heads * a.ValueDimension);
                if (a.Indexer is { } indexer)
                {
                    seconds += gemm.Seconds(tokens, indexer.Heads * indexer.Dimension, a.QueryRank > 0 ? a.QueryRank : h) + gemm.Seconds(tokens, indexer.Dimension + indexer.Heads, h);
                }

                width = (heads * a.QueryKeyDimension) + a.QueryRank + a.KeyValueRank + a.RopeDimension;
                break;
            case CompressedAttention a:
                var queries = Dealt(a.Heads, tp) * a.HeadDimension;
                seconds += gemm.Seconds(tokens, a.QueryRank + a.HeadDimension, h) + gemm.Seconds(tokens, queries, a.QueryRank)
                    + gemm.Seconds(tokens, a.OutputRank, queries / Math.Max(1, a.OutputGroups), Math.Max(1, a.OutputGroups))
                    + gemm.Seconds(tokens, h, Math.Max((double)a.OutputRank * a.OutputGroups / tp, a.OutputRank));
                width = queries + a.HeadDimension;
                break;
            case StateSpace m:
                var inner = m.Inner / tp;
                var states = 2.0 * m.Groups * m.StateSize / Math.Min(tp, m.Groups);
                seconds += gemm.Seconds(tokens, (2 * inner) + states + (m.Heads / tp), h) + gemm.Seconds(tokens, h, inner);
                width = (3 * inner) + states;
                break;
            case LinearAttention l:
                var keys = l.KeyHeads * l.KeyDimension / tp;
                var values = l.ValueHeads * l.ValueDimension / tp;
                seconds += gemm.Seconds(tokens, (2 * keys) + values + (l.Gated ? values : 0), h) + gemm.Seconds(tokens, h, values);
                width = (2 * keys) + (3 * values);
                break;
            default:
                throw new NotSupportedException($"no cost for mixer {mixer.GetType().Name}");
        }

        times[ServingPart.Gemm] += seconds;
        times[ServingPart.ElementWise] += rank.Stream((4 * tokens * width) + Residual(tokens, h)) + rank.Engine.LayerS;
        times[ServingPart.TensorParallelCommunication] += rank.TensorReduce(tokens);
    }

    /// <summary>What depends on cached keys: attention itself, and for MLA the products that absorb or expand the latent.</summary>
    /// <param name="load">Of one attention-data-parallel group.</param>
    /// <param name="queries">Tokens that a decoding sequence computes: one, and as many as are drafted.</param>
    public static void AddAttention(this ref ServingTimes times, ServingRank rank, Mixer mixer, in StepLoad load, double queries)
    {
        switch (mixer)
        {
            case Attention a:
                times[ServingPart.Attention] += Grouped(rank, a, load, queries);
                break;
            case LatentAttention a:
                AddLatent(ref times, rank, a, load, queries);
                break;
            case CompressedAttention a:
                times[ServingPart.Attention] += Compressed(rank, a, load, queries);
                break;
            case StateSpace m:
                times[ServingPart.Attention] += State(rank, load, queries, m.Inner / (double)rank.TensorParallel, m.StateSize);
                break;
            case LinearAttention l:
                times[ServingPart.Attention] += State(rank, load, queries, l.ValueHeads * l.ValueDimension / (double)rank.TensorParallel, l.KeyDimension);
                break;
            default:
                throw new NotSupportedException($"no cost for mixer {mixer.GetType().Name}");
        }
    }

    public static double KeyHeads(Attention a, double tp) => Math.Max(1, a.KeyValueHeads / tp);

    private static double Dealt(double heads, double tp) => Math.Max(1, heads / tp);

    /// <summary>Residual stream: read, added to, normalised, written; twice two bytes in and out.</summary>
    private static double Residual(double tokens, double hidden) => 8 * tokens * hidden;

    private static double Grouped(ServingRank rank, Attention a, in StepLoad load, double queries)
    {
        double tp = rank.TensorParallel;
        var (heads, keyHeads) = (Dealt(a.Heads, tp), KeyHeads(a, tp));
        var seconds = 0.0;
        if (load.DecodeSequences > 0)
        {
            var kernel = Kernel(rank, rank.Kernels.Decode, "decode attention", a.HeadDimension);
            var mean = load.DecodeKeys / load.DecodeSequences;
            var keys = a.Chunked && a.Window > 0 ? Math.Min(mean, a.Window / 2.0) : mean;
            seconds += rank.Engine.DecodeTime * DecodeAttention.Seconds(
                kernel, rank.AttentionPeak, rank.Bandwidth, load.DecodeSequences, heads * queries, keyHeads, a.HeadDimension,
                keys / rank.Layout.CacheShards, a.Chunked ? 0 : a.Window, rank.CacheBytes);
        }

        if (load.PrefillTokens > 0)
        {
            var kernel = Kernel(rank, rank.Kernels.Prefill, "prefill attention", a.HeadDimension);
            seconds += rank.Engine.PrefillTime * Prompt(rank, kernel, load, heads, keyHeads, a.HeadDimension, a.HeadDimension, kernel.IgnoresWindow ? 0 : a.Window);
        }

        return seconds;
    }

    private static void AddLatent(ref ServingTimes times, ServingRank rank, LatentAttention a, in StepLoad load, double queries)
    {
        var heads = Dealt(a.Heads, rank.TensorParallel);
        var limit = a.Indexer?.TopK ?? (a.Window > 0 ? a.Window : double.PositiveInfinity);
        if (load.DecodeSequences > 0)
        {
            var kernel = rank.Kernels.MlaDecode.TryGetValue(CacheRecipe.Kernel(rank.Precision.Cache, rank.Kernels.MlaDecode), out var own)
                ? own : throw new MissingFactException($"kernel profile of '{rank.System.Chip.Id}' lacks MLA decode");
            var keys = load.DecodeKeys / load.DecodeSequences;
            var tokens = load.DecodeSequences * queries;
            times[ServingPart.Gemm] += rank.Wide.Seconds(tokens, a.KeyValueRank, a.NopeDimension, heads) + rank.Wide.Seconds(tokens, a.ValueDimension, a.KeyValueRank, heads);
            times[ServingPart.Attention] += rank.Engine.DecodeTime * DecodeAttention.LatentSeconds(
                kernel, rank.AttentionPeak, rank.Bandwidth, load.DecodeSequences, heads * queries, a.KeyValueRank, a.RopeDimension,
                Math.Min(keys, limit) / rank.Layout.CacheShards, rank.CacheBytes);
            if (a.Indexer is { } indexer)
            {
                // Index keys are read whole, in one byte each, and scored by every index head.
                times[ServingPart.Attention] += Math.Max(
                    rank.Stream(load.DecodeKeys * indexer.Dimension),
                    2 * load.DecodeKeys * queries * indexer.Heads * indexer.Dimension / rank.AttentionPeak);
            }
        }

        if (load.PrefillTokens > 0)
        {
            // A chip whose profile has no kernel for latent prompts uses its general one.
            var kernel = rank.Kernels.MlaPrefill.TryGetValue("bf16", out var latent) ? latent : Kernel(rank, rank.Kernels.Prefill, "prefill attention", a.QueryKeyDimension);
            times[ServingPart.Gemm] += rank.Dense.Seconds(load.PrefillKeys, heads * (a.NopeDimension + a.ValueDimension), a.KeyValueRank);
            times[ServingPart.Attention] += rank.Engine.PrefillTime * Prompt(
                rank, kernel, load, heads, heads, a.QueryKeyDimension, a.ValueDimension, double.IsInfinity(limit) ? 0 : limit);
            if (a.Indexer is { } indexer)
            {
                times[ServingPart.Attention] += 2 * load.PrefillPairs * indexer.Heads * indexer.Dimension / rank.AttentionPeak;
            }
        }
    }

    private static double Compressed(ServingRank rank, CompressedAttention a, in StepLoad load, double queries)
    {
        var heads = Dealt(a.Heads, rank.TensorParallel);
        double Seen(double keys) => Math.Min(keys, a.Window)
            + (a.Compression > 0 ? Math.Min(keys / a.Compression, a.Indexer?.TopK ?? double.PositiveInfinity) : 0);
        var seconds = 0.0;
        if (load.DecodeSequences > 0)
        {
            var kernel = Kernel(rank, rank.Kernels.Decode, "decode attention", a.HeadDimension);
            seconds += rank.Engine.DecodeTime * DecodeAttention.Seconds(
                kernel, rank.AttentionPeak, rank.Bandwidth, load.DecodeSequences, heads * queries, 1, a.HeadDimension / 2.0, // one vector is key and value
                Seen(load.DecodeKeys / load.DecodeSequences), 0, rank.CacheBytes);
        }

        if (load.PrefillTokens > 0)
        {
            var kernel = Kernel(rank, rank.Kernels.Prefill, "prefill attention", a.HeadDimension);
            seconds += rank.Engine.PrefillTime * Prompt(
                rank, kernel, load, heads, 1, a.HeadDimension, a.HeadDimension, Seen(load.PrefillPairs / load.PrefillTokens));
        }

        return seconds;
    }

    /// <summary>
    /// A state that is read and written a token when decoding, and scanned by chunks over a prompt.
    /// Assumption: the state is held in 32 bits; small products of a scan reach a quarter of the peak, as in training.
    /// </summary>
    private static double State(ServingRank rank, in StepLoad load, double queries, double rows, double columns)
    {
        const double StateBytes = 4;
        const double SmallProductShare = 0.25;
        var decode = rank.Stream(2 * load.DecodeSequences * queries * rows * columns * StateBytes);
        var scan = 6 * load.PrefillTokens * rows * columns / (SmallProductShare * rank.AttentionPeak);
        return rank.Engine.StateTime * (decode + scan + rank.Stream(28 * load.PrefillTokens * rows));
    }

    /// <summary>Attention of the prompts of a step, each as long as their mean.</summary>
    private static double Prompt(
        ServingRank rank, in AttentionKernel kernel, in StepLoad load, double heads, double keyHeads, double keyDimension, double valueDimension, double window)
    {
        var sequences = load.PrefillSequences;
        var (queries, keys, pairs) = (load.PrefillTokens / sequences, load.PrefillKeys / sequences, load.PrefillPairs / sequences);
        if (window > 0 && window < keys)
        {
            pairs = Math.Min(pairs, queries * window);
            keys = Math.Min(keys, queries + window);
        }

        var reach = Math.Max(1, Math.Min(keys, window > 0 ? window : keys));
        return PrefillAttention.Seconds(
            kernel, rank.AttentionPeak, rank.Bandwidth, sequences, heads, keyHeads, keyDimension, valueDimension, queries, keys, reach, pairs, 2, rank.CacheBytes);
    }

    /// <summary>The kernel of the cache format at a head dimension: its own where there is one, else the format's.</summary>
    private static T Kernel<T>(ServingRank rank, IReadOnlyDictionary<string, T> kernels, string op, int headDimension) where T : struct =>
        KernelProfile.AtHead(kernels, CacheRecipe.Kernel(rank.Precision.Cache, kernels), headDimension)
            ?? throw new MissingFactException($"kernel profile of '{rank.System.Chip.Id}' lacks {op}");
}
