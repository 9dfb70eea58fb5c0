using System.CommandLine;
using System.Globalization;
using Orrery.Analysis.Models;
using Orrery.Catalog;
using Orrery.Cli.Shell;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Scaling;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Workloads;
using Sizing = Orrery.Analysis.Scaling.ComputeOptimal;

namespace Orrery.Cli.Scale;

/// <summary>The options that <c>scale</c> and <c>parity</c> share: what is trained, and how a run is counted.</summary>
internal sealed class ScalingOptions(string defaultModels)
{
    public Option<string[]> Models { get; } = new("--model")
    {
        Description = $"Model to train, or a Hugging Face config.json; repeatable (default {defaultModels})", HelpName = "MODEL",
    };

    public Option<PrecisionWord?> Precision { get; } = Choice.Of("--precision", "Precision (default bf16), or 'best' for each number of chips its fastest", PrecisionWord.All);

    public Option<int?> Batch { get; } = Choice.Whole("--gbs", "Sequences in a step where the batch is fixed (default: near 16 Mi tokens)");

    public Option<int?> Sequence { get; } = Choice.Whole("--seq", "Tokens in a sequence (default 8192, or the model's longest if that is less)", most: 16_777_216);

    public Option<string?> Stack { get; } = new("--stack") { Description = "Software stack (default: each chip's)", HelpName = "NAME" };

    public Option<double?> Tokens { get; } = Amount.Tokens("--tokens", $"Tokens that a run takes at a small batch, such as 15T (default {Amount.Typed(DefaultWorkload.TokensPerRun)} where a run is asked about)");

    public Option<double[]> Budgets { get; } = Amount.Flops("--budget", "Model FLOP that a run takes at a small batch, such as 1e26, instead of --tokens; several joined by commas");

    public Option<bool> ComputeOptimal { get; } = new("--compute-optimal")
    {
        Description = "Size the model to each --budget: of the proportions of --model, with the parameters that reach the least loss for it",
    };

    public Option<string?> LossLaw { get; } = new("--loss-law") { Description = "With --compute-optimal: the law of that loss ('orrery catalog list loss-laws')", HelpName = "NAME" };

    public Option<string?> Law { get; } = new("--law") { Description = "Law of the critical batch ('orrery catalog list laws'; default: by tokens)", HelpName = "NAME" };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { Models, Precision, Batch, Sequence, Stack, Tokens, Budgets, ComputeOptimal, LossLaw, Law })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Looks up the names among them, so that wrong ones are said with other mistakes.</summary>
    public void LookUp(ParseResult parsed, Facts facts)
    {
        foreach (var text in parsed.WordsOf(Models))
        {
            facts.Model(text);
        }

        foreach (var name in parsed.WordsOf(Stack))
        {
            facts.Stack(name);
        }

        foreach (var name in parsed.WordsOf(Law))
        {
            facts.Law(name);
        }

        foreach (var name in parsed.WordsOf(LossLaw))
        {
            facts.LossLaw(name);
        }
    }

    /// <summary>What was asked to be trained; the lists are shorter than what was asked where a name is unknown, which stops at the next check.</summary>
    public ScalingRequest Read(ParseResult parsed, Facts facts, params IReadOnlyList<string> defaults)
    {
        facts.Exclude(parsed, "both say how long a run is: leave one of them out", (Tokens, Budgets));
        var texts = parsed.GetValue(Models) is { Length: > 0 } asked ? asked : defaults;
        var models = texts.Distinct().Select(text => (text, Model: facts.Model(text))).Where(entry => entry.Model is not null);
        double?[] budgets = parsed.GetValue(Budgets) is { Length: > 0 } several ? [.. several] : [null];
        var optimal = parsed.GetValue(ComputeOptimal);
        if (optimal && budgets is [null])
        {
            facts.Wrong(CommandLineCode.Missing, "--compute-optimal sizes the model to a budget, and there is none", "add --budget, for example --budget 1e26");
        }

        if (!optimal && parsed.GetValue(LossLaw) is not null)
        {
            facts.Wrong(CommandLineCode.Conflict, "--loss-law is of no use where the model has its own size", "add --compute-optimal, or leave it out");
        }

        var loss = optimal ? facts.LossLaw(parsed.GetValue(LossLaw)) : null;
        return new ScalingRequest(
            [.. models.SelectMany(entry => budgets.Select(budget => Sized(facts, entry.text, entry.Model!, budget, loss))).OfType<TrainedModel>()],
            (parsed.GetValue(Precision) ?? new PrecisionWord(TrainingPrecision.Bf16)).Choice,
            parsed.GetValue(Batch), parsed.GetValue(Sequence), parsed.GetValue(Stack), parsed.GetValue(Tokens), parsed.GetValue(Law), facts.Law(parsed.GetValue(Law)), loss);
    }

    private static TrainedModel? Sized(Facts facts, string text, Transformer model, double? budget, LossLaw? law)
    {
        if (law is null || budget is not { } flops)
        {
            return new TrainedModel(text, model, budget);
        }

        try
        {
            var (layers, hidden) = Sizing.Shape(model, Sizing.Parameters(law, flops));
            var sized = string.Create(CultureInfo.InvariantCulture, $"{OrreryCatalog.Variant(text)?.Name ?? text} with layers={layers},hidden={hidden}");
            return facts.Model(sized) is { } found ? new TrainedModel(sized, found, budget) : null;
        }
        catch (MissingFactException lack)
        {
            facts.Wrong(CommandLineCode.BadValue, lack.Message, "name a dense model with --model, for example llama-3.1-405b");
            return null;
        }
    }
}

/// <summary>A model and, where a budget says how long its run is, the budget in model FLOP.</summary>
/// <param name="Text">As it is asked for again.</param>
internal sealed record TrainedModel(string Text, Transformer Model, double? Budget);

/// <summary>The shared options, read.</summary>
/// <param name="Law">Null only where its name is unknown.</param>
/// <param name="LossLaw">What models were sized by; null where they have their own size.</param>
internal sealed record ScalingRequest(
    IReadOnlyList<TrainedModel> Models, PrecisionChoice Precision, int? Batch, int? Sequence, string? Stack, double? Tokens,
    string? LawName, CriticalBatchLaw? Law, LossLaw? LossLaw)
{
    /// <summary>Whether the length of a run was stated.</summary>
    public bool StatesRun => Tokens is not null || Models.Any(model => model.Budget is not null);

    /// <summary>As stated, or as many as the budget pays for: <c>budget / model FLOP a token</c>, attention counted causally.</summary>
    public double RunTokens(TrainedModel one) =>
        one.Budget is { } flops ? flops / ModelCounts.Training(one.Model, SequenceLength(one.Model)) : Tokens ?? DefaultWorkload.TokensPerRun;

    public int SequenceLength(Transformer model) => Sequence ?? DefaultWorkload.SequenceLength(model);

    public TrainingRun Run(TrainedModel one) => TrainingRun.Of(one.Model, RunTokens(one), Law!);

    public ScalingWorkload Fixed(TrainedModel one, TrainingRun? run, params IReadOnlyList<AiSystem> systems) => new(
        one.Model, SequenceLength(one.Model), Precision, Batch ?? BatchLadder.Default(SequenceLength(one.Model), systems), run);

    public ScalingWorkload Free(TrainedModel one) => new(one.Model, SequenceLength(one.Model), Precision, null, Run(one));

    /// <summary>The options of one model's question, defaults written out; a model that was sized has its size in its name.</summary>
    public string Options(TrainedModel one, int? batch, bool withRun)
    {
        var words = new List<string> { $"--model {StrategyText.Quoted(one.Text)}", $"--precision {PrecisionWord.Of(Precision)}" };
        words.Add(string.Create(CultureInfo.InvariantCulture, $"--seq {SequenceLength(one.Model)}"));
        if (batch is { } sequences)
        {
            words.Add(string.Create(CultureInfo.InvariantCulture, $"--gbs {sequences}"));
        }

        if (withRun)
        {
            words.Add(one.Budget is { } flops
                ? string.Create(CultureInfo.InvariantCulture, $"--budget {flops:0.###e0} --law {Law!.Id}")
                : $"--tokens {Amount.Typed(Tokens ?? DefaultWorkload.TokensPerRun)} --law {Law!.Id}");
        }

        if (Stack is not null)
        {
            words.Add($"--stack {Stack}");
        }

        return string.Join(' ', words);
    }
}
