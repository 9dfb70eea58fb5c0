using System.Text.RegularExpressions;
using Orrery.Analysis.Training;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Software;

namespace Orrery.Comparison.Uncertainty;

/// <summary>What makes a prediction like a published result: the kind of job, the chip's generation, the model's family.</summary>
/// <param name="Class">"dense", "moe", "fsdp" or "tpu", the classes that accuracy is reported by.</param>
public sealed partial record ValidatedGroup(string Class, string Generation, string Family)
{
    /// <param name="stack">The stack it runs, by its catalog id.</param>
    public static ValidatedGroup Of(Transformer model, Cluster cluster, SoftwareStack stack) =>
        new(ClassOf(model, cluster.Chip, stack.Id), cluster.Chip.Generation, FamilyOf(model.Id));

    public static ValidatedGroup Of(TrainingEstimate estimate, SoftwareStack stack) =>
        Of(estimate.Workload.Model, estimate.Cluster, stack);

    public static string ClassOf(Transformer model, Chip chip, string stack) =>
        chip.Vendor == "Google" ? "tpu"
        : stack is "llm-foundry" or "torchtitan" or "maxtext-gpu" ? "fsdp"
        : model.IsMixtureOfExperts ? "moe"
        : "dense";

    /// <summary>The id up to its size: "llama-3.1-405b" is of "llama-3.1", "qwen3-235b-a22b" of "qwen3".</summary>
    public static string FamilyOf(string model)
    {
        var size = SizePattern().Match(model);
        return size.Success ? model[..size.Index] : model;
    }

    [GeneratedRegex(@"-\d+(\.\d+)?(x\d+(\.\d+)?)?[kmbt](-|$)", RegexOptions.CultureInvariant)]
    private static partial Regex SizePattern();
}
