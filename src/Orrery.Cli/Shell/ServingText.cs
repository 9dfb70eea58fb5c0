using System.Globalization;
using System.Text.Json.Nodes;
using Orrery.Analysis.Serving;
using Orrery.Cli.Terminal;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Cli.Shell;

/// <summary>A served workload and its deployment as options of the command line, which is also how people talk about them.</summary>
internal static class ServingText
{
    /// <summary>"--tp 8 --dp 4 ...": what is not at its plainest value; <see cref="ServingLayoutOptions"/> reads it back.</summary>
    public static string Options(ServingDeployment deployment)
    {
        var words = Words(deployment.Main.Layout, "", new ServingLayout());
        if (deployment.Prefill is { } prefill)
        {
            words.Add(Text($"--prefill-chips {prefill.Chips}"));
            words.AddRange(Words(prefill.Layout, "prefill-", deployment.Main.Layout));
        }

        return string.Join(' ', words);
    }

    /// <summary>Lengths, formats and whatever else says what is served; <see cref="ServingWorkloadOptions"/> reads it back.</summary>
    /// <param name="withLengths">Lengths too; a trace has its own.</param>
    public static string Options(ServingWorkload workload, bool withLengths = true)
    {
        var words = new List<string> { FormatOptions(workload) };
        if (withLengths)
        {
            words.Insert(0, $"--isl {Range(workload.Input)} --osl {Range(workload.Output)}");
        }

        if (workload.PrefixHitRate > 0)
        {
            words.Add($"--prefix-hits {Number.Raw(workload.PrefixHitRate)}");
        }

        if (workload.HostHitRate > 0)
        {
            words.Add($"--host-cache --host-hits {Number.Raw(workload.HostHitRate)}");
        }

        if (workload.Speculation is { } speculation)
        {
            words.Add(Text($"--draft-tokens {speculation.DraftTokens} --acceptance {Number.Raw(speculation.Acceptance)}"));
        }

        return string.Join(' ', words);
    }

    public static string FormatOptions(ServingWorkload workload)
    {
        var precision = workload.Precision;
        var experts = workload.Model.IsMixtureOfExperts && precision.Experts != precision.Dense ? $" --experts {Shell.Words.Of(Shell.Words.WeightFormats, precision.Experts)}" : "";
        return $"--weights {Shell.Words.Of(Shell.Words.WeightFormats, precision.Dense)}{experts} --kv {Shell.Words.Of(Shell.Words.CacheFormats, precision.Cache)}";
    }

    public static string Options(ServingLoad load) => load.Kind switch
    {
        ServingLoadKind.Concurrency => $" --concurrency {Number.Raw(load.Amount)}",
        ServingLoadKind.StaticBatch => $" --batch {Number.Raw(load.Amount)}",
        ServingLoadKind.Rate => $" --rate {Number.Raw(load.Amount)}",
        _ => "",
    };

    /// <summary>The engine, and its limits where they were set by hand.</summary>
    public static string Options(ServingEngine engine)
    {
        string Limit(string option, string parameter) =>
            engine.Parameters.TryGetValue(parameter, out var value) && value.Source == ServingEngine.ByHand ? $" {option} {Number.Raw(value.Value)}" : "";
        return $"--engine {engine.Id}{Limit("--step-tokens", "step_tokens")}{Limit("--sequences", "sequences")}";
    }

    public static string Range(TokenRange range) => range.Least == range.Most ? Text($"{range.Least}") : Text($"{range.Least}-{range.Most}");

    /// <summary>"fp8-block weights, bf16 cache".</summary>
    public static string Formats(ServingWorkload workload)
    {
        var precision = workload.Precision;
        var dense = Shell.Words.Of(Shell.Words.WeightFormats, precision.Dense);
        var experts = Shell.Words.Of(Shell.Words.WeightFormats, precision.Experts);
        var weights = workload.Model.IsMixtureOfExperts && dense != experts ? $"{dense} weights, {experts} experts" : $"{dense} weights";
        return $"{weights}, {Shell.Words.Of(Shell.Words.CacheFormats, precision.Cache)} cache";
    }

    /// <summary>"TP 8 x DP 4, EP 32".</summary>
    public static string Short(ServingLayout s)
    {
        var words = new List<string>();
        void Degree(string name, int value)
        {
            if (value > 1)
            {
                words.Add(Text($"{name} {value}"));
            }
        }

        Degree("TP", s.TensorParallel);
        Degree("PP", s.PipelineParallel);
        Degree("DP attention", s.AttentionDataParallel);
        Degree("EP", s.ExpertParallel);
        Degree("KV shards", s.CacheShards);
        if (s.TwoBatchOverlap)
        {
            words.Add("two-batch overlap");
        }

        return words.Count > 0 ? string.Join(", ", words) : "one chip";
    }

    /// <summary>"2 replicas of TP 4".</summary>
    public static string Short(ServingPool pool) => pool.Replicas == 1 ? Short(pool.Layout) : Text($"{pool.Replicas} x ({Short(pool.Layout)})");

    public static string Short(ServingDeployment deployment) => deployment.Prefill is { } prefill
        ? Text($"prefill {Short(prefill)} on {prefill.Chips} chips, decode {Short(deployment.Main)} on {deployment.Main.Chips}")
        : Short(deployment.Main);

    public static JsonObject Json(ServingPool pool) => new()
    {
        ["replicas"] = pool.Replicas,
        ["chips"] = pool.Chips,
        ["tp"] = pool.Layout.TensorParallel,
        ["pp"] = pool.Layout.PipelineParallel,
        ["dp_attention"] = pool.Layout.AttentionDataParallel,
        ["ep"] = pool.Layout.ExpertParallel,
        ["kv_shards"] = pool.Layout.CacheShards,
        ["expert_skew"] = pool.Layout.ExpertSkew,
        ["two_batch_overlap"] = pool.Layout.TwoBatchOverlap,
    };

    public static JsonObject Json(ServingWorkload workload, Cluster cluster, ServingEngine engine) => new()
    {
        ["model"] = workload.Model.Id,
        ["system"] = cluster.System.Id,
        ["chip"] = cluster.Chip.Id,
        ["chips"] = cluster.Chips,
        ["isl_tokens"] = new JsonObject { ["least"] = workload.Input.Least, ["most"] = workload.Input.Most },
        ["osl_tokens"] = new JsonObject { ["least"] = workload.Output.Least, ["most"] = workload.Output.Most },
        ["weights"] = Shell.Words.Of(Shell.Words.WeightFormats, workload.Precision.Dense),
        ["experts"] = workload.Model.IsMixtureOfExperts ? Shell.Words.Of(Shell.Words.WeightFormats, workload.Precision.Experts) : null,
        ["kv"] = Shell.Words.Of(Shell.Words.CacheFormats, workload.Precision.Cache),
        ["prefix_hits"] = workload.PrefixHitRate,
        ["host_hits"] = workload.HostHitRate,
        ["draft_tokens"] = workload.Speculation?.DraftTokens ?? 0,
        ["acceptance"] = Shell.Json.Of(workload.Speculation?.Acceptance),
        ["engine"] = engine.Id,
    };

    private static List<string> Words(ServingLayout s, string prefix, ServingLayout plain)
    {
        var words = new List<string>();
        void Degree(string name, int value, int otherwise)
        {
            if (value != otherwise)
            {
                words.Add(Text($"--{prefix}{name} {value}"));
            }
        }

        Degree("tp", s.TensorParallel, prefix.Length == 0 ? 0 : plain.TensorParallel);
        Degree("pp", s.PipelineParallel, plain.PipelineParallel);
        Degree("dp", s.AttentionDataParallel, plain.AttentionDataParallel);
        Degree("ep", s.ExpertParallel, plain.ExpertParallel);
        Degree("kv-shards", s.CacheShards, plain.CacheShards);
        if (prefix.Length == 0 && s.ExpertSkew > 1)
        {
            words.Add($"--expert-skew {Number.Raw(s.ExpertSkew)}");
        }

        if (prefix.Length == 0 && s.TwoBatchOverlap)
        {
            words.Add("--two-batch-overlap");
        }

        return words;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
