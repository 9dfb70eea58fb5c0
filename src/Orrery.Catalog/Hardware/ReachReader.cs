using Orrery.Catalog.Yaml;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;
using Orrery.Quantities;

namespace Orrery.Catalog.Hardware;

/// <summary>Reads what collectives reach, in a tier or in a kernel profile.</summary>
internal static class ReachReader
{
    private const string OfProfile = "kernel_profile";

    /// <summary>A tier's reach: its own mapping, or the word <c>kernel_profile</c> for that of the chip's profile.</summary>
    public static CollectiveReach Read(MappingReader tier, Chip? chip)
    {
        if (!tier.IsText("reach"))
        {
            return Read(tier.Mapping("reach"));
        }

        var word = tier.Text("reach");
        if (word == OfProfile && chip?.Kernels?.ScaleUpReach is { } measured)
        {
            return measured;
        }

        if (word != OfProfile)
        {
            tier.Error("reach", DiagnosticCode.BadValue, $"'reach' is '{word}', expected a mapping or the word {OfProfile}");
        }
        else if (chip is not null)
        {
            tier.Error("reach", DiagnosticCode.MissingKey, $"'reach' refers to the kernel profile of '{chip.Id}', which has no scale_up_reach");
        }

        return Nothing();
    }

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

    private static OperationReach? Operation(MappingReader reach, string key) => reach.OptionalMapping(key) is not { } leaf
        ? null
        : new OperationReach(
            leaf.Quantity<Scalar>("fraction").Value.Value,
            leaf.OptionalQuantity<Scalar>("pair_loss")?.Value.Value ?? 0,
            leaf.OptionalQuantity<Scalar>("crowding")?.Value.Value ?? 0,
            leaf.Quantity<Seconds>("startup").Value.Value,
            leaf.Quantity<Seconds>("startup_per_rank").Value.Value,
            leaf.Quantity<Bytes>("half_size").Value.Value);

    private static CollectiveReach Nothing() => new(
        new Sourced<Scalar>(default, "", Confidence.Assumed),
        new Sourced<Seconds>(default, "", Confidence.Assumed),
        new Sourced<Seconds>(default, "", Confidence.Assumed),
        new Sourced<Bytes>(default, "", Confidence.Assumed));
}
