using System.CommandLine;
using Orrery.Domain.Strategies;

namespace Orrery.Cli.Shell;

/// <summary>The options of the command line that make a strategy; <see cref="StrategyText.Options"/> writes them.</summary>
internal sealed class StrategyOptions
{
    private readonly Option<int?> _tensor = Choice.Whole("--tp", "Tensor-parallel degree (default 1)");
    private readonly Option<int?> _pipeline = Choice.Whole("--pp", "Pipeline-parallel degree (default 1)");
    private readonly Option<int?> _data = Choice.Whole("--dp", "Data-parallel degree (default: the chips that the others leave)");
    private readonly Option<int?> _context = Choice.Whole("--cp", "Context-parallel degree (default 1)");
    private readonly Option<int?> _expert = Choice.Whole("--ep", "Expert-parallel degree (default 1)");
    private readonly Option<int?> _expertTensor = Choice.Whole("--etp", "Tensor-parallel degree inside an expert (default 1)");
    private readonly Option<RankOrder?> _order = Choice.Order("--order", $"Which groups lie side by side, innermost first (default {default(RankOrder)})");
    private readonly Option<int?> _virtual = Choice.Whole("--vp", "Virtual stages per pipeline rank (default 1)");
    private readonly Option<PipelineSchedule?> _schedule = Choice.Of("--schedule", "Pipeline schedule (default 1f1b, interleaved with --vp)", Words.Schedules);
    private readonly Option<bool> _embeddingCounts = new("--embedding-counts-as-layer") { Description = "Embedding and loss count as layers when layers are dealt to stages" };
    private readonly Option<int?> _firstStage = Choice.Whole("--first-stage-layers", "Layers on the first pipeline stage (with --last-stage-layers; default: dealt evenly)");
    private readonly Option<int?> _lastStage = Choice.Whole("--last-stage-layers", "Layers on the last pipeline stage");
    private readonly Option<int?> _micro = Choice.Whole("--mbs", "Sequences in a micro-batch (default 1)");
    private readonly Option<bool> _sequenceParallel = new("--sequence-parallel") { Description = "Split element-wise work along the sequence over the tensor-parallel ranks" };
    private readonly Option<bool> _dropTokens = new("--drop-tokens") { Description = "Experts drop tokens over their capacity: sizes are known beforehand and the host need not wait for them" };
    private readonly Option<bool> _keepGathered = new("--keep-gathered") { Description = "Keep inputs that sequence parallelism gathered, instead of gathering them again" };
    private readonly Option<Sharding?> _sharding = Choice.Of("--sharding", "What data-parallel ranks share (default zero1)", Words.Shardings);
    private readonly Option<int?> _shardRanks = Choice.Whole("--shard-ranks", "Ranks that share one copy under hsdp");
    private readonly Option<IReadOnlyList<Recompute>> _recompute = Choice.Several("--recompute", "What the backward pass runs again (default none)", Words.Recomputes);
    private readonly Option<int?> _offload = Choice.Whole("--offload", "Layers whose activations wait in host memory (default 0)", least: 0);
    private readonly Option<bool> _offloadWeights = new("--offload-weights") { Description = "Weights wait in host memory and come in layer by layer" };
    private readonly Option<bool> _offloadOptimizer = new("--offload-optimizer") { Description = "Master weights and moments wait in host memory" };
    private readonly Option<IReadOnlyList<Overlap>> _overlap = Choice.Several("--overlap", "What runs beside compute (default grad-reduce,param-gather)", Words.Overlaps);
    private readonly Option<GraphCapture?> _graphs = Choice.Of("--graphs", "How much of a step is launched at once (default none)", Words.Graphs);
    private readonly Option<ExpertDispatch?> _dispatch = Choice.Of("--dispatch", "How tokens reach experts (default deduplicated)", Words.Dispatches);

    /// <summary>What overlaps where nobody says.</summary>
    public const Overlap PlainOverlap = Overlap.GradientReduce | Overlap.ParameterGather;

    private Option[] Options =>
    [
        _tensor, _pipeline, _data, _context, _expert, _expertTensor, _order, _virtual, _schedule, _embeddingCounts, _firstStage, _lastStage, _micro,
        _sequenceParallel, _keepGathered, _sharding, _shardRanks, _recompute, _offload, _offloadWeights, _offloadOptimizer, _overlap, _graphs, _dispatch, _dropTokens,
    ];

    public void AddTo(Command command)
    {
        foreach (var option in Options)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Whether any of them was typed.</summary>
    public bool AreGiven(ParseResult parsed) => Options.Any(option => parsed.IsGiven(option));

    /// <summary>The strategy they say on so many chips; whether it can be laid out is for <see cref="StrategyRules"/>.</summary>
    public Strategy Read(ParseResult parsed, int chips)
    {
        int Degree(Option<int?> option) => parsed.GetValue(option) ?? 1;
        var others = (long)Degree(_tensor) * Degree(_pipeline) * Degree(_context);
        return new Strategy
        {
            TensorParallel = Degree(_tensor),
            PipelineParallel = Degree(_pipeline),
            DataParallel = parsed.GetValue(_data) ?? (int)Math.Max(1, chips / others),
            ContextParallel = Degree(_context),
            ExpertParallel = Degree(_expert),
            ExpertTensorParallel = Degree(_expertTensor),
            Order = parsed.GetValue(_order) ?? default,
            VirtualStages = Degree(_virtual),
            Schedule = parsed.GetValue(_schedule) ?? PipelineSchedule.OneForwardOneBackward,
            EmbeddingAndLossCountAsLayers = parsed.GetValue(_embeddingCounts),
            FirstStageLayers = parsed.GetValue(_firstStage),
            LastStageLayers = parsed.GetValue(_lastStage),
            MicroBatch = Degree(_micro),
            SequenceParallel = parsed.GetValue(_sequenceParallel),
            KeepGathered = parsed.GetValue(_keepGathered),
            DropsTokens = parsed.GetValue(_dropTokens),
            Sharding = parsed.GetValue(_sharding) ?? Sharding.Zero1,
            ShardRanks = parsed.GetValue(_shardRanks) ?? 0,
            Recompute = parsed.GetValue(_recompute)!.Aggregate(Recompute.None, (all, one) => all | one),
            OffloadedLayers = parsed.GetValue(_offload) ?? 0,
            Offload = (parsed.GetValue(_offloadWeights) ? Offload.Weights : Offload.None)
                | (parsed.GetValue(_offloadOptimizer) ? Offload.OptimizerState : Offload.None),
            Overlap = parsed.GetValue(_overlap) is { Count: > 0 } overlaps ? overlaps.Aggregate(Overlap.None, (all, one) => all | one) : PlainOverlap,
            Graphs = parsed.GetValue(_graphs) ?? GraphCapture.None,
            Dispatch = parsed.GetValue(_dispatch) ?? ExpertDispatch.Deduplicated,
        };
    }
}
