using System.CommandLine;
using Orrery.Catalog;
using Orrery.Cli.Shell;
using Orrery.Comparison.Serving;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Planning.Reinforcement;

namespace Orrery.Cli.Estimate;

/// <summary>A fully resolved question about a step of reinforcement learning.</summary>
/// <param name="Strategy">Of training; null for the planner's best.</param>
/// <param name="Command">That asks it again.</param>
internal sealed record EstimateRlRequest(OrreryCatalog Catalog, RlQuestion Question, Strategy? Strategy, string Command, IReadOnlyList<Diagnostic> Warnings);

/// <summary>The words of <c>estimate rl</c> and what they say.</summary>
internal sealed class EstimateRlOptions
{
    private static readonly string[] Forms = ["--json", "--csv"];

    private readonly ScenarioArgument _scenario = new();
    private readonly Option<int?> _prompts = Choice.Whole("--prompts", "Different prompts of a step", most: 1_000_000);
    private readonly Option<int?> _group = Choice.Whole("--group", "Outputs sampled for each prompt", most: 10_000);
    private readonly Option<int?> _input = Choice.Whole("--isl", "Input sequence length: prompt tokens", most: 16_777_216);
    private readonly Option<int?> _mean = Choice.Whole("--osl-mean", "Mean output tokens, lognormal, before the cut at --max-output", most: 16_777_216);
    private readonly Option<int?> _p99 = Choice.Whole("--osl-p99", "Output tokens that 99 in a hundred stay under, before the cut", most: 16_777_216);
    private readonly Option<int?> _most = Choice.Whole("--max-output", "Output tokens at which sampling stops (default: what the model's context leaves)", most: 16_777_216);
    private readonly Option<int?> _rolloutChips = Choice.Whole("--rollout-chips", "Chips that sample and do nothing else (default: all chips sample, then train)");
    private readonly Option<bool> _offPolicy = new("--off-policy") { Description = "Sample beside training on the outputs of the step before (with --rollout-chips)" };
    private readonly Option<int?> _passes = Choice.Whole("--forward-passes", "Forward passes over all sequences beside training (default 1: the reference's log-probabilities)", least: 0, most: 16);
    private readonly Option<IReadOnlyList<WeightFormat>> _weights = Choice.Several("--weights", "Formats of the weights that sample, to choose from (default: the model's checkpoint, else what the chip has)", Words.WeightFormats);
    private readonly Option<TrainingPrecision?> _precision = Choice.Of("--precision", "Recipe of training's matrix products (default bf16)", Words.Precisions);
    private readonly Option<string?> _engine = new("--engine") { Description = "Serving engine of the catalog (default: the chip's)", HelpName = "NAME" };
    private readonly Option<string?> _stack = new("--stack") { Description = "Training stack of the catalog (default: the chip's)", HelpName = "NAME" };

    private readonly StrategyOptions _strategy = new();

    public void AddTo(Command command)
    {
        _scenario.AddTo(command);
        _strategy.AddTo(command);
        foreach (var option in new Option[] { _prompts, _group, _input, _mean, _p99, _most, _rolloutChips, _offPolicy, _passes, _weights, _precision, _engine, _stack })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Looks up the names alone.</summary>
    public void LookUp(ParseResult parsed, Facts facts)
    {
        _scenario.LookUp(parsed, facts);
        foreach (var name in parsed.WordsOf(_engine))
        {
            facts.Engine(name);
        }

        foreach (var name in parsed.WordsOf(_stack))
        {
            facts.Stack(name);
        }
    }

    /// <summary>Resolves every name, length and number; all that is wrong is thrown at once.</summary>
    public EstimateRlRequest Read(ParseResult parsed)
    {
        var facts = new Facts();
        var scenario = _scenario.Find(parsed, facts);
        var engine = scenario is { } named ? facts.Engine(parsed.GetValue(_engine), named.Cluster.Chip) : null;
        var stack = scenario is { } of ? facts.Stack(parsed.GetValue(_stack), of.Cluster.Chip) : null;
        var (prompts, group, input) = (Needed(_prompts, "how many prompts has a step?"), Needed(_group, "how many outputs are sampled for a prompt?"), Needed(_input, "how long are prompts?"));
        var (mean, p99) = (Needed(_mean, "how long are outputs in the mean?"), Needed(_p99, "how long are the longest outputs?"));
        var precision = parsed.GetValue(_precision) ?? TrainingPrecision.Bf16;
        if (p99 <= mean || p99 >= mean * OutputLengths.MostP99OverMean)
        {
            facts.Wrong(CommandLineCode.BadValue,
                FormattableString.Invariant($"--osl-p99 is {p99} with a mean of {mean}, expected {mean + 1} to {Math.Floor(mean * OutputLengths.MostP99OverMean)}"), "no lognormal lengths have such a mean and 99th percentile");
        }

        if ((long)prompts * group > 4_000_000)
        {
            facts.Wrong(CommandLineCode.BadValue, FormattableString.Invariant($"--prompts {prompts} times --group {group} are {(long)prompts * group} sequences, expected at most 4000000"), "each is played");
        }

        if (scenario is not { } found || engine is null || stack is null)
        {
            facts.Check();
            throw new InvalidOperationException("unreachable: a missing name is an error");
        }

        var (model, cluster) = found;
        var context = model.MaxSequence;
        var most = parsed.GetValue(_most) ?? (context > input ? context - input : 0);
        if (most <= 0 || (context > 0 && (long)input + most > context))
        {
            facts.Wrong(CommandLineCode.BadValue,
                FormattableString.Invariant($"prompts of {input} and outputs of up to {most} tokens do not go into the context of {model.Id}, {context} tokens"), "--isl and --max-output say how long they are");
        }

        var rollout = parsed.GetValue(_rolloutChips);
        if (rollout >= cluster.Chips)
        {
            facts.Wrong(CommandLineCode.BadValue, FormattableString.Invariant($"--rollout-chips is {rollout} of {cluster.Chips}, which leaves none to train"), "fewer, or leave it out: all chips sample and then train");
        }

        if (parsed.GetValue(_offPolicy) && rollout is null)
        {
            facts.Wrong(CommandLineCode.Conflict, "--off-policy overlaps sampling and training, and all chips do both in turn", "--rollout-chips says how many sample");
        }

        facts.CheckPrecision(cluster.Chip, precision);
        var typed = parsed.GetValue(_weights)!;
        IReadOnlyList<ServingPrecision> formats = typed.Count > 0
            ? [.. typed.Select(format => ServingPrecision.All(format, CacheFormat.Bf16))]
            : [.. FormatChoice.Fastest(model, cluster.Chip, CacheFormat.Bf16).Take(1)];
        foreach (var format in formats.DefaultIfEmpty(FormatChoice.AsPublished(model, CacheFormat.Bf16)))
        {
            facts.CheckServing(cluster.Chip, model, format);
        }

        facts.Check();
        var question = new RlQuestion(model, cluster, engine, stack, formats)
        {
            Precision = precision,
            Prompts = prompts,
            Group = group,
            Input = input,
            Outputs = new OutputLengths(mean, p99, most),
            ForwardPasses = parsed.GetValue(_passes) ?? 1,
            RolloutChips = rollout,
            IsOffPolicy = parsed.GetValue(_offPolicy),
        };
        Strategy? strategy = null;
        if (_strategy.AreGiven(parsed))
        {
            strategy = _strategy.Read(parsed, question.Trainer.Chips);
            question = question with { BatchMultiple = (int)EstimateTrainOptions.Step(strategy) };
            facts.Add(StrategyRules.Check(strategy, RlEstimator.Workload(question), question.Trainer.Chips));
            facts.Check();
        }

        return new EstimateRlRequest(facts.Catalog, question, strategy, $"orrery estimate rl {_scenario.Text(parsed)} {parsed.OptionsAsTyped(Forms)}".TrimEnd(), facts.Warnings);

        int Needed(Option<int?> option, string why)
        {
            if (parsed.GetValue(option) is { } value)
            {
                return value;
            }

            facts.Wrong(CommandLineCode.Missing, $"{option.Name} is missing: {why}", "for example --prompts 128 --group 16 --isl 1024 --osl-mean 4000 --osl-p99 16000");
            return option == _p99 ? (parsed.GetValue(_mean) ?? 1) + 1 : 1;
        }
    }
}
