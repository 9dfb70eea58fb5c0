using Orrery.Domain.Models;

namespace Orrery.Catalog.Models;

/// <summary>A model of the catalog, deeper or wider: <c>llama-3.1-405b with layers=176,hidden=22528</c>.</summary>
internal static class ModelVariant
{
    private static readonly Dictionary<string, Func<Transformer, string, Transformer>> Changes = new(StringComparer.Ordinal)
    {
        ["layers"] = (model, text) => model.WithLayers(VariantText.Whole("layers", text)),
        ["hidden"] = (model, text) => model.WithHidden(VariantText.Whole("hidden", text)),
    };

    /// <exception cref="Domain.Diagnostics.InvalidInputException">A change is unknown or no value, or the model has no such shape; every finding is in it.</exception>
    public static Transformer Apply(Transformer model, string changes) =>
        VariantText.Apply(model, model.Id, changes, Changes, "llama-3.1-405b with layers=176,hidden=22528") with
        {
            Id = VariantText.Id(model.Id, changes), Name = VariantText.Name(model.Name, changes),
        };
}
