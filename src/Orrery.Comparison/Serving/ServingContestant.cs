using Orrery.Analysis.Serving;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Workloads;
using Orrery.Planning.Serving;

namespace Orrery.Comparison.Serving;

/// <summary>One side of a comparison of serving: what is asked of the planner of deployments for it.</summary>
/// <param name="Text">As it was asked for: "gb200-nvl72" or "gb200-nvl72:144".</param>
/// <param name="Question">Its formats are those that it may choose from at its fastest.</param>
public sealed record ServingContestant(string Text, ServingPlanQuestion Question)
{
    public Cluster Cluster => Question.Cluster;

    public string Name => Cluster.Chips == Cluster.System.Chips
        ? Cluster.System.Name
        : FormattableString.Invariant($"{Cluster.System.Name} ({Cluster.Chips} chips)");
}

/// <summary>Formats that a chip may serve a published checkpoint in.</summary>
public static class FormatChoice
{
    /// <summary>The checkpoint's own format, as published.</summary>
    public static ServingPrecision AsPublished(Transformer model, CacheFormat cache) => new(
        model.Checkpoint?.Dense ?? WeightFormat.Bf16, model.Checkpoint?.Experts ?? model.Checkpoint?.Dense ?? WeightFormat.Bf16, cache);

    /// <summary>
    /// The checkpoint's format where the chip can serve it, else the first of FP8, INT8 and BF16 that it can; and NVFP4 beside it where the chip
    /// multiplies 4-bit numbers. Empty where it can serve none.
    /// </summary>
    public static IReadOnlyList<ServingPrecision> Fastest(Transformer model, Chip chip, CacheFormat cache) =>
    [
        .. Widths(model, cache).Where(precision => ServableFormats.Are(precision, model, chip)).Take(1),
        .. chip.MatmulPeak(NumberFormat.Fp4) is null
            ? []
            : new[] { ServingPrecision.All(WeightFormat.Nvfp4, cache) }.Where(precision => ServableFormats.Are(precision, model, chip)),
    ];

    /// <summary>The first of the checkpoint's format, FP8, INT8 and BF16 that every chip can serve; null where there is none.</summary>
    public static ServingPrecision? Shared(Transformer model, IReadOnlyList<Chip> chips, CacheFormat cache) =>
        Widths(model, cache).FirstOrDefault(precision => chips.All(chip => ServableFormats.Are(precision, model, chip)));

    private static IEnumerable<ServingPrecision> Widths(Transformer model, CacheFormat cache) =>
        new[] { WeightFormat.Fp8, WeightFormat.Int8, WeightFormat.Bf16 }.Select(format => ServingPrecision.All(format, cache)).Prepend(AsPublished(model, cache)).Distinct();
}
