using System.CommandLine;
using Orrery.Comparison.Serving;
using Orrery.Domain.Models;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Planning.Serving;

namespace Orrery.Cli.Shell;

/// <summary>A served workload that several systems, or several numbers of chips, are asked about.</summary>
/// <param name="Shared">The one format that all systems have; null where there is none.</param>
/// <param name="Options">The options as they were typed, those of the answer's form left out.</param>
internal sealed record ServingMatch(
    string ModelText, Transformer Model, IReadOnlyList<ServingContestant> Contestants, ServingPrecision? Shared, ServingTargets Targets, string Options);

/// <summary>The words by which a verb about training is asked about serving instead: <c>--serve MODEL</c>, its lengths, formats, engine and targets.</summary>
internal sealed class ServingMatchOptions
{
    private static readonly string[] Forms = ["--json", "--csv"];

    private readonly Option<string?> _model = new("--serve") { Description = "Serve this model instead of training one: tokens/s at the same latency targets", HelpName = "MODEL" };
    private readonly ServingWorkloadOptions _workload = new(several: true);
    private readonly Option<double?> _ttft = Amount.Time("--ttft", "With --serve, target: mean time to first token at most");
    private readonly Option<double?> _tpot = Amount.Time("--tpot", "With --serve, target: mean time per output token at most");

    public void AddTo(Command command)
    {
        command.Options.Add(_model);
        _workload.AddOptionsTo(command);
        command.Options.Add(_ttft);
        command.Options.Add(_tpot);
    }

    public bool IsAsked(ParseResult parsed) => parsed.IsGiven(_model);

    /// <summary>Looks up the names alone.</summary>
    public void LookUp(ParseResult parsed, Facts facts)
    {
        foreach (var text in parsed.WordsOf(_model))
        {
            facts.Model(text);
        }

        foreach (var name in _workload.EngineNames(parsed))
        {
            facts.Engine(name);
        }
    }

    /// <summary>Notes options of serving without <c>--serve</c>.</summary>
    public void CheckUnasked(ParseResult parsed, Facts facts)
    {
        var typed = _workload.Typed(parsed).Concat(new Option[] { _ttft, _tpot }.Where(option => parsed.IsGiven(option)).Select(option => option.Name)).ToList();
        if (typed.Count > 0)
        {
            facts.Wrong(CommandLineCode.Conflict, $"{string.Join(", ", typed)} {(typed.Count > 1 ? "speak" : "speaks")} of serving, and training is asked about", "give --serve MODEL as well");
        }
    }

    /// <summary>Resolves every name, length and format for every system; all that is wrong is thrown at once.</summary>
    /// <param name="texts">SYSTEM or SYSTEM:CHIPS.</param>
    /// <param name="chips">So many chips of every system that names no number.</param>
    /// <param name="training">Options that speak of training, which <c>--serve</c> excludes.</param>
    public ServingMatch Read(ParseResult parsed, Facts facts, IReadOnlyList<string> texts, int? chips, params Option[] training)
    {
        foreach (var option in training.Where(option => parsed.IsGiven(option)))
        {
            facts.Wrong(CommandLineCode.Conflict, $"{option.Name} speaks of training, and --serve asks about serving", $"leave {option.Name} out");
        }

        _workload.CheckLengths(parsed, facts);
        var modelText = parsed.GetValue(_model)!;
        var model = facts.Model(modelText);
        var targets = new ServingTargets(parsed.GetValue(_ttft) ?? double.PositiveInfinity, parsed.GetValue(_tpot) ?? double.PositiveInfinity);
        var contestants = new List<ServingContestant>();
        foreach (var text in texts)
        {
            var cluster = facts.Cluster(text);
            var engine = cluster is null ? null : _workload.Engine(parsed, facts, cluster.Chip);
            if (cluster is null || engine is null || model is null)
            {
                continue;
            }

            cluster = chips is { } count && !text.Contains(':', StringComparison.Ordinal) ? cluster with { Chips = count } : cluster;
            var workload = _workload.Workload(parsed, facts, model, cluster);
            facts.Add(ServingRules.Check(workload));
            var formats = _workload.NamesWeights(parsed)
                ? _workload.Precisions(parsed, new Facts(), model, cluster.Chip)
                : FormatChoice.Fastest(model, cluster.Chip, workload.Precision.Cache);
            contestants.Add(new ServingContestant(text, new ServingPlanQuestion(workload, formats, cluster, engine, targets) { Keep = 1 }));
        }

        facts.Check();
        var shared = _workload.NamesWeights(parsed)
            ? contestants[0].Question.Precisions is [var only] ? only : null
            : FormatChoice.Shared(model!, [.. contestants.Select(contestant => contestant.Cluster.Chip)], contestants[0].Question.Workload.Precision.Cache);
        return new ServingMatch(modelText, model!, contestants, shared, targets, parsed.OptionsAsTyped(Forms));
    }
}
