using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Evidence.Training;

/// <summary>What a row's columns of one word say: precision, sharding, overlaps.</summary>
internal static class RowWords
{
    public static TrainingPrecision? Precision(TrainingRow row, string stated)
    {
        var text = stated.ToLowerInvariant();
        return text switch
        {
            "" => null,
            _ when text.StartsWith("fp16", StringComparison.Ordinal) => TrainingPrecision.Fp16,
            _ when text.StartsWith("mxfp8", StringComparison.Ordinal) || text is "fp8-mx" or "fp8_mx" => TrainingPrecision.Mxfp8,
            _ when text.StartsWith("nvfp4", StringComparison.Ordinal) || text.StartsWith("fp4", StringComparison.Ordinal) => TrainingPrecision.Nvfp4,
            _ when text.StartsWith("int8", StringComparison.Ordinal) => TrainingPrecision.Int8,
            _ when text.StartsWith("bf16", StringComparison.Ordinal) => TrainingPrecision.Bf16,
            _ when text.Contains("blk", StringComparison.Ordinal) || text == "fp8+bf16" => TrainingPrecision.Fp8Block,
            _ when text.StartsWith("fp8", StringComparison.Ordinal) => row.Settings.Contains("rowwise", StringComparison.Ordinal) ? TrainingPrecision.Fp8Rowwise : TrainingPrecision.Fp8,
            _ => null,
        };
    }

    public static Sharding Sharding(TrainingRow row, SourceRules source)
    {
        var text = (row.Sharding.Length > 0 ? row.Sharding : source.Sharding).ToLowerInvariant();
        return text switch
        {
            "none" => Domain.Strategies.Sharding.None,
            _ when text.Contains("hsdp", StringComparison.Ordinal) => Domain.Strategies.Sharding.Hsdp,
            _ when text.Contains("zero2", StringComparison.Ordinal) || text.Contains("zero-2", StringComparison.Ordinal) => Domain.Strategies.Sharding.Zero2,
            _ when text.Contains("fsdp", StringComparison.Ordinal) || text.Contains("zero3", StringComparison.Ordinal) || text.Contains("zero-3", StringComparison.Ordinal) => Domain.Strategies.Sharding.Zero3,
            _ => Domain.Strategies.Sharding.Zero1,
        };
    }

    /// <summary>How tokens reach experts: a plain all-to-all, as frameworks do unless told otherwise, where neither row nor source names a dispatcher.</summary>
    public static ExpertDispatch Dispatch(TrainingRow row, SourceRules source)
    {
        var text = row.Dispatcher.Length > 0 ? row.Dispatcher : source.Dispatcher;
        return text.Length == 0 || text.StartsWith("alltoall", StringComparison.OrdinalIgnoreCase) ? ExpertDispatch.AllToAll : ExpertDispatch.Deduplicated;
    }

    private static bool IsOn(string text) => text == "1" || text.Equals("true", StringComparison.OrdinalIgnoreCase);

    public static Overlap Overlaps(TrainingRow row, SourceRules source)
    {
        var overlap = Overlap.None;
        if (row.TensorOverlap.Length == 0 ? source.TensorOverlap || row.Settings.Contains("AsyncTP", StringComparison.Ordinal) : IsOn(row.TensorOverlap))
        {
            overlap |= Overlap.TensorParallel;
        }

        if (row.ExpertOverlap.Length == 0 ? source.ExpertOverlap : IsOn(row.ExpertOverlap))
        {
            overlap |= Overlap.ExpertParallel;
        }

        if (row.DataOverlap.Length == 0 ? source.DataOverlap : row.DataOverlap.Contains("grad_reduce=True", StringComparison.Ordinal))
        {
            overlap |= Overlap.GradientReduce;
        }

        if (row.DataOverlap.Length == 0 ? source.DataOverlap : row.DataOverlap.Contains("param_gather=True", StringComparison.Ordinal))
        {
            overlap |= Overlap.ParameterGather;
        }

        return overlap;
    }
}
