using System.Globalization;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Models;
using Orrery.Domain.Workloads;

namespace Orrery.Domain.Strategies;

/// <summary>What a deployment must satisfy before a model can be served with it at all.</summary>
public static class ServingRules
{
    /// <summary>Every rule that is broken, each with the values that would satisfy it.</summary>
    public static IReadOnlyList<Diagnostic> Check(ServingDeployment deployment, ServingWorkload workload, ServingLoad load, int chips)
    {
        var broken = new DiagnosticList();
        void Break(string message, string hint = "") => broken.Error(StrategyRules.Code, message, hint: hint);

        Layout(deployment.Main.Layout, workload.Model, "", Break);
        if (deployment.Prefill is { } prefill)
        {
            Layout(prefill.Layout, workload.Model, "prefill-", Break);
        }

        Chips(deployment, chips, Break);
        Requests(deployment, load, Break);
        Lengths(workload, Break);
        return broken;
    }

    /// <summary>Every rule that a workload breaks whatever it runs on.</summary>
    public static IReadOnlyList<Diagnostic> Check(ServingWorkload workload)
    {
        var broken = new DiagnosticList();
        Lengths(workload, (message, hint) => broken.Error(StrategyRules.Code, message, hint: hint));
        return broken;
    }

    /// <summary>Whether a model can be laid out so.</summary>
    public static bool CanLayOut(ServingLayout layout, Transformer model)
    {
        var can = true;
        Layout(layout, model, "", (_, _) => can = false);
        return can;
    }

    /// <summary>Tensor-parallel ranks that hold the same keys and values, which could share them out by position instead: those beyond the KV heads, all for MLA.</summary>
    public static int Copies(int tensorParallel, Transformer model) => model.Layers
        .Select(run => run.Layer.Mixer switch
        {
            Attention a => Math.Max(1, tensorParallel / a.KeyValueHeads),
            LatentAttention or CompressedAttention => tensorParallel,
            _ => int.MaxValue,
        })
        .Where(copies => copies < int.MaxValue)
        .DefaultIfEmpty(1)
        .Min();

    private static void Layout(ServingLayout s, Transformer model, string prefix, Action<string, string> broken)
    {
        var mixers = model.Layers.Select(run => run.Layer.Mixer).OfType<Mixer>().ToList();
        foreach (var heads in mixers.Select(mixer => mixer.DealtHeads).Distinct().Where(heads => heads % s.TensorParallel != 0))
        {
            broken(Text($"{prefix}tp is {s.TensorParallel}, which does not divide the {heads} heads of {model.Id}"), Divisors(heads));
        }

        foreach (var heads in mixers.OfType<Attention>().Select(mixer => mixer.KeyValueHeads).Distinct()
            .Where(heads => heads % s.TensorParallel != 0 && s.TensorParallel % heads != 0))
        {
            broken(Text($"{prefix}tp is {s.TensorParallel}, which neither divides nor is a multiple of the {heads} KV heads of {model.Id}"), "");
        }

        if (s.PipelineParallel > model.LayerCount)
        {
            broken(Text($"{prefix}pp is {s.PipelineParallel}, expected no more than the {model.LayerCount} layers of {model.Id}"), "");
        }

        var copies = Copies(s.TensorParallel, model);
        if (copies % s.CacheShards != 0)
        {
            broken(Text($"{prefix}kv-shards is {s.CacheShards}, expected a divisor of {copies}: so many of the {prefix}tp {s.TensorParallel} ranks would hold the same keys"), Divisors(copies));
        }

        var mixtures = model.Layers.Select(run => run.Layer.FeedForward).OfType<MixtureOfExperts>().ToList();
        if (mixtures.Count == 0)
        {
            if (s.ExpertParallel > 1 || s.ExpertSkew > 1)
            {
                broken(Text($"{prefix}ep or expert-skew is given, but {model.Id} has no experts"), "leave them out");
            }

            return;
        }

        foreach (var experts in mixtures.Select(moe => moe.Experts).Distinct().Where(experts => experts % s.ExpertParallel != 0))
        {
            broken(Text($"{prefix}ep is {s.ExpertParallel}, which does not divide the {experts} experts of {model.Id}"), Divisors(experts));
        }

        if (s.StageRanks % s.ExpertParallel != 0)
        {
            broken(
                Text($"{prefix}ep is {s.ExpertParallel}, expected a divisor of {prefix}tp {s.TensorParallel} x {prefix}dp {s.AttentionDataParallel} = {s.StageRanks} ranks, over which experts are dealt"),
                Divisors(s.StageRanks));
            return;
        }

        foreach (var inner in mixtures.Select(moe => moe.ExpertInner).Distinct().Where(inner => inner % s.ExpertTensorParallel != 0))
        {
            broken(
                Text($"{s.ExpertTensorParallel} ranks would share an expert, which do not divide its {inner} inner elements"),
                Text($"raise {prefix}ep: tp x dp / ep ranks share an expert"));
        }
    }

    private static void Chips(ServingDeployment deployment, int chips, Action<string, string> broken)
    {
        if (deployment.Prefill is not { } prefill)
        {
            Whole(deployment.Main, chips, "", broken);
            return;
        }

        Whole(deployment.Main, chips - prefill.Chips, "decode-", broken);
        if (prefill.Replicas < 1)
        {
            broken(Text($"a prefill replica takes {prefill.Layout.Chips} chips, more than prefill-chips"), "give --prefill-chips a multiple of it");
        }
    }

    private static void Whole(ServingPool pool, int chips, string prefix, Action<string, string> broken)
    {
        if (pool.Replicas >= 1 && pool.Chips == chips)
        {
            return;
        }

        var layout = pool.Layout;
        broken(
            Text($"a replica takes tp {layout.TensorParallel} x dp {layout.AttentionDataParallel} x pp {layout.PipelineParallel} = {layout.Chips} chips, expected a divisor of the {prefix}{(prefix.Length > 0 ? "pool's " : "")}{chips} chips"),
            chips > 0 ? Divisors(chips) : "give more chips");
    }

    private static void Requests(ServingDeployment deployment, ServingLoad load, Action<string, string> broken)
    {
        var replicas = deployment.Main.Replicas;
        if (load.Kind == ServingLoadKind.StaticBatch && deployment.IsDisaggregated)
        {
            broken("a static batch starts and ends as one, and pools of their own for prefill and decode serve requests as they come", "give --concurrency or --rate");
        }
        else if (load.Kind == ServingLoadKind.StaticBatch && replicas > 0 && load.Amount % replicas != 0)
        {
            broken(Text($"a batch of {load.Amount} is not shared out evenly by {replicas} replicas"), Text($"{Math.Max(1, Math.Floor(load.Amount / replicas)) * replicas} is"));
        }
    }

    private static void Lengths(ServingWorkload workload, Action<string, string> broken)
    {
        var model = workload.Model;
        var longest = (long)workload.Input.Most + workload.Output.Most;
        if (model.MaxSequence > 0 && longest > model.MaxSequence)
        {
            broken(
                Text($"isl {workload.Input.Most} + osl {workload.Output.Most} is {longest} tokens, and the context of {model.Id} ends at {model.MaxSequence}"),
                "shorten one of them");
        }

        if (workload.CachedShare >= 1)
        {
            broken(Text($"prefix-hits {workload.PrefixHitRate} and host-hits {workload.HostHitRate} leave no prompt token to compute, expected a sum below 1"), "");
        }
    }

    private static string Divisors(int number) =>
        "choose " + string.Join(", ", Enumerable.Range(1, number).Where(candidate => number % candidate == 0)
            .Select(candidate => candidate.ToString(CultureInfo.InvariantCulture)));

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
