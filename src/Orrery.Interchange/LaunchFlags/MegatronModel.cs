using System.Globalization;
using Orrery.Domain.Models;
using Orrery.Domain.Workloads;

namespace Orrery.Interchange.LaunchFlags;

/// <summary>Architecture in the flags of Megatron-LM, which MindSpeed-LLM takes as well.</summary>
internal static class MegatronModel
{
    /// <summary>What a model's facts do not hold and Megatron wants to know.</summary>
    public const string Missing =
        "yours to add: data, tokenizer, learning rate, checkpoints, normalization, kind of activation, rotary base, router scoring and balancing";

    public static void Write(ShellFlags flags, GapList gaps, TrainingWorkload workload, ModelShape shape)
    {
        var model = workload.Model;
        foreach (var oddity in shape.Oddities)
        {
            gaps.Add("model", $"{oddity}");
        }

        flags.Add("--num-layers", model.LayerCount);
        flags.Add("--hidden-size", model.Hidden);
        flags.AddWhen(shape.Dense is not null, "--ffn-hidden-size", shape.Dense?.Inner ?? 0);
        flags.AddWhen(shape.Dense is null && shape.Experts is not null, "--ffn-hidden-size", shape.Experts?.ExpertInner ?? 0);
        flags.AddWhen(shape.Gated, "--swiglu");
        Attend(flags, gaps, shape);
        Biases(flags, gaps, shape);
        flags.AddWhen(!model.TiedEmbeddings, "--untie-embeddings-and-output-weights");
        flags.Add("--vocab-size", model.Vocabulary);
        flags.Add("--position-embedding-type", model.PositionEmbeddings > 0 ? "learned_absolute" : "rope");
        flags.Add("--seq-length", workload.SequenceLength);
        flags.Add("--max-position-embeddings", Math.Max(workload.SequenceLength, Math.Max(model.MaxSequence, model.PositionEmbeddings)));
        flags.AddWhen(model.MultiTokenPrediction > 0, "--mtp-num-layers", model.MultiTokenPrediction);
        if (shape.Experts is { } experts)
        {
            flags.Add("--num-experts", experts.Experts);
            flags.Add("--moe-router-topk", experts.TopK);
            flags.Add("--moe-ffn-hidden-size", experts.ExpertInner);
            flags.AddWhen(experts.SharedInner > 0, "--moe-shared-expert-intermediate-size", experts.SharedInner);
            flags.Add("--moe-grouped-gemm");
        }
    }

    /// <summary>A Python list expression as Megatron evaluates it, 1 where the layer is marked: <c>([0]*3+[1]*58)</c>, <c>([1]*5+[0]*1)*8</c>.</summary>
    public static string Pattern(IReadOnlyList<bool> marked)
    {
        var period = Enumerable.Range(1, marked.Count)
            .First(length => marked.Count % length == 0 && Enumerable.Range(length, marked.Count - length).All(at => marked[at] == marked[at - length]));
        var runs = new List<string>();
        for (int at = 0, end; at < period; at = end)
        {
            end = at + 1;
            while (end < period && marked[end] == marked[at])
            {
                end++;
            }

            runs.Add(string.Create(CultureInfo.InvariantCulture, $"[{(marked[at] ? 1 : 0)}]*{end - at}"));
        }

        var times = marked.Count / period;
        return string.Create(CultureInfo.InvariantCulture, $"'({string.Join('+', runs)}){(times > 1 ? $"*{times}" : "")}'");
    }

    private static void Attend(ShellFlags flags, GapList gaps, ModelShape shape)
    {
        if (shape.Plain is { } attention)
        {
            flags.Add("--num-attention-heads", attention.Heads);
            flags.Add("--kv-channels", attention.HeadDimension);
            flags.AddWhen(attention.KeyValueHeads < attention.Heads, "--group-query-attention");
            flags.AddWhen(attention.KeyValueHeads < attention.Heads, "--num-query-groups", attention.KeyValueHeads);
        }
        else if (shape.Latent is { } latent)
        {
            flags.Add("--multi-latent-attention");
            flags.Add("--num-attention-heads", latent.Heads);
            flags.AddWhen(latent.QueryRank > 0, "--q-lora-rank", latent.QueryRank);
            flags.Add("--kv-lora-rank", latent.KeyValueRank);
            flags.Add("--qk-head-dim", latent.NopeDimension);
            flags.Add("--qk-pos-emb-head-dim", latent.RopeDimension);
            flags.Add("--v-head-dim", latent.ValueDimension);
        }

        var windows = shape.Windows.Where(window => window > 0).Distinct().ToList();
        if (windows.Count == 0)
        {
            return;
        }

        gaps.AddWhen(windows.Count > 1, "model", $"Layers attend over windows of {windows.Count} sizes; Megatron takes one, so the first is written.");

        // The token itself is not counted to the left of itself.
        flags.Add("--window-size", string.Create(CultureInfo.InvariantCulture, $"{windows[0] - 1},0"));
        if (shape.Windows.Contains(0))
        {
            flags.Add("--window-attn-skip-freq", Pattern([.. shape.Windows.Select(window => window > 0)]));
        }
    }

    private static void Biases(ShellFlags flags, GapList gaps, ModelShape shape)
    {
        if (shape is { AttentionBias: true, FeedForwardBias: true })
        {
            return;
        }

        flags.Add("--disable-bias-linear");
        flags.AddWhen(shape.AttentionBias, "--add-qkv-bias");
        gaps.AddWhen(shape.FeedForwardBias, "model", $"The feed-forward blocks have biases and the attention has none; Megatron has no flag for that.");
    }
}
