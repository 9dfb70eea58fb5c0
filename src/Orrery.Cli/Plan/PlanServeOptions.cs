using System.CommandLine;
using Orrery.Catalog;
using Orrery.Cli.Shell;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Strategies;
using Orrery.Interchange.LaunchFlags;
using Orrery.Planning.Serving;
using Orrery.Planning.Training;

namespace Orrery.Cli.Plan;

/// <summary>A fully resolved question for the planner of deployments.</summary>
/// <param name="ModelText">The model as it was typed: a name or a path.</param>
/// <param name="Options">The options as they were typed, those of the answer's form left out.</param>
internal sealed record PlanServeRequest(
    OrreryCatalog Catalog, string ModelText, string Options, ServingPlanQuestion Question, IReadOnlyList<Diagnostic> Warnings)
{
    public ServingLaunchFormat? Format { get; init; }
    public bool Alternatives { get; init; }
    public bool Pareto { get; init; }
}

/// <summary>The words of <c>plan serve</c> and what they say.</summary>
internal sealed class PlanServeOptions
{
    private static readonly string[] Forms = ["--json", "--csv", "--format", "--pareto", "--only-best"];

    private static readonly Dictionary<string, double> Shares = new() { ["mean"] = 0, ["p90"] = 0.9, ["p95"] = 0.95, ["p99"] = 0.99 };

    private static readonly Dictionary<string, (bool Aggregated, bool Disaggregated)> Pools = new()
    {
        ["any"] = (true, true), ["one"] = (true, false), ["disaggregated"] = (false, true),
    };

    private static readonly Dictionary<string, ServingLaunchFormat> Formats = new()
    {
        ["vllm"] = ServingLaunchFormat.Vllm, ["sglang"] = ServingLaunchFormat.SgLang, ["trtllm"] = ServingLaunchFormat.TrtLlm,
    };

    private readonly ServingWorkloadOptions _workload = new(several: true);
    private readonly Option<double?> _ttft = Amount.Time("--ttft", "Target: time to first token at most");
    private readonly Option<double?> _tpot = Amount.Time("--tpot", "Target: time per output token at most");
    private readonly Option<double?> _share = Choice.Of("--percentile", "Of which requests the targets speak (default mean)", Shares);
    private readonly Option<double?> _rate = Amount.Rate("--rate", "Requests a second to serve on the fewest chips");
    private readonly Option<(bool Aggregated, bool Disaggregated)?> _pools = Choice.Of("--pools", "Pools that serve (default any)", Pools);
    private readonly Option<bool> _overlap = new("--two-batch-overlap") { Description = ServingLayoutOptions.OverlapHelp };
    private readonly Option<double?> _skew = Choice.Between("--expert-skew", "Load of the hottest expert rank over the mean, at --ep 8 (default 1: balanced)", 1, 8);
    private readonly Option<int?> _keep = Choice.Whole("--keep", "Deployments shown, the best and its runners-up (default 4)", most: 100);
    private readonly Option<bool> _pareto = new("--pareto") { Description = "The frontier of tokens/s a chip against tokens/s a user; --ttft holds, --tpot does not" };
    private readonly Option<bool> _onlyBest = new("--only-best") { Description = "Without what each choice is worth" };
    private readonly Option<ServingLaunchFormat?> _format = Choice.Of("--format", "The deployment as launch flags of an engine", Formats);
    private readonly List<(Option<int?> Only, Option<int?> Most, Func<ServingLimits, DegreeRange, ServingLimits> Set)> _degrees = [];

    public PlanServeOptions()
    {
        Degree("tp", "Tensor-parallel", (limits, range) => limits with { Tensor = range });
        Degree("pp", "Pipeline-parallel", (limits, range) => limits with { Pipeline = range });
        Degree("dp", "Attention-data-parallel", (limits, range) => limits with { Data = range });
        Degree("ep", "Expert-parallel", (limits, range) => limits with { Expert = range });
        Degree("kv-shards", "Ranks that share out a sequence's cache", (limits, range) => limits with { CacheShards = range });
        Degree("batch", "Requests that one replica runs at once", (limits, range) => limits with { Batch = range });
    }

    public void AddTo(Command command)
    {
        _workload.AddTo(command);
        foreach (var option in new Option[] { _ttft, _tpot, _share, _rate, _pools, _skew, _overlap, _keep, _pareto, _onlyBest, _format })
        {
            command.Options.Add(option);
        }

        foreach (var (only, most, _) in _degrees)
        {
            command.Options.Add(only);
            command.Options.Add(most);
        }
    }

    /// <summary>Looks up the names alone.</summary>
    public void LookUp(ParseResult parsed, Facts facts) => _workload.LookUp(parsed, facts);

    /// <summary>Resolves every name and limit; all that is wrong is thrown at once.</summary>
    public PlanServeRequest Read(ParseResult parsed)
    {
        var facts = new Facts();
        var (model, cluster, engine) = _workload.Names(parsed, facts);
        var workload = _workload.Workload(parsed, facts, model, cluster);
        facts.Add(ServingRules.Check(workload));
        ServingWorkloadOptions.CheckExperts(parsed, facts, model, _overlap);
        ServingWorkloadOptions.CheckExperts(parsed, facts, model, _skew);
        if (parsed.GetValue(_share) > 0 && parsed.GetValue(_ttft) is null && parsed.GetValue(_tpot) is null)
        {
            facts.Wrong(CommandLineCode.Conflict, "--percentile says of which requests a target speaks, and there is none", "give --ttft or --tpot");
        }

        facts.Exclude(parsed, "leave one of them out", (_pareto, _format), (_pareto, _share), (_pareto, _rate));
        facts.ExcludeCsv(parsed, _format);
        facts.Exclude(parsed, "one says a number and the other its limit: leave one of them out", [.. _degrees.Select(degree => ((Option)degree.Only, (Option)degree.Most))]);

        facts.Check();
        var (aggregated, disaggregated) = parsed.GetValue(_pools) ?? (true, true);
        var limits = new ServingLimits { Aggregated = aggregated, Disaggregated = disaggregated, ExpertSkew = parsed.GetValue(_skew) ?? 1, TwoBatchOverlap = parsed.GetValue(_overlap) };
        foreach (var (only, most, set) in _degrees)
        {
            limits = parsed.GetValue(only) is { } value ? set(limits, DegreeRange.Only(value))
                : parsed.GetValue(most) is { } limit ? set(limits, DegreeRange.UpTo(limit))
                : limits;
        }

        var question = new ServingPlanQuestion(
            workload, _workload.Precisions(parsed, new Facts(), model, cluster.Chip), cluster, engine,
            new ServingTargets(parsed.GetValue(_ttft) ?? double.PositiveInfinity, parsed.GetValue(_tpot) ?? double.PositiveInfinity, parsed.GetValue(_share) ?? 0))
        {
            Limits = limits,
            Rate = parsed.GetValue(_rate),
            Keep = parsed.GetValue(_keep) ?? 4,
        };
        return new PlanServeRequest(facts.Catalog, _workload.ModelText(parsed), parsed.OptionsAsTyped(Forms), question, facts.Warnings)
        {
            Format = parsed.GetValue(_format),
            Alternatives = !parsed.GetValue(_onlyBest) && !parsed.GetValue(_pareto),
            Pareto = parsed.GetValue(_pareto),
        };
    }

    /// <summary><c>--tp N</c> for one value and <c>--max-tp N</c> for all up to it.</summary>
    private void Degree(string name, string what, Func<ServingLimits, DegreeRange, ServingLimits> set) => _degrees.Add((
        Choice.Whole($"--{name}", $"{what}: this number only"), Choice.Whole($"--max-{name}", $"{what}: no more than this"), set));
}
