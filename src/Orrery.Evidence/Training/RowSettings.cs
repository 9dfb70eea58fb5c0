using System.Globalization;
using System.Text.RegularExpressions;
using Orrery.Domain.Models;
using Orrery.Domain.Strategies;
using Policy = Orrery.Domain.Strategies.Recompute;

namespace Orrery.Evidence.Training;

/// <summary>What a row's free-text columns say, in the words of a strategy.</summary>
internal static partial class RowSettings
{
    public static bool ForbidsSequenceParallel(TrainingRow row) =>
        Says(row, "no sequence_parallel") || Says(row, "SEQ_PARALLEL=False")
        || SequenceOff().IsMatch(row.Settings) || row.Notes.Contains("no sequence parallelism", StringComparison.Ordinal);

    public static bool StatesSequenceParallel(TrainingRow row) =>
        row.Recompute.Contains("sequence-parallel", StringComparison.Ordinal)
        || (Says(row, "sequence_parallel") && !Says(row, "no sequence_parallel"))
        || (row.Recompute == "selective" && row.Notes.Contains("sequence parallel", StringComparison.OrdinalIgnoreCase));

    /// <summary>Multi-token-prediction modules that were on; null where the row does not say. A recipe that lists its settings lists them.</summary>
    public static int? PredictionDepth(TrainingRow row)
    {
        var match = PredictionLayers().Match(row.Settings);
        return match.Success && int.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var depth) ? depth
            : row.Settings.Contains("force_balanced_routing", StringComparison.Ordinal) ? 0
            : null;
    }

    public static bool CountsEmbeddingAndLoss(TrainingRow row) =>
        Says(row, "embedding_counted_in_pp_split") || Says(row, "ASYM_PP_EMBED=True");

    public static bool DropsTokens(TrainingRow row) => Says(row, "moe_token_drop");

    /// <summary>"DPA" is dot-product attention in the settings of MLPerf submissions.</summary>
    public static bool Fp8Attention(TrainingRow row) => Says(row, "fp8_attention") || Says(row, "FP8_DPA=1");

    public static GraphCapture Graphs(TrainingRow row) => row.Graphs switch
    {
        _ when row.Graphs.Contains("full_iteration", StringComparison.Ordinal) => GraphCapture.FullIteration,
        _ when row.Graphs.StartsWith("transformer_engine", StringComparison.Ordinal) => GraphCapture.Partial,
        _ when Says(row, "MCORE_CUDA_GRAPH=1") => GraphCapture.FullIteration,
        _ when Says(row, "LAYER_CUDA_GRAPH=1") => GraphCapture.Partial,
        _ => GraphCapture.None,
    };

    /// <summary>Ranks of an inner FSDP axis where the settings name one that the outer axis replicates.</summary>
    public static int ShardRanks(TrainingRow row)
    {
        var match = FsdpAxis().Match(row.Settings);
        return match.Success && int.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var ranks) ? ranks : 0;
    }

    /// <summary>Slices that meet over the data-centre network, where the settings name an axis over it.</summary>
    public static int? Slices(TrainingRow row)
    {
        var match = SliceAxis().Match(row.Settings);
        return match.Success && int.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var slices) && slices > 0 ? slices : null;
    }

    public static bool ReplicatesSlices(TrainingRow row) => Says(row, "dcn_data=");

    public static FlopCount FlopCount(TrainingRow row, FlopCount ofSource) => row.Notes switch
    {
        var notes when notes.Contains("NON-causal", StringComparison.OrdinalIgnoreCase) => Training.FlopCount.Full,
        var notes when notes.Contains("causal attention FLOPs", StringComparison.Ordinal) => Training.FlopCount.Causal,
        var notes when notes.Contains("includes recompute", StringComparison.Ordinal) || notes.Contains("incl. recompute", StringComparison.Ordinal) => Training.FlopCount.Hardware,
        _ => ofSource,
    };

    /// <summary>The recompute columns; unknown means what the source's rules say. XLA drops a block's last product.</summary>
    public static Policy Recompute(TrainingRow row, string ofSource, bool compiled)
    {
        var text = row.Recompute is "" or "unknown" ? ofSource : row.Recompute;
        var modules = row.RecomputeModules;
        var policy = text switch
        {
            "" or "none" => Policy.None,
            _ when text.StartsWith("full", StringComparison.Ordinal) => Policy.Full,
            "core-attention" => Policy.CoreAttention,
            "minimal" => Minimal,
            _ when text.StartsWith("selective(attention)", StringComparison.Ordinal) => Policy.CoreAttention,
            _ => Selective(text, modules, row.Settings),
        };
        return compiled && policy != Policy.None ? policy | Policy.WithoutLast : policy;
    }

    /// <summary>MaxText's "minimal": every product's output is kept, the rest is not.</summary>
    private const Policy Minimal =
        Policy.Normalization | Policy.Activation | Policy.CoreAttention;

    private static Policy Selective(string text, string modules, string settings)
    {
        var all = text + ";" + modules;
        if (modules.Contains("minimal_with_context", StringComparison.Ordinal))
        {
            return Policy.Normalization | Policy.Activation;
        }

        if (all.Contains("save_dot_except_mlpwi", StringComparison.Ordinal))
        {
            return Minimal | Policy.FeedForward | Policy.WithoutLast;
        }

        if (modules.Contains("minimal", StringComparison.Ordinal))
        {
            return Minimal;
        }

        if (modules.Contains("custom", StringComparison.Ordinal) || modules.Contains("qkv_proj_offloaded", StringComparison.Ordinal))
        {
            return Kept(modules);
        }

        if (modules == "layer" || settings.Contains("AC=layer", StringComparison.Ordinal))
        {
            // torchtitan's layer variant checkpoints every other layer in full.
            return Policy.AlternateLayers;
        }

        if (settings.Contains("torchtitan", StringComparison.Ordinal))
        {
            return Policy.AlternateGemms | Policy.Normalization | Policy.Activation;
        }

        var policy = Policy.None;
        foreach (var module in all.Split(['+', ';', ',', ' ', '(', ')'], StringSplitOptions.RemoveEmptyEntries))
        {
            policy |= module.ToLowerInvariant() switch
            {
                "core_attn" or "attention" => Policy.CoreAttention,
                "mla_up_proj" or "up-proj" => Policy.LatentUpProjection,
                "layernorm" or "rmsnorm" => Policy.Normalization,
                "moe_act" or "swiglu" => Policy.Activation,
                "mlp" => Policy.FeedForward,
                "moe" => Policy.Experts,
                "shared_experts" => Policy.SharedExpert,
                _ => Policy.None,
            };
        }

        // "selective" without modules is Megatron's core attention.
        return policy == Policy.None && modules.Length == 0 ? Policy.CoreAttention : policy;
    }

    /// <summary>
    /// Layers' worth of activations that a list of offloaded tensors sends to host memory: all, where it names the layer's input and
    /// nothing stays on the device; else their share of what is kept, the input, which always is, with them.
    /// </summary>
    public static int OffloadedLayers(TrainingRow row, Transformer model)
    {
        var modules = row.RecomputeModules;
        if (!modules.Contains("offload", StringComparison.Ordinal) || modules.Contains("=device", StringComparison.Ordinal))
        {
            return 0;
        }

        var layers = model.LayerCount + model.MultiTokenPrediction;
        if (modules.Contains("decoder_layer_input", StringComparison.Ordinal) || model.Layers[0].Layer.Mixer is not Attention attention)
        {
            return layers;
        }

        bool Names(string name) => modules.Contains(name, StringComparison.Ordinal);
        var (query, keys) = ((double)attention.Heads * attention.HeadDimension, 2.0 * attention.KeyValueHeads * attention.HeadDimension);
        var away = (Names("query") || Names("qkv") ? query + keys : 0) + (Names("context") ? query : 0)
            + (Names("out_proj") ? model.Hidden : 0) + (Names("mlpwo") ? model.Hidden : 0);
        return (int)Math.Round(layers * away / (away + model.Hidden));
    }

    /// <summary>A list of what is kept or offloaded: everything else is run again.</summary>
    private static Policy Kept(string modules)
    {
        bool Keeps(string name) => modules.Contains(name, StringComparison.Ordinal);
        var policy = Policy.Normalization | Policy.Activation
            | Policy.FeedForward | Policy.Experts | Policy.SharedExpert | Policy.WithoutLast;
        if (!Keeps("context"))
        {
            policy |= Policy.CoreAttention;
        }

        if (!Keeps("query") && !Keeps("qkv"))
        {
            policy |= Policy.Attention;
        }

        return policy;
    }

    private static bool Says(TrainingRow row, string setting) => row.Settings.Contains(setting, StringComparison.Ordinal);

    [GeneratedRegex(@"mtp_num_layers=(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex PredictionLayers();

    [GeneratedRegex(@"(?:^|;)SP=(?:0|False)(?:;|$)", RegexOptions.CultureInvariant)]
    private static partial Regex SequenceOff();

    [GeneratedRegex(@"(?:^|;)dcn_(?:data|fsdp)=(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex SliceAxis();

    [GeneratedRegex(@"(?:^|;)(?:ici_)?fsdp(?:_parallelism)?=(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex FsdpAxis();
}
