using Orrery.Catalog;
using Orrery.Domain.Models;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Interchange.LaunchFlags;

namespace Orrery.Interchange.Tests.LaunchFlags;

/// <summary>A strategy with every degree above 1, and one case for each other value of each of its fields.</summary>
internal static class LaunchCases
{
    public static readonly LaunchTarget Node = new(ChipsPerNode: 8, ChipsPerDomain: 8);

    public static readonly Strategy Plain = new()
    {
        TensorParallel = 4,
        ContextParallel = 2,
        PipelineParallel = 4,
        DataParallel = 8,
        ExpertParallel = 4,
        MicroBatch = 1,
        Sharding = Sharding.None,
        Dispatch = ExpertDispatch.AllToAll,
    };

    private static readonly Strategy Hybrid = Plain with { Sharding = Sharding.Hsdp, ShardRanks = 4 };

    private static readonly OrreryCatalog Shipped =
        OrreryCatalog.Open(CatalogRoot.Find() ?? throw new InvalidOperationException("no catalog above the test's folder"));

    public static IReadOnlyList<string> Models => Shipped.Ids(CatalogKind.Models);

    public static Transformer Model(string id) => Shipped.Model(id);

    public static TrainingWorkload Workload(string id, TrainingPrecision precision = TrainingPrecision.Bf16) => new(Model(id), 1024, 4096, precision);

    public static LaunchText Write(LaunchFormat format, Strategy strategy, string model = "deepseek-v3") =>
        LaunchFormats.Write(format, Workload(model), strategy, Node);

    /// <summary>A name, a strategy, and the same with one field at another value.</summary>
    public static IEnumerable<(string Name, Strategy Before, Strategy After)> Changes()
    {
        yield return ("tp", Plain, Plain with { TensorParallel = 2 });
        yield return ("pp", Plain, Plain with { PipelineParallel = 2 });
        yield return ("dp", Plain, Plain with { DataParallel = 4 });
        yield return ("cp", Plain, Plain with { ContextParallel = 1 });
        yield return ("vp", Plain, Plain with { VirtualStages = 2 });
        yield return ("ep", Plain, Plain with { ExpertParallel = 8 });
        yield return ("ep beyond dp", Plain, Plain with { ExpertParallel = 16 });
        yield return ("etp", Plain, Plain with { ExpertTensorParallel = 2 });
        yield return ("etp as tp", Plain, Plain with { ExpertTensorParallel = 4 });
        yield return ("mbs", Plain, Plain with { MicroBatch = 2 });
        yield return ("sequence-parallel", Plain, Plain with { SequenceParallel = true });
        yield return ("keep-gathered", Plain, Plain with { KeepGathered = true });
        yield return ("drop-tokens", Plain, Plain with { DropsTokens = true });
        yield return ("shard-ranks", Hybrid, Hybrid with { ShardRanks = 8 });
        yield return ("offload layers", Plain, Plain with { OffloadedLayers = 3 });
        yield return ("offload all layers", Plain, Plain with { OffloadedLayers = 61 });
        yield return ("embedding and loss", Plain, Plain with { EmbeddingAndLossCountAsLayers = true });
        yield return ("edge stages", Plain, Plain with { FirstStageLayers = 14, LastStageLayers = 15 });
        yield return ("first stage", Plain with { FirstStageLayers = 14, LastStageLayers = 15 }, Plain with { FirstStageLayers = 15, LastStageLayers = 15 });
        yield return ("last stage", Plain with { FirstStageLayers = 14, LastStageLayers = 15 }, Plain with { FirstStageLayers = 14, LastStageLayers = 13 });
        yield return ("dispatch", Plain, Plain with { Dispatch = ExpertDispatch.Deduplicated });
        foreach (var sharding in Enum.GetValues<Sharding>().Where(value => value != Sharding.None))
        {
            yield return ("sharding " + sharding, Plain, sharding == Sharding.Hsdp ? Hybrid : Plain with { Sharding = sharding });
        }

        foreach (var schedule in Enum.GetValues<PipelineSchedule>().Where(value => value != default))
        {
            yield return ("schedule " + schedule, Plain, Plain with { Schedule = schedule });
        }

        foreach (var graphs in Enum.GetValues<GraphCapture>().Where(value => value != default))
        {
            yield return ("graphs " + graphs, Plain, Plain with { Graphs = graphs });
        }

        foreach (var overlap in Enum.GetValues<Overlap>().Where(value => value != default))
        {
            yield return ("overlap " + overlap, Plain, Plain with { Overlap = overlap });
        }

        foreach (var offload in Enum.GetValues<Offload>().Where(value => value != default))
        {
            yield return ("offload " + offload, Plain, Plain with { Offload = offload });
        }

        foreach (var part in Enum.GetValues<Recompute>().Where(value => value != default))
        {
            yield return ("recompute " + part, Plain, Plain with { Recompute = part });
        }

        foreach (var order in RankOrder.All.Skip(1))
        {
            yield return ("order " + order, Plain, Plain with { Order = order });
        }
    }

    /// <summary>Pairs of settings of one kind: the second must show beside the first, too.</summary>
    public static IEnumerable<(string Name, Strategy Before, Strategy After)> Additions()
    {
        var recompute = Enum.GetValues<Recompute>().Where(value => value != default).ToList();
        foreach (var first in recompute.Where(part => part != Recompute.Full))
        {
            foreach (var second in recompute.Where(part => part != first && !Within(part, first)))
            {
                yield return ($"recompute {first} and {second}", Plain with { Recompute = first }, Plain with { Recompute = first | second });
            }
        }

        var overlaps = Enum.GetValues<Overlap>().Where(value => value != default).ToList();
        foreach (var first in overlaps)
        {
            foreach (var second in overlaps.Where(part => part != first))
            {
                yield return ($"overlap {first} and {second}", Plain with { Overlap = first }, Plain with { Overlap = first | second });
            }
        }

        yield return ("offload both", Plain with { Offload = Offload.Weights }, Plain with { Offload = Offload.Weights | Offload.OptimizerState });
        yield return ("offload both", Plain with { Offload = Offload.OptimizerState }, Plain with { Offload = Offload.Weights | Offload.OptimizerState });
    }

    /// <summary>The whole attention takes its parts along.</summary>
    private static bool Within(Recompute part, Recompute whole) =>
        whole == Recompute.Attention && part is (Recompute.CoreAttention or Recompute.LatentUpProjection);
}
