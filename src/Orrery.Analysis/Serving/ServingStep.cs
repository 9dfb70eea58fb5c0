using Orrery.Analysis.Collectives;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Analysis.Serving;

/// <summary>
/// How long one step of a replica takes: a forward pass over the tokens that decode and the prompts that are computed beside them.
/// One of these serves the closed form, the planner and the request simulation.
/// </summary>
/// <remarks>What depends on the number of tokens only is worked out once for each number and kept; not for use from several threads at once.</remarks>
public sealed class ServingStep
{
    private const int KeptTokens = 65_536;

    private readonly ServingRank _rank;
    private readonly LayerKind[] _kinds;
    private readonly (Mixer Mixer, int Count)[] _mixers;
    private readonly double _queries;
    private ServingTimes[] _kept = new ServingTimes[64];
    private bool[] _isKept = new bool[64];

    private ServingStep(ServingRank rank, double queries)
    {
        _rank = rank;
        _queries = queries;
        _kinds = [.. rank.Model.Layers.GroupBy(run => run.Layer).Select(runs => new LayerKind(runs.Key, runs.Sum(run => run.Count)))];
        _mixers =
        [
            .. rank.Model.Layers.Where(run => run.Layer.Mixer is not null).GroupBy(run => run.Layer.Mixer!).Select(runs => (runs.Key, runs.Sum(run => run.Count))),
        ];
    }

    /// <exception cref="Domain.MissingFactException">The chip lacks a peak or kernel, or the engine a parameter, that the workload needs.</exception>
    public static ServingStep Create(ServingWorkload workload, ServingLayout layout, AiSystem system, ServingEngine engine) =>
        new(ServingRank.Create(workload, layout, system, engine), workload.QueriesPerStep);

    /// <summary>The engine's parameters as they apply here.</summary>
    public EngineParameters Engine => _rank.Engine;

    /// <summary>Seconds of a step.</summary>
    public double Seconds(in StepLoad load) => Parts(load).Total;

    /// <summary>
    /// Equation: the sum over layers of projections, attention, feed-forward and exchanges, then head, host and drafting. With pipeline
    /// stages the load is one micro-batch's, and its time through all stages.
    /// Assumption: ops of a step run one after another, as graphs of serving engines do; sequences that decode are spread evenly over attention-data-parallel groups, a prompt is one
    /// group's; groups wait for the busiest one, experts compute the tokens of all.
    /// Source: the kernel forms, each with its own.
    /// </summary>
    public ServingTimes Parts(in StepLoad load)
    {
        var dp = _rank.Layout.AttentionDataParallel;
        var own = load.OfBusiest(dp);
        var tokens = (own.DecodeSequences * _queries) + own.PrefillTokens;
        var all = (own.DecodeSequences * _queries * dp) + Math.Clamp(load.PrefillTokens, own.PrefillTokens, own.PrefillTokens * dp);
        var times = all >= tokens * dp ? Layers(tokens) : ComputeLayers(tokens, all);
        foreach (var (mixer, count) in _mixers)
        {
            var attention = default(ServingTimes);
            attention.AddAttention(_rank, mixer, own, _queries);
            times += attention * count;
        }

        AddHead(ref times, own.HeadRows(_queries));
        if (_queries > 1 && own.DecodeSequences > 0)
        {
            AddDrafts(ref times, own);
        }

        if (_rank.Layout.TwoBatchOverlap)
        {
            Overlap(ref times);
        }

        times[ServingPart.PipelineCommunication] += Transfers(tokens);
        AddHost(ref times, own);
        return times;
    }

    /// <summary>All that depends on the number of tokens only.</summary>
    private ServingTimes Layers(double tokens)
    {
        if (tokens >= KeptTokens || tokens != Math.Floor(tokens))
        {
            return ComputeLayers(tokens, tokens * _rank.Layout.AttentionDataParallel);
        }

        var at = (int)tokens;
        if (at >= _kept.Length)
        {
            Array.Resize(ref _kept, Math.Max(at + 1, 2 * _kept.Length));
            Array.Resize(ref _isKept, _kept.Length);
        }

        if (!_isKept[at])
        {
            _kept[at] = ComputeLayers(tokens, tokens * _rank.Layout.AttentionDataParallel);
            _isKept[at] = true;
        }

        return _kept[at];
    }

    /// <param name="tokens">Of the busiest group.</param>
    /// <param name="all">Of all groups.</param>
    private ServingTimes ComputeLayers(double tokens, double all)
    {
        var times = default(ServingTimes);
        foreach (var kind in _kinds)
        {
            times += OneLayer(kind.Layer, tokens, all) * kind.Count;
        }

        return times;
    }

    private ServingTimes OneLayer(TransformerLayer layer, double tokens, double all)
    {
        var times = default(ServingTimes);
        if (layer.Mixer is { } mixer)
        {
            times.AddProjections(_rank, mixer, tokens);
        }

        if (layer.FeedForward is { } block)
        {
            times.AddFeedForward(_rank, block, tokens, all);
        }

        return times;
    }

    /// <summary>The output projection over the vocabulary's share of a rank, and the gathering of its logits.</summary>
    private void AddHead(ref ServingTimes times, double rows)
    {
        var share = (double)_rank.Model.Vocabulary / _rank.TensorParallel;
        times[ServingPart.Head] += _rank.Wide.Seconds(rows, share, _rank.Hidden) + _rank.Stream(10 * rows * share);
        if (_rank.TensorParallel > 1)
        {
            times[ServingPart.Head] += _rank.Engine.ExchangeTime
                * Collectives.Collectives.AllGather(2 * rows * _rank.Model.Vocabulary, _rank.TensorGroup, _rank.System).Seconds;
        }
    }

    /// <summary>
    /// Each drafted token takes one further layer of the model's last kind, a projection of two hidden vectors and the head, for every sequence, one after another.
    /// Assumption: drafts come from the model's own prediction modules, applied again for later tokens.
    /// </summary>
    private void AddDrafts(ref ServingTimes times, in StepLoad own)
    {
        var layer = _rank.Model.Layers[^1].Layer;
        var load = own with { PrefillSequences = 0, PrefillTokens = 0, PrefillPairs = 0, PrefillKeys = 0, FirstTokens = 0 };
        var one = OneLayer(layer, load.DecodeSequences, load.DecodeSequences * _rank.Layout.AttentionDataParallel);
        if (layer.Mixer is { } mixer)
        {
            one.AddAttention(_rank, mixer, load, 1);
        }

        one[ServingPart.Gemm] += _rank.Wide.Seconds(load.DecodeSequences, _rank.Hidden, 2 * _rank.Hidden);
        AddHead(ref one, load.DecodeSequences);
        times[ServingPart.Draft] += (_queries - 1) * one.Total;
    }

    /// <summary>
    /// Equation: <c>hidden = share min(exchange, compute)</c>.
    /// Assumption: halves of a batch are as efficient as the whole; the share is what a stack's streams reach.
    /// </summary>
    private void Overlap(ref ServingTimes times)
    {
        var compute = times[ServingPart.Gemm] + times[ServingPart.Attention] + times[ServingPart.Experts];
        times[ServingPart.ExpertParallelCommunication] -= _rank.Engine.OverlapShare * Math.Min(times[ServingPart.ExpertParallelCommunication], compute);
    }

    private double Transfers(double tokens)
    {
        var stages = _rank.Layout.PipelineParallel;
        return stages == 1
            ? 0
            : (stages - 1) * _rank.Engine.ExchangeTime * Collectives.Collectives.SendReceive(
                2 * tokens * _rank.Hidden / _rank.TensorParallel, new RankGroup(stages, _rank.Layout.StageRanks), _rank.System).Seconds;
    }

    /// <summary>Host time of a step, each attention-data-parallel group having a scheduler of its own, and what the device waits for launches where prompts keep a step out of the captured graphs.</summary>
    private void AddHost(ref ServingTimes times, in StepLoad load)
    {
        var device = times.Total;
        var engine = _rank.Engine;
        var waits = load.PrefillTokens > 0 ? Math.Max(0, (engine.EagerLayerS * _rank.Model.LayerCount) - device) : 0;
        times[ServingPart.Host] += waits + engine.HostStepS + (engine.HostSequenceS * (load.DecodeSequences + load.PrefillSequences));
    }

    private readonly record struct LayerKind(TransformerLayer Layer, int Count);
}
