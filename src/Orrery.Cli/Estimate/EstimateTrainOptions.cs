using System.CommandLine;
using Orrery.Analysis.Training;
using Orrery.Cli.Shell;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Cli.Estimate;

/// <summary>The words of <c>estimate train</c> and what they say.</summary>
internal sealed class EstimateTrainOptions
{
    private readonly StrategyOptions _strategy = new();
    private readonly Option<int?> _batch = Choice.Whole("--gbs", "Sequences in a step over all chips (default: near 16 Mi tokens)");
    private readonly Option<int?> _sequence = Choice.Whole("--seq", "Tokens in a sequence (default 8192, or the model's longest if that is less)", most: 16_777_216);
    private readonly Option<TrainingPrecision?> _precision = Choice.Of("--precision", "Recipe of the matrix products (default bf16)", Words.Precisions);
    private readonly Option<TrainingTask?> _task = Choice.Of("--task", "What is trained (default pretrain)", Words.Tasks);
    private readonly Option<string?> _stack = new("--stack") { Description = "Software stack of the catalog (default: the chip's)", HelpName = "NAME" };

    public Argument<string> Scenario { get; } = new("MODEL@SYSTEM:CHIPS") { Description = "A model (or a Hugging Face config.json) on so many chips of a system" };

    public void AddTo(Command command)
    {
        command.Arguments.Add(Scenario);
        _strategy.AddTo(command);
        foreach (var option in new Option[] { _batch, _sequence, _precision, _task, _stack })
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

    /// <summary>Resolves every name and degree; all that is wrong is thrown at once.</summary>
    public EstimateTrainRequest Read(ParseResult parsed)
    {
        var facts = new Facts();
        var scenario = facts.Scenario(parsed.GetRequiredValue(Scenario));
        var named = parsed.GetValue(_stack);
        var stack = named is not null ? facts.Stack(named) : scenario is null ? null : facts.Stack(null, scenario.Value.Cluster.Chip);
        facts.Check();
        var (model, cluster) = scenario!.Value;

        var sequence = parsed.GetValue(_sequence) ?? DefaultWorkload.SequenceLength(model);
        var precision = parsed.GetValue(_precision) ?? TrainingPrecision.Bf16;
        var strategy = _strategy.Read(parsed, cluster.Chips);
        var batch = parsed.GetValue(_batch) ?? DefaultWorkload.GlobalBatch(sequence, Step(strategy));
        var workload = new TrainingWorkload(model, batch, sequence, precision, parsed.GetValue(_task) ?? TrainingTask.Pretrain);

        facts.Add(StrategyRules.Check(strategy, workload, cluster.Chips));
        var format = PrecisionRecipe.Of(precision).Format;
        if (cluster.Chip.MatmulPeak(format) is null)
        {
            facts.Wrong(StrategyRules.Code, $"{cluster.Chip.Name} has no {format.ToString().ToUpperInvariant()} matrix units for {Words.Of(Words.Precisions, precision)}",
                "it can train in " + string.Join(", ", Words.Precisions.Where(word => cluster.Chip.MatmulPeak(PrecisionRecipe.Of(word.Value).Format) is not null).Select(word => word.Key)));
        }

        facts.Check();
        var text = parsed.GetRequiredValue(Scenario);
        return new EstimateTrainRequest(facts.Catalog, text[..text.LastIndexOf('@')], workload, strategy, cluster, stack!, facts.Warnings);
    }

    /// <summary>Sequences that the batch must be a multiple of for the schedule to come out even.</summary>
    private static long Step(Strategy s) => (long)Math.Min(int.MaxValue,
        (double)s.DataParallel * s.MicroBatch * (s.VirtualStages > 1 ? s.PipelineParallel : 1) * (s.Schedule == PipelineSchedule.DualPipe ? 2 : 1));
}
