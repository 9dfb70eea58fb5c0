using Orrery.Analysis.Training;
using Orrery.Domain.Strategies;

namespace Orrery.Planning.Training;

/// <summary>Routed experts of one micro-batch on one rank.</summary>
internal sealed class RoutedShard(Shard shard, in BodyCost body, Overlap mostHidden)
{
    private double _leastExchange = double.NaN;

    public Shard Shard { get; } = shard;
    public BodyCost Body { get; } = body;
    public double ComputeSeconds { get; } = body.Total.Forward.Total + body.Total.Backward.Total;
    public double AllBytes { get; } = body.Total.UnsavedBytes;
    public PlacedExchanges Expert { get; } = new(ExchangeKind.Expert, shard, body.Runs, mostHidden);
    public PlacedExchanges ExpertTensor { get; } = new(ExchangeKind.ExpertTensor, shard, body.Runs, mostHidden);

    /// <summary>As <see cref="DenseShard.LeastExchange"/>, of both groups.</summary>
    public double LeastExchange => double.IsNaN(_leastExchange)
        ? _leastExchange = Expert.Nearest(Shard.Strategy.ExpertParallel) + ExpertTensor.Nearest(Shard.Strategy.ExpertTensorParallel)
        : _leastExchange;
}
