using Orrery.Domain.Models;
using Orrery.Domain.Strategies;

namespace Orrery.Interchange.LaunchFlags;

/// <summary>Activation recompute: whole layers, or Megatron's list of modules.</summary>
internal static class MegatronRecompute
{
    public static void Write(ShellFlags flags, GapList gaps, Transformer model, Strategy s)
    {
        gaps.AddWhen(
            s.Recompute.Has(Recompute.WithoutLast), Recompute.WithoutLast.Word(),
            $"Megatron runs a recomputed block to its end; leaving out the last product is the compiler's doing elsewhere.");
        var parts = (s.Recompute & ~Recompute.WithoutLast).Parts().ToList();
        if (s.Recompute.Has(Recompute.Full))
        {
            flags.Add("--recompute-granularity", "full");
            flags.Add("--recompute-method", "uniform");
            flags.Add("--recompute-num-layers", 1);
        }
        else if (s.Recompute.Has(Recompute.AlternateLayers))
        {
            Alternate(flags, gaps, model, s, parts);
        }
        else
        {
            Modules(flags, gaps, model, parts);
        }
    }

    private static void Alternate(ShellFlags flags, GapList gaps, Transformer model, Strategy s, List<Recompute> parts)
    {
        var layers = MegatronLayout.LayersOfChunk(model, s);
        flags.Add("--recompute-granularity", "full");
        flags.Add("--recompute-method", "block");
        flags.Add("--recompute-num-layers", (layers + 1) / 2);
        gaps.Add(
            Recompute.AlternateLayers.Word(),
            $"Megatron recomputes the first {(layers + 1) / 2} of the {layers} layers of a stage instead of every other one.");
        foreach (var part in parts.Where(part => part != Recompute.AlternateLayers))
        {
            gaps.Add(part.Word(), $"Megatron recomputes whole layers or modules of layers, not both.");
        }
    }

    private static void Modules(ShellFlags flags, GapList gaps, Transformer model, List<Recompute> parts)
    {
        var modules = new List<string>();
        foreach (var part in parts)
        {
            if (Module(part, model) is { } module)
            {
                modules.Add(module);
            }
            else
            {
                gaps.Add(part.Word(), $"{Reason(part)}");
            }
        }

        if (modules.Count > 0)
        {
            flags.Add("--recompute-granularity", "selective");
            flags.Add("--recompute-modules", string.Join(' ', modules));
        }

        gaps.AddWhen(
            parts.Contains(Recompute.Experts), Recompute.Experts.Word(),
            $"Megatron's module moe is the whole layer: router, dispatch and shared expert run again, too.");
        gaps.AddWhen(
            parts.Contains(Recompute.Activation) && modules.Contains("moe_act") && ModelShape.Of(model).Dense is not null, Recompute.Activation.Word(),
            $"Megatron's module moe_act covers experts only; the activations of dense layers are kept.");
    }

    private static string? Module(Recompute part, Transformer model) => part switch
    {
        Recompute.CoreAttention => "core_attn",
        Recompute.LatentUpProjection => "mla_up_proj",
        Recompute.Normalization => "layernorm",
        Recompute.Activation when model.IsMixtureOfExperts => "moe_act",
        Recompute.FeedForward => "mlp",
        Recompute.Experts => "moe",
        Recompute.SharedExpert => "shared_experts",
        _ => null,
    };

    private static string Reason(Recompute part) => part switch
    {
        Recompute.Attention => "Megatron's module core_attn leaves the projections out; there is no module for the whole attention.",
        Recompute.Activation => "Megatron recomputes the activation function of experts only, and the model has none.",
        Recompute.StateSpace => "Megatron has no module for a state-space mixer.",
        Recompute.AlternateGemms => "Megatron recomputes modules, not every other GEMM.",
        _ => "Megatron has no module for it.",
    };
}
