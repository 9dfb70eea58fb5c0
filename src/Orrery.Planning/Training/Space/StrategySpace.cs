using System.Collections.Concurrent;
using Orrery.Analysis.Training;
using Orrery.Domain.Models;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Planning.Training.Space;

/// <summary>
/// Every strategy that a question allows, one dimension a method. <see cref="All"/> is the definition: what the search covers,
/// in order, and what its count counts. Choices that would make no difference (a rank order of groups of one, what to do with
/// replicas there are none of) are there once.
/// </summary>
internal sealed class StrategySpace
{
    private const Overlap DataOverlap = Overlap.GradientReduce | Overlap.ParameterGather;

    private readonly PlanQuestion _question;
    private readonly PlanLimits _limits;
    private readonly int _layers;
    private readonly int[] _tensors;
    private readonly int[] _contexts;
    private readonly int[] _pipelines;
    private readonly int[] _data;
    private readonly int[] _experts;
    private readonly int[] _expertTensors;
    private readonly ConcurrentDictionary<long, ExpertChoice[]> _expertsOf = new();
    private readonly RankOrder[][] _orders = new RankOrder[32][];
    private readonly Dictionary<int, int[]> _microBatches;
    private readonly ShardingOption[]?[,] _shardings;
    private readonly SequenceChoice[] _sequences;
    private readonly SequenceChoice[] _single = [default];
    private readonly Overlap[][] _exchangeOverlaps;

    public StrategySpace(PlanQuestion question)
    {
        _question = question;
        _limits = question.Limits;
        var (workload, chips) = (question.Workload, Math.Min(question.Cluster.Chips, question.Limits.Chips.Most));
        var model = workload.Model;
        _layers = model.LayerCount + model.MultiTokenPrediction;
        var heads = model.Layers.Select(run => run.Layer.Mixer).OfType<Mixer>().Aggregate(0, (all, mixer) => Gcd(all, mixer.DealtHeads));
        _tensors = Divisors(heads, chips, _limits.Tensor);
        _contexts = Divisors(workload.SequenceLength, chips, _limits.Context);
        _pipelines = [.. Enumerable.Range(1, Math.Min(_layers, chips)).Where(_limits.Pipeline.Allows)];
        _data = Divisors(workload.GlobalBatch, chips, _limits.Data);
        var mixtures = model.Layers.Select(run => run.Layer.FeedForward).OfType<MixtureOfExperts>().ToList();
        _experts = mixtures.Count == 0 ? Only(_limits.Expert) : Divisors(mixtures.Aggregate(0, (all, moe) => Gcd(all, moe.Experts)), chips, _limits.Expert);
        _expertTensors = mixtures.Count == 0 ? Only(_limits.ExpertTensor) : Divisors(mixtures.Aggregate(0, (all, moe) => Gcd(all, moe.ExpertInner)), chips, _limits.ExpertTensor);
        AllExperts = [.. _experts.SelectMany(expert => _expertTensors.Select(tensor => (expert, tensor))).Select((pair, index) => new ExpertChoice(pair.expert, pair.tensor, index))];
        Policies = RecomputePolicies.Of(model, _limits.Recompute);
        Pipelines = new PipelineSpace(_limits, _layers, workload.GlobalBatch);
        _microBatches = _data.ToDictionary(data => data, data => Divisors(workload.GlobalBatch / data, int.MaxValue, _limits.MicroBatch));
        _shardings = new ShardingOption[]?[_data.Length + 1, 2];
        _sequences = SequencesOf();
        _exchangeOverlaps = [ExchangeOverlapsOf(false, false), ExchangeOverlapsOf(true, false), ExchangeOverlapsOf(false, true), ExchangeOverlapsOf(true, true)];
        for (var mask = 0; mask < _orders.Length; mask++)
        {
            _orders[mask] = OrdersOf(mask);
        }
    }

    /// <summary>Layers, multi-token-prediction modules included.</summary>
    public int Layers => _layers;

    public IReadOnlyList<Recompute> Policies { get; }

    /// <summary>How stages are split and scheduled.</summary>
    public PipelineSpace Pipelines { get; }

    /// <summary>Expert and expert-TP degrees, whatever ranks there are.</summary>
    public ExpertChoice[] AllExperts { get; }

    /// <summary>Degrees outside experts, with expert degrees and micro-batch left at 1.</summary>
    public IEnumerable<Layout> Grid()
    {
        var most = Math.Min(_question.Cluster.Chips, _limits.Chips.Most);
        foreach (var tensor in _tensors)
        {
            foreach (var context in _contexts)
            {
                foreach (var pipeline in _pipelines)
                {
                    var ranks = (long)tensor * context * pipeline;
                    if (ranks > most)
                    {
                        break;
                    }

                    foreach (var data in _data)
                    {
                        if (ranks * data > most)
                        {
                            break;
                        }

                        if (ranks * data >= _limits.Chips.Least)
                        {
                            yield return new Layout(tensor, context, pipeline, data, 1, 1, 1);
                        }
                    }
                }
            }
        }
    }

    public int[] MicroBatches(int data) => _microBatches[data];

    /// <summary>Expert and expert-TP degrees whose groups divide the ranks of a stage.</summary>
    public ExpertChoice[] Experts(Layout grid)
    {
        // Asked for by tens of thousands of grids, of a few hundred numbers of ranks.
        var ranks = (long)grid.Tensor * grid.Replicas;
        return _expertsOf.TryGetValue(ranks, out var known) ? known
            : _expertsOf[ranks] = Array.FindAll(AllExperts, choice => ranks % ((long)choice.Expert * choice.ExpertTensor) == 0);
    }

    /// <summary>Uses of sequence parallelism, the one that computes least first.</summary>
    public SequenceChoice[] Sequences(int tensor) => tensor == 1 ? _single : _sequences;

    /// <summary>Overlaps of tensor- and expert-parallel exchanges.</summary>
    public Overlap[] ExchangeOverlaps(Layout layout) => _exchangeOverlaps[(layout.Tensor > 1 ? 1 : 0) + (layout.Expert > 1 ? 2 : 0)];

    /// <summary>Whether traffic at the end of a step may run beside compute, and may not.</summary>
    public (bool MayOverlap, bool MayWait) ReduceChoice => Choice(Overlap.GradientReduce);

    public (bool MayOverlap, bool MayWait) GatherChoice => Choice(Overlap.ParameterGather);

    /// <summary>Shardings of a layout, each with the overlaps of its traffic that make a difference.</summary>
    public ShardingOption[] Shardings(Layout layout)
    {
        ref var known = ref _shardings[layout.IsReplicated ? Array.BinarySearch(_data, layout.Data) + 1 : 0, layout.Pipeline > 1 ? 1 : 0];
        return known ??= [.. ShardingsOf(layout)];
    }

    /// <summary>Plans of a layout: splits, schedules, shardings, overlaps of their traffic, what waits in host memory.</summary>
    public StrategyCount PlanCount(Layout layout) => Pipelines.Splits(layout) * ShardingCount(layout);

    /// <summary>Shardings of a layout and the overlaps of their traffic.</summary>
    public StrategyCount ShardingCount(Layout layout)
    {
        var count = 0;
        foreach (var option in Shardings(layout))
        {
            count += option.Overlaps.Length;
        }

        return count;
    }

    /// <summary>Rank orders that differ in groups of more than one rank.</summary>
    public RankOrder[] Orders(Layout layout) => _orders[
        (layout.Tensor > 1 || layout.ExpertTensor > 1 ? 1 << (int)RankAxis.Tensor : 0)
        | (layout.Context > 1 ? 1 << (int)RankAxis.Context : 0)
        | (layout.Expert > 1 ? 1 << (int)RankAxis.Expert : 0)
        | (layout.Data > 1 || layout.ExpertReplicas > 1 ? 1 << (int)RankAxis.Data : 0)
        | (layout.Pipeline > 1 ? 1 << (int)RankAxis.Pipeline : 0)];

    /// <summary>Strategies of one layout.</summary>
    public StrategyCount CountOne(Layout layout) => Pipelines.Splits(layout) * CountOfSplit(layout);

    /// <summary>Strategies of one layout that split and schedule its stages in one way; the same for all micro-batches.</summary>
    public StrategyCount CountOfSplit(Layout layout) => ShardingCount(layout) * ShardCount(layout);

    /// <summary>Strategies of all layouts of a grid.</summary>
    public StrategyCount Count(Layout grid)
    {
        // How experts are dealt changes rank orders, overlaps and whether anything is replicated: small factors to add up, and the large ones once.
        long ways = 0, replicatedWays = 0;
        Layout plain = default, replicated = default;
        foreach (var experts in Experts(grid))
        {
            var layout = experts.Of(grid);
            ref var sum = ref layout.IsReplicated ? ref replicatedWays : ref ways;
            sum += ShardCount(layout);
            (layout.IsReplicated ? ref replicated : ref plain) = layout;
        }

        StrategyCount splits = 0;
        foreach (var micro in MicroBatches(grid.Data))
        {
            splits += Pipelines.Splits(grid with { MicroBatch = micro });
        }

        return splits * ((ways == 0 ? 0 : ShardingCount(plain) * ways) + (replicatedWays == 0 ? 0 : ShardingCount(replicated) * replicatedWays));
    }

    /// <summary>Every strategy, in order. For small spaces and for reading; the search does not walk it.</summary>
    public IEnumerable<Strategy> All() =>
        from grid in Grid()
        from micro in MicroBatches(grid.Data)
        from experts in Experts(grid)
        let layout = experts.Of(grid) with { MicroBatch = micro }
        let plain = layout.ToStrategy(_limits)
        from order in Orders(layout)
        from sequence in Sequences(layout.Tensor)
        from exchangeOverlap in ExchangeOverlaps(layout)
        from policy in Policies
        from pipeline in Pipelines.Choices(layout)
        from sharding in Shardings(layout)
        from dataOverlap in sharding.Overlaps
        from offloaded in Enumerable.Range(0, Pipelines.MostOffloaded(pipeline, layout.Pipeline) + 1)
        select sharding.Choice.On(pipeline.On(sequence.On(plain))) with
        {
            Order = order, Overlap = exchangeOverlap | dataOverlap, Recompute = policy, OffloadedLayers = offloaded,
        };

    /// <summary>Rank orders, uses of sequence parallelism, overlaps of exchanges and recompute policies.</summary>
    private long ShardCount(Layout layout) =>
        (long)Orders(layout).Length * Sequences(layout.Tensor).Length * ExchangeOverlaps(layout).Length * Policies.Count;

    private static bool GathersByLayer(Layout layout, Sharding sharding) =>
        DataExchange.GathersByLayer(PipelineSpace.Stages(layout.Pipeline) with { Sharding = sharding });

    private SequenceChoice[] SequencesOf() => _limits.SequenceParallel switch
    {
        true => [new(true, false), new(true, true)],
        false => [default],
        null => [new(true, false), new(true, true), default],
    };

    private Overlap[] ExchangeOverlapsOf(bool tensor, bool expert)
    {
        if (_limits.Overlap is { } fixedOverlap)
        {
            return [fixedOverlap & ~DataOverlap];
        }

        return (tensor, expert) switch
        {
            (false, false) => [Overlap.None],
            (true, false) => [Overlap.TensorParallel, Overlap.None],
            (false, true) => [Overlap.ExpertParallel, Overlap.None],
            _ => [Overlap.TensorParallel | Overlap.ExpertParallel, Overlap.TensorParallel, Overlap.ExpertParallel, Overlap.None],
        };
    }

    private Overlap[] DataOverlapsOf(Layout layout, Sharding sharding)
    {
        if (_limits.Overlap is { } fixedOverlap)
        {
            return [fixedOverlap & DataOverlap];
        }

        return !layout.IsReplicated || _question.Workload.Task == TrainingTask.Lora || GathersByLayer(layout, sharding) ? [DataOverlap]
            : sharding == Sharding.None ? [DataOverlap, Overlap.ParameterGather]
            : [DataOverlap, Overlap.GradientReduce, Overlap.ParameterGather, Overlap.None];
    }

    private IEnumerable<ShardingOption> ShardingsOf(Layout layout)
    {
        foreach (var sharding in Enum.GetValues<Sharding>())
        {
            if (!layout.IsReplicated ? sharding != Sharding.Zero1 : !_limits.Shardings.Contains(sharding) || (sharding == Sharding.Zero2 && layout.Pipeline > 1))
            {
                continue;
            }

            foreach (var ranks in sharding == Sharding.Hsdp ? Divisors(layout.Data, layout.Data - 1, new DegreeRange(2, int.MaxValue)) : [0])
            {
                foreach (var offload in Offloads(sharding))
                {
                    yield return new ShardingOption(new ShardingChoice(sharding, ranks, offload), DataOverlapsOf(layout, sharding));
                }
            }
        }
    }

    private (bool MayOverlap, bool MayWait) Choice(Overlap which) =>
        _limits.Overlap is { } fixedOverlap ? (fixedOverlap.HasFlag(which), !fixedOverlap.HasFlag(which)) : (true, true);

    private IEnumerable<Offload> Offloads(Sharding sharding)
    {
        yield return Offload.None;
        if (_limits.OffloadOptimizerState)
        {
            yield return Offload.OptimizerState;
        }

        if (_limits.OffloadWeights && sharding is not (Sharding.Zero3 or Sharding.Hsdp))
        {
            yield return Offload.Weights;
            if (_limits.OffloadOptimizerState)
            {
                yield return Offload.Weights | Offload.OptimizerState;
            }
        }
    }

    /// <summary>Of orders that differ only in where axes of degree one stand, the first.</summary>
    private RankOrder[] OrdersOf(int axes)
    {
        if (_limits.Order is { } order)
        {
            return [order];
        }

        var seen = new HashSet<string>();
        return [.. RankOrder.All.Where(candidate => seen.Add(string.Concat(candidate.Axes.ToArray().Where(axis => (axes & (1 << (int)axis)) != 0))))];
    }

    private static int[] Only(DegreeRange range) => range.Allows(1) ? [1] : [];

    private static int[] Divisors(int number, int most, DegreeRange range) =>
        [.. Enumerable.Range(1, Math.Min(number, most)).Where(candidate => number % candidate == 0 && range.Allows(candidate))];

    private static int Gcd(int one, int other) => other == 0 ? one : Gcd(other, one % other);
}
