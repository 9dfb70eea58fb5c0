using Orrery.Analysis.Training;
using Orrery.Domain.Strategies;

namespace Orrery.Planning.Training.Search;

/// <summary>The fastest strategy of one layout: every placement, use of sequence parallelism, overlap, recompute, split, schedule, sharding and offload.</summary>
/// <remarks>One a thread; it keeps its columns from layout to layout.</remarks>
internal sealed class LayoutSearch(PlanQuestion question, StrategySpace space, ShardCosts costs, PolicyTable policies, Placements placements)
{
    private readonly LayoutColumns _columns = new(policies.Count);
    private readonly List<PipelinePlan> _pipelines = [];
    private readonly double _capacity = question.Cluster.Chip.Memory.Value * question.Limits.Memory;
    private readonly double _hostCapacity = question.Cluster.System.HostMemory?.Value.Value ?? 0;
    private readonly double _hostRate = question.Cluster.System.HostBandwidth?.Value.Value ?? 1;

    private Layout _layout;
    private DenseShards _dense = null!;
    private RoutedShard? _routed;
    private Strategy _plain = null!;
    private double _microBatches;
    private double _jitter;
    private double _threshold;
    private Found? _best;
    private SearchTally _tally;
    private ShardingPlans? _shardings;
    private SequenceChoice[] _sequences = [];
    private Overlap[] _overlaps = [];
    private StrategyCount _each;

    /// <summary>
    /// The fastest that takes less than <paramref name="threshold"/> seconds; null where there is none. Adds every strategy of the
    /// layout to the tally, as evaluated or by what ruled it out.
    /// </summary>
    public (double Seconds, Strategy Strategy)? Search(Candidate candidate, double threshold, ref SearchTally tally)
    {
        Begin(candidate, threshold);
        var orders = space.Orders(_layout);
        var inPlacement = _each * (_sequences.Length * _overlaps.Length);
        var least = LeastThatFits();
        if (least >= _threshold)
        {
            _tally.Add(double.IsInfinity(least) ? RuledOut.Memory : RuledOut.Tight, inPlacement * orders.Length);
        }
        else
        {
            var known = placements.Of(_layout);
            _tally.Add(RuledOut.Same, inPlacement * (orders.Length - known.Length));
            foreach (var placement in known)
            {
                InPlacement(placement, _overlaps);
            }
        }

        tally.Add(_tally);
        return _best is { } found ? (found.Seconds, ToStrategy(found)) : null;
    }

    /// <summary>Seconds of a good strategy of the layout, where its exchanges take least: for a first idea, on which no answer depends.</summary>
    public double Probe(Candidate candidate)
    {
        Begin(candidate, double.PositiveInfinity);
        if (!double.IsInfinity(LeastThatFits()))
        {
            InPlacement(placements.Of(_layout).MinBy(placement => LayoutBound.Exposed(_dense[0], _routed, placement)), _overlaps.AsSpan(0, 1));
        }

        return _best?.Seconds ?? double.PositiveInfinity;
    }

    private void Begin(Candidate candidate, double threshold)
    {
        (_layout, _dense, _routed) = (candidate.Layout, candidate.Dense, candidate.Routed);
        _plain = _layout.ToStrategy(question.Limits);
        _microBatches = (double)question.Workload.GlobalBatch / ((double)_layout.Data * _layout.MicroBatch);
        _jitter = costs.Jitter(_layout.Chips);
        (_threshold, _best) = (threshold, null);
        _tally = default;
        _pipelines.Clear();
        _shardings = null;
        _each = space.PlanCount(_layout) * policies.Policies;
        _sequences = space.Sequences(_layout.Tensor);
        _overlaps = space.ExchangeOverlaps(_layout);
    }

    private ShardingPlans Shardings => _shardings ??= new ShardingPlans(space, costs, _layout, _dense[0], _routed, _plain);

    /// <summary>
    /// Seconds that no strategy of the layout beats and fits: exchanges at their nearest, the least static memory of any sharding, and of
    /// the ways to deal layers the one that keeps least. Where the fullest stage may hold A layers, the first and the stages between
    /// hold at least L - A, so one of them keeps at least <c>(L - A) / (1 / min(pp, m) + (pp - 2) / min(pp - 1, m))</c> layers times micro-batches.
    /// Infinite where nothing fits.
    /// </summary>
    private double LeastThatFits()
    {
        double stages = _layout.Pipeline, layers = space.Layers;
        var capacity = _capacity - Shardings.LeastStatic();
        if (capacity <= 0)
        {
            return double.PositiveInfinity;
        }

        var inFlight = Math.Min(stages, _microBatches);
        var hostRate = question.Limits.OffloadActivations ? _hostRate : 0;

        // The first use of sequence parallelism computes and keeps least; the exchanges are those of the one that exchanges least.
        var dense = _dense[0];
        var exchange = double.PositiveInfinity;
        for (var i = 0; i < _dense.Count; i++)
        {
            exchange = Math.Min(exchange, _dense[i].LeastExchange);
        }

        var body = Body(dense, default, Overlap.None);
        body.Backward[StepPart.TensorParallelCommunication] += exchange + (_routed?.LeastExchange ?? 0); // backward, of which no policy runs anything again
        _columns.Fill(policies, dense, body, dense.HostSeconds, costs.Age, layers, LongestPass(), together: true);
        if (_columns.Count == 0)
        {
            return _threshold;
        }

        var most = Math.Min(layers, Math.Floor(layers * ((_threshold / _jitter) - costs.Parameters.FixedStepS) / (_microBatches * _columns.ShortestPass)));
        var kept = stages == 1 ? layers * inFlight
            : Math.Max(0, layers - most) / ((1 / inFlight) + ((stages - 2) / Math.Min(Math.Max(1, stages - 1), _microBatches)));
        var least = _jitter * (costs.Parameters.FixedStepS + _columns.LeastTight(
            Math.Ceiling(layers / stages) / layers, stages, space.Pipelines.LeastBubble(_layout), _microBatches, capacity, kept, inFlight, hostRate));
        return double.IsInfinity(least) && _columns.Count < policies.Count ? _threshold : least; // policies left out may fit
    }

    /// <summary>Seconds from which a pass is too long, whatever the plan: some stage computes its share of whole layers for every micro-batch.</summary>
    private double LongestPass() => ((_threshold / _jitter) - costs.Parameters.FixedStepS) / (_microBatches * Math.Ceiling((double)space.Layers / _layout.Pipeline) / space.Layers);

    /// <summary>One micro-batch of all layers, exchanges included.</summary>
    private LayerCost Body(DenseShard dense, in GroupExchange exchange, Overlap overlap)
    {
        var body = dense.Body.Total;
        if (_routed is { } routed)
        {
            body.Add(routed.Body.Total, 1);
        }

        exchange.AddTo(ref body, costs.Parameters, overlap);
        return body;
    }

    private void InPlacement(Placement placement, ReadOnlySpan<Overlap> overlaps)
    {
        var isPlaced = false;
        var groups = default(RankGroups);
        var stages = _layout.Pipeline;
        var whole = Math.Ceiling((double)space.Layers / stages) / space.Layers;
        for (var i = 0; i < _sequences.Length; i++)
        {
            var sequence = _sequences[i];
            var dense = _dense[i];
            var exchange = LayoutBound.Exchange(dense, _routed, placement);
            var compute = dense.ComputeSeconds + (_routed?.ComputeSeconds ?? 0);
            var head = dense.HeadSeconds * costs.Age;
            foreach (var overlap in overlaps)
            {
                var busy = compute + exchange.Exposed(costs.Parameters, overlap);
                var pass = busy * StepPlans.HostFloorAtLeast(dense.HostSeconds / busy) * costs.Age;
                var least = _jitter * ((_microBatches * Math.Max(whole * pass, (pass + head) / stages)) + (space.Pipelines.LeastBubble(_layout) * (pass + head)) + costs.Parameters.FixedStepS);
                if (least >= _threshold)
                {
                    _tally.Add(RuledOut.Placement, _each);
                    continue;
                }

                if (!isPlaced)
                {
                    groups = RankGroups.Of(_plain, placement.Order);
                    Shardings.Place(groups);
                    isPlaced = true;
                }

                var body = Body(dense, exchange, overlap);
                var host = StepPlans.HostSeconds(body, costs.Parameters, overlap, question.Limits.Graphs);
                _columns.Fill(policies, dense, body, host, costs.Age, space.Layers, LongestPass());
                if (_columns.Count == 0)
                {
                    _tally.Add(RuledOut.Placement, _each);
                    continue;
                }

                Plans(placement, sequence, overlap, Pipeline.TransferSeconds(dense.Shard, groups.StagePair, stages));
            }
        }
    }

    /// <summary>Every sharding under every split and schedule.</summary>
    private void Plans(Placement placement, SequenceChoice sequence, Overlap overlap, double transfer)
    {
        var choices = space.Pipelines.Choices(_layout);
        StrategyCount done = 0;
        for (var i = 0; i < choices.Length; i++)
        {
            var pipeline = PipelineAt(choices, i);
            var most = space.Pipelines.MostOffloaded(choices[i], _layout.Pipeline);
            var stage = _microBatches * Math.Max(pipeline.Full, pipeline.Headed) * _columns.ShortestPass;
            if (_jitter * (stage + costs.Parameters.FixedStepS) >= _threshold)
            {
                // Choices come with the emptiest fullest stage first: none after this one is faster.
                _tally.Add(RuledOut.Plan, _each - done);
                return;
            }

            var moved = Pipeline.Transfers(costs.Parameters, _microBatches, choices[i].VirtualStages, _layout.Pipeline, transfer);
            var slowest = Math.Max(stage, _microBatches * ((pipeline.Headed * _columns.ShortestPass) + (pipeline.HeadShare * _columns.HeadSeconds)));
            var around = (pipeline.Bubble * (_columns.ShortestPass + _columns.HeadSeconds)) + moved + costs.Parameters.FixedStepS;
            if (_jitter * (slowest + around) >= _threshold)
            {
                var ruledOut = space.ShardingCount(_layout) * policies.Policies * (most + 1);
                _tally.Add(RuledOut.Plan, ruledOut);
                done += ruledOut;
                continue;
            }

            foreach (var sharding in Shardings.Under(choices[i].Schedule, pipeline.Weights))
            {
                var strategies = (StrategyCount)(sharding.Overlaps * policies.Policies) * (most + 1);
                done += strategies;
                var plan = new StepPlan<Scalar>(
                    new(pipeline.Full), new(pipeline.Headed), new(pipeline.HeadShare), new(pipeline.HeadFloor), new(1.0 / _layout.Pipeline),
                    new(pipeline.Bubble), new(_microBatches), new(costs.Parameters.DataHidden * pipeline.Hidden),
                    new(moved + sharding.Optimizer + costs.Parameters.FixedStepS), new(sharding.Memory.HostWeights / _hostRate), new(_hostRate),
                    new(sharding.Memory.Total), new(pipeline.KeptLayers), new(pipeline.InFlight), new(_jitter));
                if (_jitter * (slowest + around + sharding.Optimizer) >= _threshold)
                {
                    _tally.Add(RuledOut.Plan, strategies);
                    continue;
                }

                var kept = Math.Max(0, pipeline.KeptLayers - most) * pipeline.InFlight * _columns.LeastKept;
                var room = _hostCapacity - sharding.Memory.HostWeights - sharding.Memory.HostOptimizerState;
                if (sharding.Memory.Total + kept > _capacity || room < 0)
                {
                    _tally.Add(room < 0 || _columns.Count == policies.Count ? RuledOut.Memory : RuledOut.Plan, strategies);
                    continue;
                }

                var traffic = Shardings.Traffic(sharding);
                if (_columns.LeastStep(plan, traffic) >= _threshold)
                {
                    _tally.Add(RuledOut.Plan, strategies);
                    continue;
                }

                Evaluate(new Found(0, placement, sequence, overlap, choices[i], sharding.Choice, 0, 0), plan, traffic, room, most, sharding.Overlaps);
            }
        }
    }

    private void Evaluate(in Found candidate, in StepPlan<Scalar> plan, in DataTraffic traffic, double hostRoom, int most, int overlaps)
    {
        var evaluated = (StrategyCount)(_columns.Count * overlaps);
        _tally.Evaluated += evaluated;
        _tally.Add(RuledOut.Plan, (StrategyCount)((policies.Count - _columns.Count) * overlaps) * (most + 1));
        _tally.Add(RuledOut.Offload, evaluated * most);
        _tally.Add(RuledOut.Same, (StrategyCount)((policies.Policies - policies.Count) * overlaps) * (most + 1));
        var seconds = _threshold;
        var column = _columns.Fastest(plan, traffic, _capacity, hostRoom, most, ref seconds, out var offloaded);
        if (column < 0)
        {
            return;
        }

        var pass = _columns.At(column);
        var pace = StepFormula<Scalar>.Pace(pass, plan, new(offloaded));
        var lanes = traffic.Single();
        var data = Overlap.None;
        data |= Overlaps(lanes.ReduceSeconds, StepFormula<Scalar>.ReduceRoom(pace, plan), traffic.Reduce) ? Overlap.GradientReduce : 0;
        data |= Overlaps(lanes.GatherSeconds, StepFormula<Scalar>.GatherRoom(pace, plan), traffic.Gather) ? Overlap.ParameterGather : 0;
        _threshold = seconds;
        _best = candidate with { Seconds = seconds, Overlap = candidate.Overlap | data, Policy = _columns.Policy(column), Offloaded = (int)offloaded };
    }

    private static bool Overlaps(Scalar seconds, Scalar room, (bool MayOverlap, bool MayWait) choice) =>
        choice.MayOverlap && (!choice.MayWait || StepFormula<Scalar>.Beside(seconds, room).Value <= seconds.Value);

    private PipelinePlan PipelineAt(PipelineChoice[] choices, int index)
    {
        while (_pipelines.Count <= index)
        {
            _pipelines.Add(PipelinePlan.Of(choices[_pipelines.Count].On(_plain), space.Layers, _microBatches));
        }

        return _pipelines[index];
    }

    private Strategy ToStrategy(in Found found) => found.Sharding.On(found.Pipeline.On(found.Sequence.On(_plain))) with
    {
        Order = found.Placement.Order,
        Overlap = found.Overlap,
        Recompute = policies[found.Policy],
        OffloadedLayers = found.Offloaded,
    };

    private readonly record struct Found(
        double Seconds, Placement Placement, SequenceChoice Sequence, Overlap Overlap, PipelineChoice Pipeline, ShardingChoice Sharding, int Policy, int Offloaded);
}
