using System.CommandLine;
using Orrery.Analysis.Training;
using Orrery.Cli.Shell;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Interchange.LaunchFlags;
using Orrery.Planning.Training;

namespace Orrery.Cli.Plan;

/// <summary>The words of <c>plan train</c> and what they say.</summary>
internal sealed class PlanTrainOptions
{
    private static readonly Dictionary<string, LaunchFormat> Formats = new()
    {
        ["megatron"] = LaunchFormat.Megatron,
        ["torchtitan"] = LaunchFormat.TorchTitan,
        ["maxtext"] = LaunchFormat.MaxText,
        ["mindspeed"] = LaunchFormat.MindSpeed,
    };

    // Options that change how an answer is shown, not what is asked.
    private static readonly string[] Forms = ["--json", "--csv", "--format", "--explain", "--only-best", "--flat", "--pareto"];

    private readonly PlanLimitOptions _limits = new();
    private readonly Option<int?> _batch = Choice.Whole("--gbs", "Sequences in a step over all chips (default: near 16 Mi tokens)");
    private readonly Option<int?> _sequence = Choice.Whole("--seq", "Tokens in a sequence (default 8192, or the model's longest if that is less)", most: 16_777_216);
    private readonly Option<TrainingPrecision?> _precision = Choice.Of("--precision", "Recipe of the matrix products (default bf16)", Words.Precisions);
    private readonly Option<TrainingTask?> _task = Choice.Of("--task", "What is trained (default pretrain)", Words.Tasks);
    private readonly Option<GraphCapture?> _graphs = Choice.Of("--graphs", "How much of a step is launched at once (default partial)", Words.Graphs);
    private readonly Option<ExpertDispatch?> _dispatch = Choice.Of("--dispatch", "How tokens reach experts (default deduplicated)", Words.Dispatches);
    private readonly Option<string?> _stack = new("--stack") { Description = "Software stack of the catalog (default: the chip's)", HelpName = "NAME" };
    private readonly Option<bool> _anySoftware = new("--any-software") { Description = "Allow shardings, schedules and offloads that the stack does not have" };
    private readonly Option<bool> _allChips = new("--all-chips") { Description = "Leave no chip idle" };
    private readonly Option<int?> _domain = Choice.Whole("--domain", "Chips of one scale-up domain, up to the architecture's limit (default: the product's)");
    private readonly Option<int?> _keep = Choice.Whole("--keep", "Layouts to show, the best and its runners-up (default 4)", most: 1000);
    private readonly Option<bool> _onlyBest = new("--only-best") { Description = "Do not work out what each choice of the best strategy is worth" };
    private readonly Option<bool> _flat = new("--flat") { Description = "Show what ignoring the topology would have cost" };
    private readonly Option<bool> _pareto = new("--pareto") { Description = "Show the Pareto set over tokens/s, memory and chips" };
    private readonly Option<string?> _explain = new("--explain") { Description = "Say why this strategy lost, given as options of 'estimate train' in quotes", HelpName = "STRATEGY" };
    private readonly Option<LaunchFormat?> _format = Choice.Of("--format", "Print the best strategy as settings of a framework instead", Formats);

    public Argument<string> Scenario { get; } = new("MODEL@SYSTEM:CHIPS") { Description = "A model (or a Hugging Face config.json) on so many chips of a system" };

    public void AddTo(Command command)
    {
        command.Arguments.Add(Scenario);
        foreach (var option in new Option[] { _batch, _sequence, _precision, _task, _stack, _anySoftware, _allChips, _domain, _graphs, _dispatch })
        {
            command.Options.Add(option);
        }

        _limits.AddTo(command);
        foreach (var option in new Option[] { _keep, _onlyBest, _flat, _pareto, _explain, _format })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Looks up the names alone.</summary>
    public void LookUp(ParseResult parsed, Facts facts)
    {
        foreach (var text in parsed.WordsOf(Scenario))
        {
            facts.Scenario(text);
        }

        foreach (var name in parsed.WordsOf(_stack))
        {
            facts.Stack(name);
        }
    }

    /// <summary>Resolves every name and limit; all that is wrong is thrown at once.</summary>
    public PlanTrainRequest Read(ParseResult parsed)
    {
        var facts = new Facts();
        var text = parsed.GetRequiredValue(Scenario);
        var scenario = facts.Scenario(text);
        var stack = parsed.GetValue(_stack) is { } named ? facts.Stack(named) : scenario is null ? null : facts.Stack(null, scenario.Value.Cluster.Chip);
        facts.Check();
        var (model, cluster) = scenario!.Value;
        cluster = WithDomain(cluster, parsed.GetValue(_domain), facts);
        var workload = Workload(parsed, model, cluster, facts);
        facts.Check();

        var asked = _limits.Read(parsed);
        var question = new PlanQuestion(workload, cluster, stack!) { Keep = parsed.GetValue(_keep) ?? 4 };
        var least = question.Limits with
        {
            Graphs = parsed.GetValue(_graphs) ?? GraphCapture.Partial,
            Dispatch = parsed.GetValue(_dispatch) ?? ExpertDispatch.Deduplicated,
        };
        if (parsed.GetValue(_anySoftware))
        {
            least = Any(least, cluster.System);
        }

        if (parsed.GetValue(_allChips))
        {
            asked = [.. asked, ("--all-chips", limits => limits with { Chips = DegreeRange.Only(cluster.Chips) })];
        }

        question = question with { Limits = asked.Aggregate(least, (limits, one) => one.Limit(limits)) };
        var relaxed = asked.Select(left => (left.Name, asked.Where(one => one != left).Aggregate(least, (limits, one) => one.Limit(limits)))).ToList();
        var modelText = text[..text.LastIndexOf('@')];
        return new PlanTrainRequest(facts.Catalog, modelText, OptionsText(parsed), question, relaxed, Explained(parsed, question), facts.Warnings)
        {
            Format = parsed.GetValue(_format),
            Alternatives = !parsed.GetValue(_onlyBest),
            Flat = parsed.GetValue(_flat),
            Pareto = parsed.GetValue(_pareto),
            Domain = parsed.GetValue(_domain),
        };
    }

    private TrainingWorkload Workload(ParseResult parsed, Transformer model, Cluster cluster, Facts facts)
    {
        var sequence = parsed.GetValue(_sequence) ?? DefaultWorkload.SequenceLength(model);
        var precision = parsed.GetValue(_precision) ?? TrainingPrecision.Bf16;
        facts.CheckPrecision(cluster.Chip, precision);
        return new TrainingWorkload(
            model, parsed.GetValue(_batch) ?? DefaultWorkload.GlobalBatchOn(sequence, cluster.Chips), sequence, precision,
            parsed.GetValue(_task) ?? TrainingTask.Pretrain);
    }

    private static Cluster WithDomain(Cluster cluster, int? domain, Facts facts)
    {
        if (domain is not { } chips || chips == cluster.System.ScaleUpDomain)
        {
            return cluster;
        }

        var system = cluster.System;
        if (chips > system.ScaleUpDomain && (system.ScaleUpLimit is not { } limit || chips > limit.Value))
        {
            facts.Wrong(
                CommandLineCode.Conflict,
                FormattableString.Invariant($"--domain is {chips}, but {system.Name} has {system.ScaleUpDomain} chips in a domain and ")
                    + (system.ScaleUpLimit is { } known ? FormattableString.Invariant($"its architecture ends at {known.Value} ({known.Source})") : "the catalog does not say how far its architecture goes"),
                system.ScaleUpLimit is null ? "give a smaller domain, or add scale_up_limit to the catalog, with its source" : "give a smaller domain");
            return cluster;
        }

        return cluster with { System = system.WithDomain(chips) };
    }

    private static PlanLimits Any(PlanLimits limits, AiSystem system)
    {
        var hasHost = system.HostBandwidth is not null && system.HostMemory is not null;
        return limits with
        {
            Pipeline = DegreeRange.Any, Shardings = Enum.GetValues<Sharding>(), Schedules = Enum.GetValues<PipelineSchedule>(),
            OffloadActivations = hasHost, OffloadWeights = hasHost, OffloadOptimizerState = hasHost,
        };
    }

    /// <summary>The strategy of <c>--explain</c>, read as <c>estimate train</c> reads it.</summary>
    private Strategy? Explained(ParseResult parsed, PlanQuestion question)
    {
        if (parsed.GetValue(_explain) is not { } text)
        {
            return null;
        }

        var options = new StrategyOptions();
        var command = new Command("strategy");
        options.AddTo(command);
        var words = command.Parse(text.Split(' ', StringSplitOptions.RemoveEmptyEntries), new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (words.Errors.Count > 0)
        {
            throw new Domain.Diagnostics.InvalidInputException([.. ParseFailure.Explain(words)]);
        }

        // What is not said of how launches are captured and tokens dispatched is as in the question.
        var strategy = options.Read(words, question.Cluster.Chips);
        return strategy with
        {
            Graphs = text.Contains("--graphs", StringComparison.Ordinal) ? strategy.Graphs : question.Limits.Graphs,
            Dispatch = text.Contains("--dispatch", StringComparison.Ordinal) ? strategy.Dispatch : question.Limits.Dispatch,
        };
    }

    /// <summary>The options as typed, for asking again.</summary>
    private static string OptionsText(ParseResult parsed)
    {
        var words = new List<string>();
        foreach (var option in parsed.CommandResult.Children.OfType<System.CommandLine.Parsing.OptionResult>())
        {
            if (!option.Implicit && !Forms.Contains(option.Option.Name))
            {
                words.Add(string.Join(' ', option.Tokens.Select(token => token.Value).Prepend(option.Option.Name)));
            }
        }

        return string.Join(' ', words);
    }
}
