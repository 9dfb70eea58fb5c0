using System.Globalization;
using Orrery.Catalog;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Evidence.Serving;

/// <summary>Turns a row into a case, or says what its source does not state.</summary>
internal sealed class ServingInterpreter(OrreryCatalog catalog, ServingRuleBook rules, Func<string, ServingEngine> engines)
{
    private static readonly ServingRules Plain = new() { Name = "other", Match = [] };

    private readonly Dictionary<string, ServingEngine> _engines = [];

    /// <summary>Null with the missing columns, or the unknown name, in <paramref name="reason"/>.</summary>
    public ServingCase? Interpret(ServingRow row, out string reason)
    {
        reason = "";
        if (SystemOf(row) is not { } system)
        {
            reason = $"unknown chip '{row.Chip}'";
            return null;
        }

        if (ServingWords.ModelNames(row.Model).Select(catalog.FindModel).FirstOrDefault(found => found is not null) is not { } model)
        {
            reason = $"unknown model '{row.Model}'";
            return null;
        }

        if (row.TtftMs is null && row.TpotMs is null && row.TokensPerSecond is null && row.TokensPerSecondPerChip is null)
        {
            reason = "the source does not state ttft_ms, tpot_ms, throughput_tokens_per_s_total or per_chip_tokens_per_s";
            return null;
        }

        var source = rules.Sources.FirstOrDefault(rule => rule.Applies(row)) ?? Plain;
        var engineRule = rules.Engines.FirstOrDefault(rule => rule.Applies(row));
        var missing = new List<string>();
        if (row.Input is null)
        {
            missing.Add("isl");
        }

        if (Load(row) is not { } load)
        {
            missing.Add("load_mode");
            load = LoadKind.ClosedLoop;
        }

        var needsOutput = load is not (LoadKind.PrefillOnly or LoadKind.DecodeOnly) && !(load == LoadKind.StaticBatch && row.TpotMs is null && row.TokensPerSecond is null);
        if (row.Output is null && needsOutput)
        {
            missing.Add("osl");
        }

        var inFlight = ServingWords.Whole(row.Concurrency) ?? (ServingWords.After("batch_per_chip", row.Notes) is { } perChip ? (int)perChip : null);
        if (inFlight is null && load is LoadKind.ClosedLoop or LoadKind.StaticBatch or LoadKind.DecodeOnly)
        {
            missing.Add("concurrency_or_batch");
        }

        if (Precision(row, model, source, engineRule, system.Chip) is not { } precision)
        {
            missing.Add("weight_precision");
            precision = ServingPrecision.All(WeightFormat.Bf16, CacheFormat.Bf16);
        }

        var pools = load == LoadKind.ClosedLoop ? ServingWords.Pools(row.Parallelism) : null;
        if ((pools is null ? ServingWords.Layout(row.Parallelism) ?? ServingWords.WideExperts(row, load) : (pools.Main.Layout, 1)) is not { } layout)
        {
            missing.Add("parallelism");
            layout = (new ServingLayout(), 1);
        }

        if (engineRule is null)
        {
            missing.Add("engine");
        }

        if (missing.Count > 0)
        {
            reason = "the source does not state " + string.Join(", ", missing);
            return null;
        }

        var replicas = layout.Replicas;
        if (pools is not null)
        {
            if (row.Chips is { } all && all != pools.Chips)
            {
                reason = $"parallelism '{row.Parallelism}' is {pools.Chips} chips, not {all}";
                return null;
            }
        }
        else if (row.Chips is { } chips)
        {
            if (chips % layout.Layout.Chips != 0)
            {
                reason = $"parallelism '{row.Parallelism}' does not divide chips {chips}";
                return null;
            }

            replicas = chips / layout.Layout.Chips;
        }

        if (model.IsMixtureOfExperts && layout.Layout.StageRanks % layout.Layout.ExpertParallel != 0)
        {
            reason = $"ep {layout.Layout.ExpertParallel} does not divide the {layout.Layout.StageRanks} ranks of a stage";
            return null;
        }

        var workload = new ServingWorkload
        {
            Model = model,
            Precision = precision,
            Input = Range(row.Input!.Value, source.LeastLength),
            Output = Range(row.Output ?? 1, source.LeastLength),
            Speculation = ServingWords.Speculation(row.Notes),
        };
        var requests = load switch
        {
            LoadKind.ClosedLoop => (long)Math.Ceiling(inFlight!.Value * (source.RequestsPerClient ?? rules.RequestsPerClient)),
            LoadKind.AtOnce => ServingWords.After("requests", row.Notes) is { } count && count > 1 ? (long)count : inFlight ?? Counted(row) ?? rules.Requests,
            LoadKind.OpenLoop => Counted(row) ?? rules.Requests,
            _ => 0L,
        };
        var one = new ServingCase(
            row, source.Name, workload,
            layout.Layout with { TwoBatchOverlap = source.TwoBatchOverlap && layout.Layout.ExpertParallel > 1 && !row.Parallelism.Contains("no TBO", StringComparison.Ordinal) }, system, Engine(engineRule!.Engine), load, replicas,
            Math.Max(1, (inFlight ?? 0) / (double)replicas), Math.Max(1, requests / replicas), Rate(row) / replicas)
        {
            StepTokens = StepTokens(row),
            Pools = pools,
            IsMedian = row.LatencyStatistic.Contains("median", StringComparison.Ordinal) && !row.LatencyStatistic.Contains("mean", StringComparison.Ordinal),
        };
        return one with { Engine = one.AsRun(one.Engine) };
    }

    /// <summary>Where the system text names a variant of the row's chip, that; else what chip and system text mean together.</summary>
    private AiSystem? SystemOf(ServingRow row)
    {
        var usual = catalog.FindSystemOf(row.Chip, row.System);
        var variant = row.System.Length > 0 && catalog.FindChip(row.System) is { DefaultSystem.Length: > 0 } chip ? catalog.FindSystem(chip.DefaultSystem) : null;
        return variant is not null && (usual is null || usual.Chip.Generation == variant.Chip.Generation) ? variant : usual;
    }

    private ServingEngine Engine(string id) => _engines.TryGetValue(id, out var engine) ? engine : _engines[id] = engines(id);

    private static double StepTokens(ServingRow row) =>
        ServingWords.After("max_num_tokens", row.Notes) ?? ServingWords.After("max_num_batched_tokens", row.Concurrency) ?? 0;

    private static TokenRange Range(double stated, double least) =>
        new((int)Math.Max(1, Math.Round(stated * least)), (int)Math.Max(1, Math.Round(stated)));

    /// <summary>The checkpoint's formats by the rule that names model and stated precision, else the stated ones; null where neither is known.</summary>
    private ServingPrecision? Precision(ServingRow row, Transformer model, ServingRules source, EngineRule? engine, Chip chip)
    {
        var rule = rules.Checkpoints.FirstOrDefault(one =>
            one.Models.Any(id => id == model.Id || id == "*") && one.Precisions.Any(text => text.Length == 0 ? row.WeightPrecision.Length == 0 : row.WeightPrecision.Contains(text, StringComparison.Ordinal)));
        if ((rule is null ? ServingWords.Weights(row.WeightPrecision) : (rule.Dense, rule.Experts)) is not { } weights)
        {
            return null;
        }

        var isNarrow = WeightsAreNarrow(weights.Dense) || WeightsAreNarrow(weights.Experts);
        var cache = ServingWords.Cache(row.CachePrecision)
            ?? (isNarrow ? engine?.CacheOfNarrowWeights : null)
            ?? (isNarrow && source.NarrowCacheOn.Contains(chip.Generation) ? CacheFormat.Fp8 : CacheFormat.Bf16);
        return new ServingPrecision(weights.Dense, weights.Experts, cache);
    }

    private static bool WeightsAreNarrow(WeightFormat format) => format is WeightFormat.Fp8 or WeightFormat.Fp8Block or WeightFormat.Nvfp4 or WeightFormat.Mxfp4;

    private static LoadKind? Load(ServingRow row) => row.LoadMode switch
    {
        "closed_loop_concurrency" => LoadKind.ClosedLoop,
        "offline_max_throughput" or "max_throughput" => LoadKind.Saturated,
        "static_batch" or "static_batch_offline" or "single_request" => LoadKind.StaticBatch,
        "burst_or_concurrency" or "burst_batch" => LoadKind.AtOnce,
        var mode when mode.StartsWith("open_loop_burst", StringComparison.Ordinal) => LoadKind.AtOnce,
        var mode when mode.StartsWith("open_loop_rate", StringComparison.Ordinal) => LoadKind.OpenLoop,
        "trace_replay" => LoadKind.OpenLoop,
        "steady_state_phase_isolated" or "" when Phase(row) is { } phase => phase,
        _ => null,
    };

    private static LoadKind? Phase(ServingRow row) =>
        row.ThroughputKind.StartsWith("prefill", StringComparison.Ordinal) || row.Notes.Contains("phase=prefill", StringComparison.Ordinal) ? LoadKind.PrefillOnly
        : row.ThroughputKind.StartsWith("decode", StringComparison.Ordinal) || row.Notes.Contains("phase=decode", StringComparison.Ordinal) ? LoadKind.DecodeOnly
        : null;

    private static double Rate(ServingRow row) =>
        double.TryParse(row.RequestRate, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) ? rate
        : ServingWords.Whole(row.RequestRate) is { } noted && row.RequestRate.Contains("req/s", StringComparison.Ordinal) ? noted
        : 0;

    /// <summary>Requests of a finite run, as load mode, rate or notes say.</summary>
    private static int? Counted(ServingRow row) =>
        ServingWords.Whole(row.LoadMode)
        ?? (row.RequestRate.Contains("requests", StringComparison.Ordinal) && row.RequestRate.Split(',') is { Length: > 1 } parts ? ServingWords.Whole(parts[^1]) : null);
}
