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
    private readonly WorkloadOptions _workload = new();
    private readonly Option<GraphCapture?> _graphs = Choice.Of("--graphs", "How much of a step is launched at once (default partial)", Words.Graphs);
    private readonly Option<ExpertDispatch?> _dispatch = Choice.Of("--dispatch", "How tokens reach experts (default deduplicated)", Words.Dispatches);
    private readonly Option<bool> _anySoftware = new("--any-software") { Description = "Allow shardings, schedules and offloads that the stack does not have" };
    private readonly Option<bool> _allChips = new("--all-chips") { Description = "Leave no chip idle" };
    private readonly Option<int?> _domain = Choice.Whole("--domain", "Chips of one scale-up domain, up to the architecture's limit (default: the product's)");
    private readonly Option<int?> _keep = Choice.Whole("--keep", "Layouts to show, the best and its runners-up (default 4)", most: 1000);
    private readonly Option<bool> _onlyBest = new("--only-best") { Description = "Do not work out what each choice of the best strategy is worth" };
    private readonly Option<bool> _flat = new("--flat") { Description = "Show what ignoring the topology would have cost" };
    private readonly Option<bool> _pareto = new("--pareto") { Description = "Show the Pareto set over tokens/s, memory and chips" };
    private readonly Option<string?> _explain = new("--explain") { Description = "Say why this strategy lost, given as options of 'estimate train' in quotes", HelpName = "STRATEGY" };
    private readonly Option<LaunchFormat?> _format = Choice.Of("--format", "Print the best strategy as settings of a framework instead", Formats);

    public void AddTo(Command command)
    {
        _workload.AddTo(command);
        foreach (var option in new Option[] { _anySoftware, _allChips, _domain, _graphs, _dispatch })
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
    public void LookUp(ParseResult parsed, Facts facts) => _workload.LookUp(parsed, facts);

    /// <summary>Resolves every name and limit; all that is wrong is thrown at once.</summary>
    public PlanTrainRequest Read(ParseResult parsed)
    {
        var facts = new Facts();
        var (model, cluster, stack) = _workload.Names(parsed, facts);
        facts.Exclude(parsed, "leave one of them out", (_pareto, _format), (_flat, _format), (_explain, _format));
        facts.ExcludeCsv(parsed, _format);
        cluster = WithDomain(cluster, parsed.GetValue(_domain), facts);
        var workload = _workload.Workload(parsed, facts, model, cluster.Chip, sequence => DefaultWorkload.GlobalBatchOn(sequence, cluster.Chips));
        facts.Check();

        var asked = _limits.Read(parsed);
        var question = new PlanQuestion(workload, cluster, stack) { Keep = parsed.GetValue(_keep) ?? 4 };
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
        return new PlanTrainRequest(facts.Catalog, _workload.ModelText(parsed), parsed.OptionsAsTyped(Forms), question, relaxed, Explained(parsed, question), facts.Warnings)
        {
            Format = parsed.GetValue(_format),
            Alternatives = !parsed.GetValue(_onlyBest),
            Flat = parsed.GetValue(_flat),
            Pareto = parsed.GetValue(_pareto),
            Domain = parsed.GetValue(_domain),
        };
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
}
