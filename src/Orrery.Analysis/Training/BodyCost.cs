using Orrery.Domain.Models;
using Orrery.Domain.Strategies;

namespace Orrery.Analysis.Training;

/// <summary>
/// All layers, multi-token-prediction modules included, for one micro-batch on one tensor-parallel rank: compute only.
/// <see cref="Dense"/> depends on tp, cp, the micro-batch and sequence parallelism, <see cref="Routed"/> on the tokens a rank routes,
/// ep and expert-TP; what strategies share of it can be computed once.
/// </summary>
internal readonly struct BodyCost(in LayerCost total, BodyRun[] runs)
{
    /// <summary>The sum over layers.</summary>
    public readonly LayerCost Total = total;

    /// <summary>Layers by kind, for what must be exchanged.</summary>
    public readonly BodyRun[] Runs = runs;

    /// <summary>Everything but routed experts.</summary>
    public static BodyCost Dense(Shard shard) => Of(shard, Layer, withPrediction: true);

    /// <summary>Routed experts alone; null where the model has none.</summary>
    public static BodyCost? Routed(Shard shard) => shard.Workload.Model.IsMixtureOfExperts ? Of(shard, Experts, withPrediction: false) : null;

    private static BodyCost Of(Shard shard, Func<Shard, TransformerLayer, LayerCost> layer, bool withPrediction)
    {
        var model = shard.Workload.Model;
        var total = default(LayerCost);
        var runs = new BodyRun[model.Layers.Count + (model.MultiTokenPrediction > 0 ? 1 : 0)];
        var last = default(LayerCost);
        for (var i = 0; i < model.Layers.Count; i++)
        {
            var run = model.Layers[i];
            last = layer(shard, run.Layer);
            total.Add(last, run.Count);
            runs[i] = BodyRun.Of(run.Count, last);
        }

        if (model.MultiTokenPrediction > 0)
        {
            if (withPrediction)
            {
                last.AddProduct(
                    shard, shard.Dense, StepPart.Gemm, shard.OuterTokens, model.Hidden, 2.0 * model.Hidden, Recompute.None, Recompute.Normalization);
            }

            total.Add(last, model.MultiTokenPrediction);
            runs[^1] = BodyRun.Of(model.MultiTokenPrediction, last);
        }

        return new BodyCost(total, runs);
    }

    private static LayerCost Layer(Shard shard, TransformerLayer layer)
    {
        var cost = default(LayerCost);
        var blocks = (layer.Mixer is null ? 0 : 1) + (layer.FeedForward is null ? 0 : 1);
        if (layer.Mixer is { } mixer)
        {
            cost.AddMixer(shard, mixer);
        }

        if (layer.FeedForward is { } feedForward)
        {
            cost.AddFeedForward(shard, feedForward);
        }

        cost.AddNorms(shard, blocks);
        if (layer.FeedForward is MixtureOfExperts)
        {
            cost.ExpertHostS = shard.Parameters.HostExpertS;
        }
        else
        {
            cost.HostS = shard.Parameters.HostDenseS * blocks / 2;
        }

        return cost;
    }

    private static LayerCost Experts(Shard shard, TransformerLayer layer)
    {
        var cost = default(LayerCost);
        if (layer.FeedForward is MixtureOfExperts moe)
        {
            cost.AddRoutedExperts(shard, moe);
        }

        return cost;
    }
}

/// <summary>What one of so many equal layers exchanges, and the attention that context-parallel traffic hides under.</summary>
internal readonly record struct BodyRun(
    int Count, double TensorExchanges, double ContextWidth, double AttentionForward, double AttentionBackward, MixtureOfExperts? Routed)
{
    public static BodyRun Of(int count, in LayerCost layer) => new(
        count, layer.TensorExchanges, layer.ContextWidth, layer.Forward[StepPart.Attention], layer.Backward[StepPart.Attention], layer.Routed);
}
