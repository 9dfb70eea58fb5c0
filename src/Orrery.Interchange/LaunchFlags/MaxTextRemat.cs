using Orrery.Domain.Models;
using Orrery.Domain.Strategies;

namespace Orrery.Interchange.LaunchFlags;

/// <summary>Recompute as a rematerialization policy: named tensors are kept, run again, or put in host memory.</summary>
internal static class MaxTextRemat
{
    private static readonly (string Tensor, Recompute Parts)[] Tensors =
    [
        ("context", Recompute.CoreAttention | Recompute.Attention),
        ("query_proj", Recompute.Attention),
        ("key_proj", Recompute.Attention),
        ("value_proj", Recompute.Attention),
        ("out_proj", Recompute.Attention),
        ("mla_q", Recompute.LatentUpProjection | Recompute.Attention),
        ("mla_kv", Recompute.LatentUpProjection | Recompute.Attention),
        ("mlpwi_0", Recompute.FeedForward),
        ("mlpwi_1", Recompute.FeedForward),
        ("mlpwo", Recompute.FeedForward),
        ("moe_mlpwi_0", Recompute.Experts),
        ("moe_mlpwi_1", Recompute.Experts),
        ("moe_mlpwo", Recompute.Experts),
    ];

    public static void Write(MaxTextLaunch.Settings yaml, GapList gaps, Transformer model, Strategy s)
    {
        var offloaded = s.OffloadedLayers > 0 && s.OffloadedLayers == model.LayerCount;
        gaps.AddWhen(
            s.OffloadedLayers > 0 && !offloaded, "offload",
            $"MaxText puts named tensors of all layers in host memory, not those of {s.OffloadedLayers} layers.");
        var whole = s.Recompute.Has(Recompute.Full);
        var named = s.Recompute & Tensors.Aggregate(Recompute.None, (all, tensor) => all | tensor.Parts);
        if (whole && !offloaded)
        {
            yaml.Add("remat_policy", "full");
        }
        else if (named == Recompute.None && !offloaded)
        {
            yaml.Add("remat_policy", "minimal_with_context");
        }
        else
        {
            yaml.Add("remat_policy", "custom");
            var kept = offloaded ? "offload" : "device";
            yaml.Add("decoder_layer_input", kept);
            foreach (var (tensor, parts) in Tensors)
            {
                yaml.Add(tensor, whole || s.Recompute.Has(parts) ? "remat" : kept);
            }
        }

        Unnamed(gaps, s.Recompute, whole);
    }

    private static void Unnamed(GapList gaps, Recompute recompute, bool whole)
    {
        gaps.AddWhen(!whole && !recompute.Has(Recompute.Normalization), "recompute", $"Every remat policy of MaxText runs normalizations again.");
        gaps.AddWhen(!whole && !recompute.Has(Recompute.Activation), "recompute", $"Every remat policy of MaxText runs activation functions again.");
        gaps.AddWhen(
            recompute.Has(Recompute.WithoutLast), Recompute.WithoutLast.Word(), $"XLA leaves out what nobody needs by itself; there is no setting for it.");
        if (whole)
        {
            return;
        }

        const Recompute NotNamed = Recompute.SharedExpert | Recompute.StateSpace | Recompute.AlternateGemms | Recompute.AlternateLayers;
        foreach (var part in (recompute & NotNamed).Parts())
        {
            gaps.Add(part.Word(), $"MaxText's remat policy names no tensor for it; the setting leaves it out.");
        }
    }
}
