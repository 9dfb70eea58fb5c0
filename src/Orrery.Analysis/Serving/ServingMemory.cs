using Orrery.Analysis.Models;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Quantities;

namespace Orrery.Analysis.Serving;

/// <summary>What a chip of a replica holds besides the cache, and the room that leaves for keys and values.</summary>
/// <param name="Weights">On the fullest chip.</param>
/// <param name="Activations">Of the largest step.</param>
/// <param name="Reserve">Driver, libraries, captured graphs.</param>
/// <param name="Capacity">What the engine may use of the chip's memory.</param>
/// <param name="CachePerToken">Bytes that one more token of a sequence takes, in layers that keep all tokens.</param>
/// <param name="Windows">Layers that keep the last tokens only, with those tokens and the bytes of one.</param>
/// <param name="States">Bytes of a sequence that do not grow.</param>
/// <param name="Groups">Attention-data-parallel groups, each with a cache of its own.</param>
public sealed record ServingMemory(
    Bytes Weights, Bytes Activations, Bytes Reserve, Bytes Capacity, double CachePerToken, IReadOnlyList<(double Window, double PerToken)> Windows, double States, int Groups)
{
    /// <summary>Room for keys and values on one chip; negative where the weights do not fit.</summary>
    public Bytes CacheRoom => new(Capacity.Value - Weights.Value - Activations.Value - Reserve.Value);

    /// <summary>Bytes that a sequence of so many tokens takes on its chip.</summary>
    public double SequenceBytes(double tokens)
    {
        var bytes = (tokens * CachePerToken) + States;
        foreach (var (window, perToken) in Windows)
        {
            bytes += Math.Min(tokens, window) * perToken;
        }

        return bytes;
    }

    /// <summary>Sequences of so many tokens that the caches of all groups hold; 0 where not even one.</summary>
    public double MostSequences(double tokens)
    {
        var room = CacheRoom.Value;
        return room <= 0 ? 0 : Math.Floor(room / Math.Max(1, SequenceBytes(tokens))) * Groups;
    }

    /// <summary>
    /// Equation: weights by format over the ranks that share them; cache <c>2 kv-heads d</c> elements a token and layer, <c>R + Dr</c> for MLA,
    /// a window's tokens at most, a fixed state for linear layers.
    /// Assumption: a stage holds an even share of the layers, embeddings and head on the fullest; tensor-parallel ranks beyond the KV heads hold copies.
    /// Source: counting.
    /// </summary>
    public static ServingMemory Of(ServingWorkload workload, ServingLayout layout, Chip chip, EngineParameters engine)
    {
        var model = workload.Model;
        double tp = layout.TensorParallel;
        double pp = layout.PipelineParallel;
        var dense = WeightRecipe.StoredBytes(workload.Precision.Dense);
        var experts = WeightRecipe.StoredBytes(workload.Precision.Experts);
        const double Wide = 2;
        double weights = 0, perToken = 0, states = 0;
        var windows = new List<(double Window, double PerToken)>();
        var element = CacheRecipe.Bytes(workload.Precision.Cache);
        foreach (var run in model.Layers)
        {
            weights += run.Count * Layer(run.Layer);
            var (all, window, fixedBytes) = Cached(run.Layer.Mixer, tp, element);
            states += run.Count * fixedBytes / pp;
            if (window > 0)
            {
                windows.Add((window, run.Count * all / pp / layout.CacheShards));
                perToken += run.Layer.Mixer is CompressedAttention { Compression: > 0 } a ? run.Count * all / a.Compression / pp : 0;
            }
            else
            {
                perToken += run.Count * all / pp / layout.CacheShards;
            }
        }

        var drafted = workload.Speculation is null ? 0 : Math.Max(1, model.MultiTokenPrediction) * (Layer(model.Layers[^1].Layer) + (2 * Wide * model.Hidden * model.Hidden / tp));
        var tables = Wide * model.Vocabulary * model.Hidden / tp * (pp > 1 || model.TiedEmbeddings ? 1 : 2);
        var activations = engine.StepTokens * model.Hidden * 2 * engine.ActivationPasses;
        return new ServingMemory(
            new Bytes((weights / pp) + drafted + tables), new Bytes(activations), new Bytes(engine.ReserveBytes), new Bytes(chip.Memory.Value * engine.MemoryShare),
            perToken, windows, states, layout.AttentionDataParallel);

        double Layer(TransformerLayer layer)
        {
            var block = FeedForwardCounts.Of(layer.FeedForward, model.Hidden);
            return (dense * (MixerCounts.Projections(layer.Mixer, model.Hidden) + block.Dense) / tp)
                + (experts * block.Experts / layout.StageRanks) + (Wide * block.Router);
        }
    }

    /// <summary>Bytes a token of one layer, the window that limits them (0 for none), and bytes that a sequence takes whatever its length.</summary>
    private static (double PerToken, double Window, double Fixed) Cached(Mixer? mixer, double tp, double element) => mixer switch
    {
        Attention { KeyValues: KeyValueOrigin.EarlierLayer } => (0, 0, 0),
        Attention a => ((a.KeyValues == KeyValueOrigin.KeysAreValues ? 1 : 2) * MixerWork.KeyHeads(a, tp) * a.HeadDimension * element, a.Window, 0),
        LatentAttention a => (((a.KeyValueRank + a.RopeDimension) * element) + (a.Indexer?.Dimension ?? 0), a.Window, 0),
        CompressedAttention a => (a.HeadDimension * element, a.Window, 0),
        StateSpace m => (0, 0, (4.0 * m.Inner * m.StateSize / tp) + (2.0 * m.Inner * m.ConvolutionWidth / tp)),
        LinearAttention l => (0, 0, 4.0 * l.ValueHeads * l.KeyDimension * l.ValueDimension / tp),
        _ => (0, 0, 0),
    };
}
