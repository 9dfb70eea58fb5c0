using System.CommandLine;
using System.Globalization;
using Orrery.Analysis.Models;
using Orrery.Cli.Shell;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Scaling;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Workloads;

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

    public Option<double?> Budget { get; } = Amount.Flops("--budget", "Model FLOP that a run takes at a small batch, such as 1e26, instead of --tokens");

    public Option<string?> Law { get; } = new("--law") { Description = "Law of the critical batch ('orrery catalog list laws'; default: by tokens)", HelpName = "NAME" };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { Models, Precision, Batch, Sequence, Stack, Tokens, Budget, Law })
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
    }

    /// <summary>What was asked to be trained; the lists are shorter than what was asked where a name is unknown, which stops at the next check.</summary>
    public ScalingRequest Read(ParseResult parsed, Facts facts, params IReadOnlyList<string> defaults)
    {
        facts.Exclude(parsed, "both say how long a run is: leave one of them out", (Tokens, Budget));
        var texts = parsed.GetValue(Models) is { Length: > 0 } asked ? asked : defaults;
        var models = texts.Distinct().Select(text => (text, Model: facts.Model(text))).Where(entry => entry.Model is not null);
        return new ScalingRequest(
            [.. models.Select(entry => (entry.text, entry.Model!))],
            (parsed.GetValue(Precision) ?? new PrecisionWord(TrainingPrecision.Bf16)).Choice,
            parsed.GetValue(Batch), parsed.GetValue(Sequence), parsed.GetValue(Stack), parsed.GetValue(Tokens), parsed.GetValue(Law), facts.Law(parsed.GetValue(Law)), parsed.GetValue(Budget));
    }
}

/// <summary>The shared options, read.</summary>
/// <param name="Law">Null only where its name is unknown.</param>
internal sealed record ScalingRequest(
    IReadOnlyList<(string Text, Transformer Model)> Models, PrecisionChoice Precision, int? Batch, int? Sequence, string? Stack, double? Tokens,
    string? LawName, CriticalBatchLaw? Law, double? Budget = null)
{
    /// <summary>As stated, or as many as the budget pays for: <c>budget / model FLOP a token</c>, attention counted causally.</summary>
    public double RunTokens(Transformer model) => Budget is { } flops ? flops / ModelCounts.Training(model, SequenceLength(model)) : Tokens ?? DefaultWorkload.TokensPerRun;

    public int SequenceLength(Transformer model) => Sequence ?? DefaultWorkload.SequenceLength(model);

    public TrainingRun Run(Transformer model) => TrainingRun.Of(model, RunTokens(model), Law!);

    public ScalingWorkload Fixed(Transformer model, TrainingRun? run, params IReadOnlyList<AiSystem> systems) => new(
        model, SequenceLength(model), Precision, Batch ?? BatchLadder.Default(SequenceLength(model), systems), run);

    public ScalingWorkload Free(Transformer model) => new(model, SequenceLength(model), Precision, null, Run(model));

    /// <summary>The options of one model's question, defaults written out.</summary>
    public string Options(string model, int? batch, int sequence, bool withRun)
    {
        var words = new List<string> { $"--model {StrategyText.Quoted(model)}", $"--precision {PrecisionWord.Of(Precision)}" };
        words.Add(string.Create(CultureInfo.InvariantCulture, $"--seq {sequence}"));
        if (batch is { } sequences)
        {
            words.Add(string.Create(CultureInfo.InvariantCulture, $"--gbs {sequences}"));
        }

        if (withRun)
        {
            words.Add(Budget is { } flops
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
