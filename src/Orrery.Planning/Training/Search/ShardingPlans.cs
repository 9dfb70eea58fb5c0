using Orrery.Analysis.Training;
using Orrery.Domain.Strategies;

namespace Orrery.Planning.Training.Search;

/// <summary>What one sharding makes of a stage: bytes, optimizer seconds, and, once groups have their places, traffic.</summary>
/// <param name="Overlaps">Ways that its traffic may overlap.</param>
internal sealed record ShardingPlan(ShardingChoice Choice, Shard Shard, HeldWeights Held, StaticMemory Memory, double Optimizer, int Overlaps)
{
    /// <summary>Under the placement last set; null until asked for.</summary>
    public DataTraffic? Traffic { get; set; }
}

/// <summary>All shardings of one layout, for stages of any share of the layers.</summary>
internal sealed class ShardingPlans(StrategySpace space, ShardCosts costs, Layout layout, DenseShard dense, RoutedShard? routed, Strategy plain)
{
    private readonly List<(PipelineSchedule Schedule, double Weights, ShardingPlan[] Plans)> _known = [];
    private readonly ShardingOption[] _options = space.Shardings(layout);
    private readonly Shard?[] _shards = new Shard?[2 * space.Shardings(layout).Length];
    private RankGroups _groups;

    /// <summary>Sets where groups lie; traffic is computed anew when asked for.</summary>
    public void Place(in RankGroups groups)
    {
        _groups = groups;
        foreach (var (_, _, plans) in _known)
        {
            foreach (var plan in plans)
            {
                plan.Traffic = null;
            }
        }
    }

    /// <summary>Every sharding for a stage that holds a share of all layers' weights.</summary>
    public ShardingPlan[] Under(PipelineSchedule schedule, double weights)
    {
        foreach (var (knownSchedule, share, plans) in _known)
        {
            if (share == weights && (knownSchedule == PipelineSchedule.DualPipe) == (schedule == PipelineSchedule.DualPipe))
            {
                return plans;
            }
        }

        var made = new ShardingPlan[_options.Length];
        for (var i = 0; i < made.Length; i++)
        {
            // Of schedules only whether it is DualPipe matters to what a stage holds.
            ref var shard = ref _shards[(2 * i) + (schedule == PipelineSchedule.DualPipe ? 1 : 0)];
            shard ??= ShardOf(_options[i], schedule);
            made[i] = Plan(_options[i], shard, weights);
        }

        _known.Add((schedule, weights, made));
        return made;
    }

    /// <summary>The traffic of a sharding under the placement last set.</summary>
    public DataTraffic Traffic(ShardingPlan plan)
    {
        plan.Traffic ??= new DataTraffic(
            DataExchange.Of(plan.Shard, _groups, plan.Held), DataExchange.GathersByLayer(plan.Shard.Strategy), space.ReduceChoice, space.GatherChoice,
            layout.Pipeline == 1 ? 1 : 0, costs.Parameters.FsdpContention, costs.Parameters.FsdpExposed);
        return plan.Traffic.Value;
    }

    /// <summary>
    /// Bytes that no sharding needs less of outside activations, for a stage of its share of the layers: the least over kinds of sharding,
    /// each with all that may wait in host memory and over the most ranks.
    /// </summary>
    public double LeastStatic()
    {
        var least = double.PositiveInfinity;
        for (var i = 0; i < _options.Length; i++)
        {
            // Of one kind the last in order shares most widely and keeps most in host memory.
            if (i + 1 == _options.Length || _options[i + 1].Choice.Sharding != _options[i].Choice.Sharding)
            {
                least = Math.Min(least, Total(_options[i]));
                if (_options[i].Choice.Offload.HasFlag(Offload.Weights))
                {
                    // The two layers of offloaded weights that are on the chip can be more than a stage has.
                    least = Math.Min(least, Total(_options[i] with { Choice = _options[i].Choice with { Offload = _options[i].Choice.Offload & ~Offload.Weights } }));
                }
            }
        }

        return least;

        double Total(ShardingOption option) => Plan(option, ShardOf(option, PipelineSchedule.OneForwardOneBackward), 1.0 / layout.Pipeline).Memory.Total;
    }

    private Shard ShardOf(ShardingOption option, PipelineSchedule schedule) => dense.Shard with { Strategy = option.Choice.On(plain) with { Schedule = schedule } };

    private ShardingPlan Plan(ShardingOption option, Shard shard, double weights)
    {
        var held = HeldWeights.Of(shard, dense.Body.Total.DenseWeights, routed?.Body.Total.ExpertWeights ?? 0, weights);
        var memory = StaticMemory.Of(shard, held, space.Layers);
        return new ShardingPlan(option.Choice, shard, held, memory, HostLink.Optimizer(shard, held, memory), option.Overlaps.Length);
    }
}
