using Orrery.Analysis.Training;
using Orrery.Domain.Strategies;

namespace Orrery.Planning.Training.Costs;

/// <summary>Everything but routed experts of one micro-batch on one rank, computed once for all strategies that share it.</summary>
internal sealed class DenseShard(Shard shard, in BodyCost body, in LayerCost head, double hostSeconds, Overlap mostHidden, GroupPlaces places)
{
    private double _leastExchange = double.NaN;

    public Shard Shard { get; } = shard;
    public BodyCost Body { get; } = body;

    /// <summary>Forward and backward seconds of all layers without any exchange, and of the head.</summary>
    public double ComputeSeconds { get; } = body.Total.Forward.Total + body.Total.Backward.Total;
    public double HeadForward { get; } = head.Forward.Total;
    public double HeadBackward { get; } = head.Backward.Total;
    public double HeadSeconds => HeadForward + HeadBackward;
    public double HostSeconds { get; } = hostSeconds;

    /// <summary>Bytes that all layers keep of a micro-batch when nothing runs again.</summary>
    public double AllBytes { get; } = body.Total.UnsavedBytes;

    public PlacedExchanges Tensor { get; } = new(ExchangeKind.Tensor, shard.Strategy.TensorParallel, shard, body.Runs, mostHidden, places);
    public PlacedExchanges Context { get; } = new(ExchangeKind.Context, shard.Strategy.ContextParallel, shard, body.Runs, mostHidden, places);

    /// <summary>Exposed seconds of tensor-parallel exchanges wherever the group lies best. Computed when first asked for; twice if two threads ask at once.</summary>
    public double LeastExchange => double.IsNaN(_leastExchange) ? _leastExchange = Tensor.Nearest() : _leastExchange;
}

/// <summary>
/// The shards of one micro-batch, one for each use of sequence parallelism in the space's order. Computed when first asked for; twice,
/// to the same digits, if two threads ask at once.
/// </summary>
internal sealed class DenseShards(int count, Func<int, DenseShard> create)
{
    private readonly DenseShard?[] _known = new DenseShard?[count];

    public int Count => _known.Length;

    public DenseShard this[int sequence] => _known[sequence] ??= create(sequence);
}
