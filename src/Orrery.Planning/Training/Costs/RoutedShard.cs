using Orrery.Analysis.Training;
using Orrery.Domain.Strategies;

namespace Orrery.Planning.Training.Costs;

/// <summary>Routed experts of one micro-batch on one rank.</summary>
internal sealed class RoutedShard(Shard shard, in BodyCost body, Overlap mostHidden, GroupPlaces places)
{
    private double _leastExchange = double.NaN;

    public Shard Shard { get; } = shard;
    public BodyCost Body { get; } = body;
    public double ComputeSeconds { get; } = body.Total.Forward.Total + body.Total.Backward.Total;
    public double AllBytes { get; } = body.Total.UnsavedBytes;
    public PlacedExchanges Expert { get; } = new(ExchangeKind.Expert, shard.Strategy.ExpertParallel, shard, body.Runs, mostHidden, places);
    public PlacedExchanges ExpertTensor { get; } = new(ExchangeKind.ExpertTensor, shard.Strategy.ExpertTensorParallel, shard, body.Runs, mostHidden, places);

    /// <summary>As <see cref="DenseShard.LeastExchange"/>, of both groups.</summary>
    public double LeastExchange => double.IsNaN(_leastExchange)
        ? _leastExchange = Expert.Nearest() + ExpertTensor.Nearest()
        : _leastExchange;
}

/// <summary>Routed experts of so many tokens, one shard for each way to deal experts, in the space's order; as <see cref="DenseShards"/>.</summary>
internal sealed class RoutedShards(int count, Func<int, RoutedShard> create)
{
    private readonly RoutedShard?[] _known = new RoutedShard?[count];
    private double _least = double.NaN;

    public RoutedShard this[int experts] => _known[experts] ??= create(experts);

    /// <summary>The least compute seconds, however experts are dealt.</summary>
    public double Least
    {
        get
        {
            if (double.IsNaN(_least))
            {
                var least = double.PositiveInfinity;
                for (var i = 0; i < _known.Length; i++)
                {
                    least = Math.Min(least, this[i].ComputeSeconds);
                }

                _least = least;
            }

            return _least;
        }
    }
}
