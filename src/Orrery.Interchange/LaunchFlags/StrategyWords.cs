using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Interchange.LaunchFlags;

/// <summary>The words that gaps are named by, those of the command line where it has them.</summary>
internal static class StrategyWords
{
    private static readonly (Recompute Part, string Word)[] RecomputeParts =
    [
        (Recompute.CoreAttention, "core-attention"),
        (Recompute.Attention, "attention"),
        (Recompute.LatentUpProjection, "mla-up-proj"),
        (Recompute.Normalization, "norm"),
        (Recompute.Activation, "activation"),
        (Recompute.FeedForward, "mlp"),
        (Recompute.Experts, "experts"),
        (Recompute.SharedExpert, "shared-expert"),
        (Recompute.StateSpace, "state-space"),
        (Recompute.AlternateGemms, "alternate-gemms"),
        (Recompute.AlternateLayers, "alternate-layers"),
        (Recompute.Full, "full"),
        (Recompute.WithoutLast, "without-last"),
    ];

    /// <summary>The single parts of a combination, smallest modules first.</summary>
    public static IEnumerable<Recompute> Parts(this Recompute recompute) =>
        RecomputeParts.Select(entry => entry.Part).Where(part => (recompute & part) != 0);

    public static string Word(this Recompute part) => "recompute " + RecomputeParts.Single(entry => entry.Part == part).Word;

    public static string Word(this PipelineSchedule schedule) => schedule switch
    {
        PipelineSchedule.ZeroBubble => "zero-bubble",
        PipelineSchedule.DualPipe => "dualpipe",
        _ => "1f1b",
    };

    public static string Word(this Sharding sharding) => sharding switch
    {
        Sharding.Zero1 => "zero1",
        Sharding.Zero2 => "zero2",
        Sharding.Zero3 => "zero3",
        Sharding.Hsdp => "hsdp",
        _ => "none",
    };

    public static string Word(this GraphCapture graphs) => graphs switch
    {
        GraphCapture.Partial => "partial",
        GraphCapture.FullIteration => "full",
        _ => "none",
    };

    public static string Word(this TrainingPrecision precision) => precision switch
    {
        TrainingPrecision.Fp16 => "fp16",
        TrainingPrecision.Fp8 => "fp8",
        TrainingPrecision.Fp8Block => "fp8-block",
        TrainingPrecision.Fp8Rowwise => "fp8-rowwise",
        TrainingPrecision.Mxfp8 => "mxfp8",
        TrainingPrecision.Nvfp4 => "nvfp4",
        TrainingPrecision.Int8 => "int8",
        _ => "bf16",
    };

    public static bool Has(this Recompute all, Recompute part) => (all & part) != 0;

    public static bool Has(this Overlap all, Overlap part) => (all & part) != 0;

    public static bool Has(this Offload all, Offload part) => (all & part) != 0;
}
