using Orrery.Analysis.Training;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Scalar = Orrery.Analysis.Training.Scalar;

namespace Orrery.Simulation.Timeline;

/// <summary>Cuts a training step into what the timeline plays, with the op times of the closed form; see the model book, "Timeline".</summary>
/// <remarks>
/// What the closed form averages is kept apart here: layers by kind on the stage that holds them, embedding, head and prediction
/// modules on the edge stages, weight gradients apart from input gradients, a rank's traffic by virtual stage.
/// </remarks>
internal sealed class TimelinePlanner
{
    private readonly Shard _shard;
    private readonly RankGroups _groups;
    private readonly double _age;
    private readonly LayerWork[] _layers;
    private readonly bool _hasEmbedding;

    private TimelinePlanner(TrainingWorkload workload, Strategy strategy, Cluster cluster, SoftwareStack stack, bool asClosedForm)
    {
        var parameters = TrainingParameters.For(stack, cluster.Chip, PrecisionRecipe.Of(workload.Precision));
        _shard = Shard.Create(workload, strategy, cluster.System, parameters);
        _groups = RankGroups.Of(strategy);
        _age = TrainingEstimator.Maturity(parameters, stack);
        _hasEmbedding = !asClosedForm;
        var model = workload.Model;
        var layers = model.Layers.SelectMany(run => Enumerable.Repeat(LayerWork.Of(_shard, _groups, run.Layer, prediction: false, !asClosedForm), run.Count));
        if (model.MultiTokenPrediction > 0)
        {
            layers = layers.Concat(Enumerable.Repeat(
                LayerWork.Of(_shard, _groups, model.Layers[^1].Layer, prediction: true, !asClosedForm), model.MultiTokenPrediction));
        }

        _layers = [.. layers];
    }

    /// <summary>The step as it is played.</summary>
    /// <exception cref="MissingFactException">The catalog lacks what the estimate needs, or micro-batches do not come out whole.</exception>
    /// <param name="estimate">What the closed form says of it.</param>
    /// <param name="expertSpread">As <see cref="StudyOptions"/>.</param>
    public static (TimelinePlan Plan, StepNoise Noise) Plan(TrainingEstimate estimate, SoftwareStack stack, double? expertSpread = null)
    {
        var planner = new TimelinePlanner(estimate.Workload, estimate.Strategy, estimate.Cluster, stack, asClosedForm: false);
        return (planner.Plan(), planner.Noise(estimate, expertSpread));
    }

    /// <summary>Work of one micro-batch through all stages as the closed form counts it, by what it is for.</summary>
    public static StepTimes ClosedPass(TrainingWorkload workload, Strategy strategy, Cluster cluster, SoftwareStack stack)
    {
        var planner = new TimelinePlanner(workload, strategy, cluster, stack, asClosedForm: true);
        var all = planner.Work(planner._layers, isFirst: true, isLast: true);
        return all.Forward + all.Backward + all.WeightGradient;
    }

    private TimelinePlan Plan()
    {
        var s = _shard.Strategy;
        if (_shard.MicroBatches != Math.Floor(_shard.MicroBatches) || _shard.MicroBatches < 1)
        {
            throw new MissingFactException(FormattableString.Invariant($"{_shard.MicroBatches} micro-batches a step cannot be played: they must come out whole"));
        }

        var (first, last) = (Work([], isFirst: true, isLast: false).PassS, Work([], isFirst: false, isLast: true).PassS);
        var counts = LayerDeal.Of(s, [.. _layers.Select(layer => layer.DeviceS * _age)], first, last);
        var work = new StageWork[counts.Length];
        var held = new HeldWeights[counts.Length];
        for (var (chunk, from) = (0, 0); chunk < counts.Length; from += counts[chunk++])
        {
            var layers = _layers.AsSpan(from, counts[chunk]).ToArray();
            held[chunk] = Held(layers, chunk == 0, chunk == counts.Length - 1);
            work[chunk] = WithTraffic(Work(layers, chunk == 0, chunk == counts.Length - 1), held[chunk]);
        }

        WithOffload(work);
        return new TimelinePlan
        {
            Schedule = s.Schedule,
            Stages = s.PipelineParallel,
            VirtualStages = s.VirtualStages,
            MicroBatches = (int)_shard.MicroBatches,
            Work = work,
            TransferS = Pipeline.TransferSeconds(_shard, _groups.StagePair, s.PipelineParallel),
            ReducesBeside = s.Overlap.HasFlag(Overlap.GradientReduce),
            GathersBeside = s.Overlap.HasFlag(Overlap.ParameterGather),
            OptimizerS = Enumerable.Range(0, s.PipelineParallel).Max(rank => Optimizer(OnRank(held, rank))) + _shard.Parameters.FixedStepS,
        };
    }

    /// <summary>
    /// Ranks that meet in every layer: tensor- and context-parallel ones; those of an expert group; all that hold a stage where weights are
    /// gathered layer by layer. The slowest of all ranks is slower, in the mean, by what the closed form adds. Tokens routed independently
    /// load a rank like coins tossed: spread 1 / sqrt(copies it expects).
    /// </summary>
    private StepNoise Noise(TrainingEstimate estimate, double? expertSpread)
    {
        var s = _shard.Strategy;
        var ofAStage = s.TensorParallel * s.ContextParallel * s.DataParallel;
        var meeting = DataExchange.GathersByLayer(s)
            ? ofAStage
            : Math.Max(s.TensorParallel * s.ContextParallel, s.ExpertParallel * s.ExpertTensorParallel);
        var topK = _shard.Workload.Model.Layers.Select(run => run.Layer.FeedForward).OfType<MixtureOfExperts>().Select(moe => moe.TopK).DefaultIfEmpty(0).Max();
        var copies = _shard.RoutedTokens * topK;
        var jitter = estimate.Parts[StepPart.Jitter];
        const int Free = (int)StepPlans.JitterFreeRanks;
        var slowDown = s.Chips <= Free ? 0 : jitter / (estimate.Iteration.Value - jitter) / (StepNoise.Harmonic(s.Chips) - StepNoise.Harmonic(Free));
        return new StepNoise(
            meeting, Math.Max(1, ofAStage / meeting), slowDown, Free, s.ExpertParallel, copies == 0 ? 0 : expertSpread ?? (1 / Math.Sqrt(copies)));
    }

    /// <summary>Layers with embedding and head where they are, and with the waiting for the host as the closed form has it.</summary>
    private StageWork Work(LayerWork[] layers, bool isFirst, bool isLast)
    {
        StepTimes forward = default, backward = default, weights = default;
        double host = 0, expertForward = 0, expertBackward = 0;
        var expertLayers = 0;
        foreach (var layer in layers)
        {
            forward += layer.Forward;
            backward += layer.Backward;
            weights += layer.WeightGradient;
            host += layer.HostS;
            expertForward += layer.ExpertForwardS;
            expertBackward += layer.ExpertBackwardS;
            expertLayers += layer.HasExperts ? 1 : 0;
        }

        if (layers.Length > 0)
        {
            var device = backward.Total + weights.Total;
            forward[StepPart.Host] += TrainingEstimator.WithHost(forward.Total, host * StepPlans.HostForward) - forward.Total;
            backward[StepPart.Host] += TrainingEstimator.WithHost(device, host * (1 - StepPlans.HostForward)) - device;
        }

        if (isFirst && _hasEmbedding)
        {
            var elements = _shard.OuterTokens * _shard.Workload.Model.Hidden;
            forward[StepPart.ElementWise] += _shard.Stream(4 * elements); // a row read, an input written
            weights[StepPart.ElementWise] += _shard.Frozen ? 0 : _shard.Stream((2 + (2 * _shard.Parameters.GradientBytes)) * elements);
        }

        if (isLast)
        {
            var (head, frozen) = (Head(_shard), Head(LayerWork.Frozen(_shard)));
            forward += head.Forward;
            backward += frozen.Backward;
            backward[StepPart.Recompute] += head.Under(_shard.Strategy.Recompute).Again;
            weights += head.Backward + (frozen.Backward * -1);
        }

        return new StageWork(layers.Length, forward * _age, backward * _age, weights * _age)
        {
            ExpertForwardS = expertForward * _age, ExpertBackwardS = expertBackward * _age, ExpertLayers = expertLayers,
        };
    }

    private StageWork WithTraffic(StageWork work, in HeldWeights held)
    {
        var exchange = DataExchange.Of(_shard, _groups, held);
        if (!DataExchange.GathersByLayer(_shard.Strategy))
        {
            return work with { ReduceS = exchange.Reduce, GatherS = exchange.Gather };
        }

        var p = _shard.Parameters;
        double Added(double pass, double traffic) =>
            StepFormula<Scalar>.Sharded(new(pass), new(0), new(traffic), new(0), new(p.FsdpContention), new(p.FsdpExposed)).Value;
        return work with
        {
            ShardedForwardS = Added(work.Forward.Total, exchange.ShardedForward),
            ShardedBackwardS = Added(work.Backward.Total + work.WeightGradient.Total, exchange.ShardedBackward),
        };
    }

    /// <summary>A pass is paced by the link to the host where that takes longer; each virtual stage has its share of a rank's traffic.</summary>
    private void WithOffload(StageWork[] work)
    {
        var s = _shard.Strategy;
        if (s.OffloadedLayers == 0 && s.Offload == Offload.None)
        {
            return;
        }

        double layers = _layers.Length;
        var (dense, experts) = (_layers.Sum(layer => layer.DenseWeights), _layers.Sum(layer => layer.ExpertWeights));
        var pipeline = PipelinePlan.Of(s, layers, _shard.MicroBatches);
        var memory = StaticMemory.Of(_shard, HeldWeights.Of(_shard, dense, experts, pipeline.Weights), layers);
        var rate = HostLink.Rate(_shard);
        var kept = _layers.Length == 0 ? 0 : Kept() / layers;
        var activations = kept * Math.Min(s.OffloadedLayers, pipeline.KeptLayers) / rate / s.VirtualStages;
        var weights = memory.HostWeights / rate / s.VirtualStages;
        for (var i = 0; i < work.Length; i++)
        {
            var (forward, backward) = (work[i].Forward, work[i].Backward);
            forward[StepPart.Host] += Math.Max(0, Math.Max(activations, weights) - forward.Total);
            backward[StepPart.Host] += Math.Max(0, activations + weights - backward.Total - work[i].WeightGradient.Total);
            work[i] = work[i] with { Forward = forward, Backward = backward };
        }
    }

    /// <summary>Activation bytes that wait for the backward pass, of all layers.</summary>
    private double Kept()
    {
        var body = BodyCost.Dense(_shard).Total;
        if (BodyCost.Routed(_shard) is { } routed)
        {
            body.Add(routed.Total, 1);
        }

        return TrainingEstimator.Recomputed(_shard, body, _layers.Length).KeptBytes;
    }

    private HeldWeights Held(LayerWork[] layers, bool isFirst, bool isLast)
    {
        var model = _shard.Workload.Model;
        var tables = (isFirst ? 1 : 0) + (isLast && !(isFirst && model.TiedEmbeddings) ? 1 : 0);
        return new HeldWeights(
            layers.Sum(layer => layer.DenseWeights) + ((double)tables * model.Vocabulary * model.Hidden / _shard.Strategy.TensorParallel),
            layers.Sum(layer => layer.ExpertWeights));
    }

    private HeldWeights OnRank(HeldWeights[] held, int rank) => held
        .Where((_, chunk) => chunk % _shard.Strategy.PipelineParallel == rank)
        .Aggregate(default(HeldWeights), (sum, one) => new HeldWeights(sum.Dense + one.Dense, sum.Experts + one.Experts));

    private double Optimizer(in HeldWeights held) => HostLink.Optimizer(_shard, held, StaticMemory.Of(_shard, held, _layers.Length));

    private static LayerCost Head(Shard shard)
    {
        var head = default(LayerCost);
        head.AddHead(shard);
        return head;
    }
}
