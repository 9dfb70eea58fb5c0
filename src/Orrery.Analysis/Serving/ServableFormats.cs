using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Workloads;

namespace Orrery.Analysis.Serving;

/// <summary>Which weight formats a chip can serve with.</summary>
public static class ServableFormats
{
    /// <summary>Why a chip cannot serve a format; null where it can: it has the peak and the kernels, or widens the format as engines do.</summary>
    /// <param name="isExperts">Asked of grouped expert products instead of dense ones.</param>
    public static string? WhyNot(WeightFormat format, Chip chip, bool isExperts)
    {
        if (chip.Kernels is not { } kernels)
        {
            return $"chip '{chip.Id}' has no kernel profile";
        }

        try
        {
            WeightRecipe.Of(format, chip, isExperts ? "MoE" : "GEMM", isExperts ? kernels.Moe.ContainsKey : kernels.Gemm.ContainsKey);
            return null;
        }
        catch (MissingFactException missing)
        {
            return missing.Message;
        }
    }

    /// <summary>Whether a chip can serve a model in such formats.</summary>
    public static bool Are(ServingPrecision precision, Transformer model, Chip chip) =>
        WhyNot(precision.Dense, chip, isExperts: false) is null
        && (!model.IsMixtureOfExperts || WhyNot(precision.Experts, chip, isExperts: true) is null);

    /// <summary>Bytes a stored weight takes, scales included.</summary>
    public static double StoredBytes(WeightFormat format) => WeightRecipe.StoredBytes(format);
}
