using Orrery.Domain.Models;

namespace Orrery.Analysis.Models;

/// <summary>Parameters of a model by part.</summary>
/// <param name="Layers">All layers with their norms; without multi-token prediction.</param>
/// <param name="InputEmbedding">The token table; doubles as the head where they are tied.</param>
/// <param name="Head">The output projection of its own; 0 where tied.</param>
/// <param name="Other">Learned positions, per-layer input tables and the like.</param>
/// <param name="MultiTokenPrediction">Modules that published counts usually leave out; not in <see cref="Total"/>.</param>
/// <param name="IdleExperts">Routed experts that one token does not meet.</param>
/// <param name="Lookups">Tables of which one token reads single rows, beside the input embedding.</param>
public sealed record ParameterCounts(
    double Layers, double InputEmbedding, double Head, double Other, double MultiTokenPrediction, double IdleExperts, double Lookups)
{
    public double Total => Layers + InputEmbedding + Head + Other;

    /// <summary>Parameters that one token meets, its embedding tables counted whole.</summary>
    public double Active => Total - IdleExperts - Lookups;
}

/// <summary>FLOPs of one token by part, averaged over a sequence.</summary>
/// <param name="Projections">Query, key, value, output and state projections.</param>
/// <param name="Mixing">Attention scores and values, index scores, state updates.</param>
/// <param name="FeedForward">Dense blocks and shared experts.</param>
/// <param name="Experts">The routed experts a token goes to.</param>
/// <param name="Other">Projections outside the layers.</param>
public sealed record TokenFlops(
    double Projections, double Mixing, double FeedForward, double Experts, double Router, double Head, double MultiTokenPrediction, double Other)
{
    public double Total => Projections + Mixing + FeedForward + Experts + Router + Head + MultiTokenPrediction + Other;
}

/// <summary>Parameter and FLOP counts of a model.</summary>
public static class ModelCounts
{
    /// <summary>
    /// Equation: the sum of every matrix, norm and bias that the architecture names.
    /// Assumption: one norm before each block and one at the end, with a bias where the block has biases; norms of queries
    /// and keys, attention sinks and router corrections are left out (below 0.01 %). Source: counting.
    /// </summary>
    public static ParameterCounts Parameters(Transformer model)
    {
        double layers = model.Hidden;
        double idle = 0;
        foreach (var run in model.Layers)
        {
            var block = FeedForwardCounts.Of(run.Layer.FeedForward, model.Hidden);
            layers += run.Count * Layer(model, run.Layer);
            idle += run.Count * (block.Experts - block.ActiveExperts);
        }

        var table = (double)model.Vocabulary * model.Hidden;
        var positions = (double)model.PositionEmbeddings * model.Hidden;
        return new ParameterCounts(
            layers, table, model.TiedEmbeddings ? 0 : table, positions + model.OtherParameters + model.OtherProjections,
            model.MultiTokenPrediction * Module(model), idle, model.OtherParameters);
    }

    /// <summary>Parameters of one layer, idle experts included.</summary>
    public static double Layer(Transformer model, TransformerLayer layer)
    {
        var block = FeedForwardCounts.Of(layer.FeedForward, model.Hidden);
        return MixerCounts.Projections(layer.Mixer, model.Hidden) + MixerCounts.Vectors(layer.Mixer, model.Hidden)
            + block.Dense + block.Experts + block.Router + block.Vectors;
    }

    /// <summary>
    /// Forward FLOPs per token over a sequence of the length given.
    /// Equation: <c>2 (weights a token is multiplied with) + attention and states</c>; the module for multi-token prediction
    /// is one more layer of the last kind, a projection <c>2 h to h</c> and the head again.
    /// Assumption: prefill or training, every position needs the head; embedding lookups are free. Source: counting; checked
    /// against the FLOPs per token of Megatron-Bridge, NeMo and llm-foundry tables.
    /// </summary>
    public static TokenFlops Forward(Transformer model, double sequence, FlopConvention convention = FlopConvention.Causal)
    {
        if (convention is FlopConvention.ParametersAndFullAttention or FlopConvention.ParametersOnly)
        {
            return ByParameters(model, sequence, convention);
        }

        var full = convention == FlopConvention.FullAttention;
        var sum = new TokenFlops(0, 0, 0, 0, 0, 2.0 * model.Hidden * model.Vocabulary, 0, 2 * model.OtherProjections);
        foreach (var run in model.Layers)
        {
            var layer = Layer(model, run.Layer, sequence, full);
            sum = sum with
            {
                Projections = sum.Projections + (run.Count * layer.Projections),
                Mixing = sum.Mixing + (run.Count * layer.Mixing),
                FeedForward = sum.FeedForward + (run.Count * layer.FeedForward),
                Experts = sum.Experts + (run.Count * layer.Experts),
                Router = sum.Router + (run.Count * layer.Router),
            };
        }

        var module = Layer(model, model.Layers[^1].Layer, sequence, full).Total + (4.0 * model.Hidden * model.Hidden) + sum.Head;
        return sum with { MultiTokenPrediction = model.MultiTokenPrediction * module };
    }

    /// <summary>
    /// FLOPs per token of a training step.
    /// Equation: <c>3 forward</c>; with frozen weights (LoRA) <c>2 weights + 3 attention</c>, since no weight gradient is taken.
    /// Assumption: the backward pass costs two forwards; recompute is not model FLOPs. Source: counting.
    /// </summary>
    public static double Training(
        Transformer model, double sequence, FlopConvention convention = FlopConvention.Causal, bool frozenWeights = false)
    {
        var forward = Forward(model, sequence, convention);
        return (3 * forward.Total) - (frozenWeights ? forward.Total - forward.Mixing : 0);
    }

    /// <summary>Forward FLOPs per token of one layer, causal attention counted once.</summary>
    public static double LayerForward(Transformer model, TransformerLayer layer, double sequence) => Layer(model, layer, sequence, full: false).Total;

    private static TokenFlops Layer(Transformer model, TransformerLayer layer, double sequence, bool full)
    {
        var block = FeedForwardCounts.Of(layer.FeedForward, model.Hidden);
        return new TokenFlops(
            2 * MixerCounts.Projections(layer.Mixer, model.Hidden), MixerCounts.Mixing(layer.Mixer, sequence, full),
            2 * block.Dense, 2 * block.ActiveExperts, 2 * block.Router, 0, 0, 0);
    }

    /// <summary>Learned positions count as parameters and grow with the sequence.</summary>
    private static TokenFlops ByParameters(Transformer model, double sequence, FlopConvention convention)
    {
        var positions = model.PositionEmbeddings > 0 ? Math.Max(0, sequence - model.PositionEmbeddings) * model.Hidden : 0;
        var mixing = convention == FlopConvention.ParametersOnly
            ? 0
            : model.Layers.Sum(run => run.Count * MixerCounts.Mixing(run.Layer.Mixer, sequence, full: true));
        return new TokenFlops(0, mixing, 0, 0, 0, 0, 0, 2 * (Parameters(model).Active + positions));
    }

    private static double Module(Transformer model) =>
        model.Layers.Count == 0 ? 0 : Layer(model, model.Layers[^1].Layer) + (2.0 * model.Hidden * model.Hidden) + (3.0 * model.Hidden);
}
