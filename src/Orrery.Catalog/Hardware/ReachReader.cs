using Orrery.Catalog.Yaml;
using Orrery.Domain.Hardware;
using Orrery.Quantities;

namespace Orrery.Catalog.Hardware;

/// <summary>Reads what a collective library reaches: four values for all operations, and operations measured on their own.</summary>
internal static class ReachReader
{
    public static CollectiveReach Read(MappingReader reach) => new(
        reach.Quantity<Scalar>("fraction"),
        reach.Quantity<Seconds>("startup"),
        reach.Quantity<Seconds>("startup_per_rank"),
        reach.Quantity<Bytes>("half_size"))
    {
        AllReduce = Operation(reach, "all_reduce"),
        AllGather = Operation(reach, "all_gather"),
        ReduceScatter = Operation(reach, "reduce_scatter"),
        AllToAll = Operation(reach, "all_to_all"),
        InNetwork = Operation(reach, "in_network"),
        OneShot = Operation(reach, "one_shot"),
    };

    private static OperationReach? Operation(MappingReader reach, string key) => reach.OptionalMapping(key) is not { } operation
        ? null
        : new OperationReach(
            operation.Number("fraction").Value,
            operation.Number("pair_loss").Value,
            operation.Number("crowding").Value,
            operation.Quantity<Seconds>("startup").Value.Value,
            operation.Quantity<Seconds>("startup_per_rank").Value.Value,
            operation.Quantity<Bytes>("half_size").Value.Value);
}
