using System.CommandLine;
using Orrery.Analysis.Training;
using Orrery.Cli.Shell;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Cli.Estimate;

/// <summary>The words of <c>estimate train</c> and what they say.</summary>
internal sealed class EstimateTrainOptions
{
    private readonly Option<int?> _tensor = Choice.Whole("--tp", "Tensor-parallel degree (default 1)");
    private readonly Option<int?> _pipeline = Choice.Whole("--pp", "Pipeline-parallel degree (default 1)");
    private readonly Option<int?> _data = Choice.Whole("--dp", "Data-parallel degree (default: the chips that the others leave)");
    private readonly Option<int?> _context = Choice.Whole("--cp", "Context-parallel degree (default 1)");
    private readonly Option<int?> _expert = Choice.Whole("--ep", "Expert-parallel degree (default 1)");
    private readonly Option<int?> _expertTensor = Choice.Whole("--etp", "Tensor-parallel degree inside an expert (default 1)");
    private readonly Option<int?> _virtual = Choice.Whole("--vp", "Virtual stages per pipeline rank (default 1)");
    private readonly Option<int?> _micro = Choice.Whole("--mbs", "Sequences in a micro-batch (default 1)");
    private readonly Option<int?> _batch = Choice.Whole("--gbs", "Sequences in a step over all chips (default: near 16 Mi tokens)");
    private readonly Option<int?> _sequence = Choice.Whole("--seq", "Tokens in a sequence (default 8192, or the model's longest if that is less)", most: 16_777_216);
    private readonly Option<TrainingPrecision?> _precision = Choice.Of("--precision", "Recipe of the matrix products (default bf16)", Words.Precisions);
    private readonly Option<TrainingTask?> _task = Choice.Of("--task", "What is trained (default pretrain)", Words.Tasks);
    private readonly Option<IReadOnlyList<Recompute>> _recompute = Choice.Several("--recompute", "What the backward pass runs again (default none)", Words.Recomputes);
    private readonly Option<Sharding?> _sharding = Choice.Of("--sharding", "What data-parallel ranks share (default zero1)", Words.Shardings);
    private readonly Option<int?> _shardRanks = Choice.Whole("--shard-ranks", "Ranks that share one copy under hsdp");
    private readonly Option<PipelineSchedule?> _schedule = Choice.Of("--schedule", "Pipeline schedule (default 1f1b, interleaved with --vp)", Words.Schedules);
    private readonly Option<IReadOnlyList<Overlap>> _overlap = Choice.Several("--overlap", "What runs beside compute (default grad-reduce,param-gather)", Words.Overlaps);
    private readonly Option<GraphCapture?> _graphs = Choice.Of("--graphs", "How much of a step is launched at once (default none)", Words.Graphs);
    private readonly Option<ExpertDispatch?> _dispatch = Choice.Of("--dispatch", "How tokens reach experts (default deduplicated)", Words.Dispatches);
    private readonly Option<int?> _offload = Choice.Whole("--offload", "Layers whose activations wait in host memory (default 0)", least: 0);
    private readonly Option<bool> _sequenceParallel = new("--sequence-parallel") { Description = "Split element-wise work along the sequence over the tensor-parallel ranks" };
    private readonly Option<bool> _embeddingCounts = new("--embedding-counts-as-layer") { Description = "Embedding and loss count as layers when layers are dealt to stages" };
    private readonly Option<string?> _stack = new("--stack") { Description = "Software stack of the catalog (default: the chip's)", HelpName = "NAME" };

    public Argument<string> Scenario { get; } = new("MODEL@SYSTEM:CHIPS") { Description = "A model (or a Hugging Face config.json) on so many chips of a system" };

    public void AddTo(Command command)
    {
        command.Arguments.Add(Scenario);
        foreach (var option in new Option[]
        {
            _tensor, _pipeline, _data, _context, _expert, _expertTensor, _virtual, _micro, _batch, _sequence, _precision, _task, _recompute,
            _sharding, _shardRanks, _schedule, _overlap, _graphs, _dispatch, _offload, _sequenceParallel, _embeddingCounts, _stack,
        })
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

        int Degree(Option<int?> option) => parsed.GetValue(option) ?? 1;
        var others = (long)Degree(_tensor) * Degree(_pipeline) * Degree(_context);
        var data = parsed.GetValue(_data) ?? (int)Math.Max(1, cluster.Chips / others);
        var sequence = parsed.GetValue(_sequence) ?? DefaultWorkload.SequenceLength(model);
        var precision = parsed.GetValue(_precision) ?? TrainingPrecision.Bf16;
        var strategy = new Strategy
        {
            TensorParallel = Degree(_tensor),
            PipelineParallel = Degree(_pipeline),
            DataParallel = data,
            ContextParallel = Degree(_context),
            ExpertParallel = Degree(_expert),
            ExpertTensorParallel = Degree(_expertTensor),
            VirtualStages = Degree(_virtual),
            MicroBatch = Degree(_micro),
            SequenceParallel = parsed.GetValue(_sequenceParallel),
            Sharding = parsed.GetValue(_sharding) ?? Sharding.Zero1,
            ShardRanks = parsed.GetValue(_shardRanks) ?? 0,
            Schedule = parsed.GetValue(_schedule) ?? PipelineSchedule.OneForwardOneBackward,
            Recompute = parsed.GetValue(_recompute)!.Aggregate(Recompute.None, (all, one) => all | one),
            OffloadedLayers = parsed.GetValue(_offload) ?? 0,
            Overlap = parsed.GetValue(_overlap) is { Count: > 0 } overlaps
                ? overlaps.Aggregate(Overlap.None, (all, one) => all | one)
                : Overlap.GradientReduce | Overlap.ParameterGather,
            Graphs = parsed.GetValue(_graphs) ?? GraphCapture.None,
            Dispatch = parsed.GetValue(_dispatch) ?? ExpertDispatch.Deduplicated,
            EmbeddingAndLossCountAsLayers = parsed.GetValue(_embeddingCounts),
        };
        var batch = parsed.GetValue(_batch) ?? DefaultWorkload.GlobalBatch(sequence, (long)data * strategy.MicroBatch);
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
}
