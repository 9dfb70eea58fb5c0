using System.CommandLine;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Software;
using Orrery.Domain.Workloads;

namespace Orrery.Cli.Shell;

/// <summary>The words of the command line that say what is trained, on what, with which software.</summary>
internal sealed class WorkloadOptions
{
    private readonly ScenarioArgument _scenario = new();
    private readonly Option<int?> _batch = Choice.Whole("--gbs", "Sequences in a step over all chips (default: near 16 Mi tokens)");
    private readonly Option<int?> _sequence = Choice.Whole("--seq", "Tokens in a sequence (default 8192, or the model's longest if that is less)", most: 16_777_216);
    private readonly Option<TrainingPrecision?> _precision = Choice.Of("--precision", "Recipe of the matrix products (default bf16)", Words.Precisions);
    private readonly Option<TrainingTask?> _task = Choice.Of("--task", "What is trained (default pretrain)", Words.Tasks);
    private readonly Option<string?> _stack = new("--stack") { Description = "Software stack of the catalog (default: the chip's)", HelpName = "NAME" };

    public void AddTo(Command command)
    {
        _scenario.AddTo(command);
        foreach (var option in new Option[] { _batch, _sequence, _precision, _task, _stack })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Looks up the names alone.</summary>
    public void LookUp(ParseResult parsed, Facts facts)
    {
        _scenario.LookUp(parsed, facts);
        foreach (var name in parsed.WordsOf(_stack))
        {
            facts.Stack(name);
        }
    }

    /// <summary>What the names mean; those that are wrong are thrown at once.</summary>
    public (Transformer Model, Cluster Cluster, SoftwareStack Stack) Names(ParseResult parsed, Facts facts)
    {
        var scenario = _scenario.Find(parsed, facts);
        var named = parsed.GetValue(_stack);
        var stack = named is not null ? facts.Stack(named) : scenario is null ? null : facts.Stack(null, scenario.Value.Cluster.Chip);
        facts.Check();
        return (scenario!.Value.Model, scenario.Value.Cluster, stack!);
    }

    /// <summary>The model as it was typed: a name or a path.</summary>
    public string ModelText(ParseResult parsed) => _scenario.ModelText(parsed);

    /// <summary>What is trained; notes where the chip lacks the precision.</summary>
    /// <param name="batch">Sequences of a step where none are given, by the length of a sequence.</param>
    public TrainingWorkload Workload(ParseResult parsed, Facts facts, Transformer model, Chip chip, Func<int, int> batch)
    {
        var sequence = parsed.GetValue(_sequence) ?? DefaultWorkload.SequenceLength(model);
        var precision = parsed.GetValue(_precision) ?? TrainingPrecision.Bf16;
        facts.CheckPrecision(chip, precision);
        return new TrainingWorkload(model, parsed.GetValue(_batch) ?? batch(sequence), sequence, precision, parsed.GetValue(_task) ?? TrainingTask.Pretrain);
    }
}
