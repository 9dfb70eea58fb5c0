using System.CommandLine;
using Orrery.Analysis.Serving;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Cli.Shell;

/// <summary>The words of the command line that say what is served, on what, with which engine.</summary>
/// <param name="several">Formats may be several, to choose from.</param>
internal sealed class ServingWorkloadOptions(bool several = false)
{
    private readonly ScenarioArgument _scenario = new();
    private readonly Option<TokenRange?> _input = Choice.Range("--isl", "Input sequence length: prompt tokens of a request");
    private readonly Option<TokenRange?> _output = Choice.Range("--osl", "Output sequence length: tokens that a request asks for");
    private readonly Option<IReadOnlyList<WeightFormat>> _weights = Choice.Several("--weights", "Format of the weights (default: the model's published checkpoint, else bf16)", Words.WeightFormats);
    private readonly Option<IReadOnlyList<WeightFormat>> _experts = Choice.Several("--experts", "Format of routed experts (default: as --weights, or the checkpoint's)", Words.WeightFormats);
    private readonly Option<IReadOnlyList<CacheFormat>> _cache = Choice.Several("--kv", "Format of cached keys and values (default bf16)", Words.CacheFormats);
    private readonly Option<double?> _prefixHits = Choice.Between("--prefix-hits", "Share of prompt tokens found in the prefix cache (default 0)", 0, 1);
    private readonly Option<bool> _hostCache = new("--host-cache") { Description = "Keep a pool of keys and values in host memory, brought in over the host link (with --host-hits)" };
    private readonly Option<double?> _hostHits = Choice.Between("--host-hits", "Share of prompt tokens found in that pool", 0, 1);
    private readonly Option<int?> _draftTokens = Choice.Whole("--draft-tokens", "Tokens that a step drafts by multi-token prediction (with --acceptance)", most: 64);
    private readonly Option<double?> _acceptance = Choice.Between("--acceptance", "Chance that a drafted token is accepted", 0, 1);
    private readonly Option<string?> _engine = new("--engine") { Description = "Serving engine of the catalog (default: the chip's)", HelpName = "NAME" };
    private readonly Option<int?> _stepTokens = Choice.Whole("--step-tokens", "Tokens that a step computes at most (default: the engine's)");
    private readonly Option<int?> _sequences = Choice.Whole("--sequences", "Sequences that a replica runs at once at most (default: the engine's)");

    public void AddTo(Command command)
    {
        _scenario.AddTo(command);
        AddOptionsTo(command);
    }

    /// <summary>The options alone, for a verb that names model and systems its own way.</summary>
    public void AddOptionsTo(Command command)
    {
        foreach (var option in Options)
        {
            command.Options.Add(option);
        }
    }

    private Option[] Options =>
        [_input, _output, _weights, _experts, _cache, _prefixHits, _hostCache, _hostHits, _draftTokens, _acceptance, _engine, _stepTokens, _sequences];

    /// <summary>Looks up the names alone.</summary>
    public void LookUp(ParseResult parsed, Facts facts)
    {
        _scenario.LookUp(parsed, facts);
        foreach (var name in parsed.WordsOf(_engine))
        {
            facts.Engine(name);
        }
    }

    /// <summary>What the names mean; those that are wrong are thrown at once.</summary>
    public (Transformer Model, Cluster Cluster, ServingEngine Engine) Names(ParseResult parsed, Facts facts)
    {
        var scenario = _scenario.Find(parsed, facts);
        var named = parsed.GetValue(_engine);
        var engine = named is not null ? facts.Engine(named) : scenario is null ? null : facts.Engine(null, scenario.Value.Cluster.Chip);
        facts.Check();
        return (scenario!.Value.Model, scenario.Value.Cluster, Limited(engine!, parsed));
    }

    /// <summary>The model as it was typed: a name or a path.</summary>
    public string ModelText(ParseResult parsed) => _scenario.ModelText(parsed);

    /// <summary>The formats to choose from: those asked for, else the checkpoint's; where the chip cannot serve that, what it can.</summary>
    public IReadOnlyList<ServingPrecision> Precisions(ParseResult parsed, Facts facts, Transformer model, Chip chip)
    {
        var (weights, experts, caches) = (parsed.GetValue(_weights)!, parsed.GetValue(_experts)!, parsed.GetValue(_cache)!);
        IReadOnlyList<CacheFormat> cached = caches.Count > 0 ? caches : [CacheFormat.Bf16];
        var asPublished = new ServingPrecision(model.Checkpoint?.Dense ?? WeightFormat.Bf16, model.Checkpoint?.Experts ?? model.Checkpoint?.Dense ?? WeightFormat.Bf16, cached[0]);
        if (weights.Count + experts.Count == 0 && several && !ServableFormats.Are(asPublished, model, chip))
        {
            weights = [.. new[] { WeightFormat.Fp8, WeightFormat.Int8, WeightFormat.Bf16 }.Where(format => ServableFormats.Are(ServingPrecision.All(format, cached[0]), model, chip))];
            facts.Warn(
                StrategyRules.Code, $"{chip.Name} cannot serve {model.Name} as published ({Words.Of(Words.WeightFormats, asPublished.Dense)}); tried: {string.Join(", ", weights.Select(format => Words.Of(Words.WeightFormats, format)))}",
                "--weights names the formats to choose from");
        }

        return
        [
            .. from dense in weights.Count > 0 ? weights : [asPublished.Dense]
               from expert in experts.Count > 0 ? experts : weights.Count > 0 ? [dense] : [asPublished.Experts]
               from cache in cached
               select new ServingPrecision(dense, expert, cache),
        ];
    }

    /// <summary>Notes lengths that are not given.</summary>
    /// <param name="isKnown">They are known otherwise; --isl and --osl then have no place.</param>
    public void CheckLengths(ParseResult parsed, Facts facts, bool isKnown = false)
    {
        if (isKnown && (parsed.GetValue(_input) ?? parsed.GetValue(_output)) is not null)
        {
            facts.Wrong(CommandLineCode.Conflict, "--isl or --osl is given beside --trace, which has the lengths of its requests", "leave it out");
        }

        if (!isKnown && parsed.GetValue(_input) is null)
        {
            facts.Wrong(CommandLineCode.Missing, "--isl is missing: how long are prompts?", "for example --isl 4096, or --isl 3000-5000");
        }

        if (!isKnown && parsed.GetValue(_output) is null)
        {
            facts.Wrong(CommandLineCode.Missing, "--osl is missing: how many tokens do requests ask for?", "for example --osl 1024, or --osl 500-1500");
        }
    }

    /// <summary>Notes an option that speaks of experts where the model has none.</summary>
    public static void CheckExperts(ParseResult parsed, Facts facts, Transformer model, Option option)
    {
        if (parsed.IsGiven(option) && !model.IsMixtureOfExperts)
        {
            facts.Wrong(CommandLineCode.Conflict, $"{option.Name} speaks of experts, and {model.Name} has none", "leave it out");
        }
    }

    /// <summary>What is served; notes what is missing, does not go together or cannot be.</summary>
    /// <param name="known">Lengths that are known otherwise.</param>
    public ServingWorkload Workload(ParseResult parsed, Facts facts, Transformer model, Cluster cluster, (TokenRange Input, TokenRange Output)? known = null)
    {
        CheckLengths(parsed, facts, known is not null);
        var precisions = Precisions(parsed, facts, model, cluster.Chip);
        if (precisions.Count > 1 && !several)
        {
            facts.Wrong(CommandLineCode.Conflict, "--weights, --experts and --kv name several formats, expected one each", "plan serve chooses among several");
        }

        CheckExperts(parsed, facts, model, _experts);
        foreach (var precision in precisions)
        {
            facts.CheckServing(cluster.Chip, model, precision);
        }

        var hostHits = parsed.GetValue(_hostHits) ?? 0;
        if (parsed.GetValue(_hostCache) != hostHits > 0)
        {
            facts.Wrong(CommandLineCode.Conflict, "--host-cache and --host-hits go together: a pool in host memory, and the share of prompt tokens found there", "give both, or neither");
        }

        if (hostHits > 0 && cluster.System.HostBandwidth is null)
        {
            facts.Wrong(CommandLineCode.MissingFact, $"the catalog does not say how fast the host link of {cluster.System.Id} is (host_bandwidth)", "leave --host-cache out, or add the fact to the catalog");
        }

        return new ServingWorkload
        {
            Model = model,
            Precision = precisions.Count > 0 ? precisions[0] : ServingPrecision.All(WeightFormat.Bf16, CacheFormat.Bf16),
            Input = known?.Input ?? parsed.GetValue(_input) ?? TokenRange.Exactly(1),
            Output = known?.Output ?? parsed.GetValue(_output) ?? TokenRange.Exactly(1),
            PrefixHitRate = parsed.GetValue(_prefixHits) ?? 0,
            HostHitRate = hostHits,
            Speculation = Speculation(parsed, facts),
        };
    }

    /// <summary>The engine asked for, else the chip's own, with its limits; null where it is not known.</summary>
    public ServingEngine? Engine(ParseResult parsed, Facts facts, Chip chip) =>
        facts.Engine(parsed.GetValue(_engine), chip) is { } engine ? Limited(engine, parsed) : null;

    /// <summary>Whether the formats of the weights were named.</summary>
    public bool NamesWeights(ParseResult parsed) => parsed.GetValue(_weights)!.Count + parsed.GetValue(_experts)!.Count > 0;

    /// <summary>Those of the options that were typed.</summary>
    public IEnumerable<string> Typed(ParseResult parsed) => Options.Where(option => parsed.IsGiven(option)).Select(option => option.Name);

    public IEnumerable<string> EngineNames(ParseResult parsed) => parsed.WordsOf(_engine);

    private Speculation? Speculation(ParseResult parsed, Facts facts)
    {
        var (tokens, acceptance) = (parsed.GetValue(_draftTokens), parsed.GetValue(_acceptance));
        if (tokens is null != acceptance is null)
        {
            facts.Wrong(CommandLineCode.Conflict, "--draft-tokens and --acceptance go together: how many tokens are drafted, and how likely each is accepted", "give both, or neither");
        }

        return tokens is { } drafted && acceptance is { } accepted ? new Speculation(drafted, accepted) : null;
    }

    private ServingEngine Limited(ServingEngine engine, ParseResult parsed)
    {
        engine = parsed.GetValue(_stepTokens) is { } tokens ? engine.With("step_tokens", tokens) : engine;
        return parsed.GetValue(_sequences) is { } sequences ? engine.With("sequences", sequences) : engine;
    }
}
