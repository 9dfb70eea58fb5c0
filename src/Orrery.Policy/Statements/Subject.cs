using Orrery.Catalog;
using Orrery.Domain.Hardware;

namespace Orrery.Policy.Statements;

/// <summary>What a statement's subject is in the catalog: so many of a chip.</summary>
internal sealed record Subject(Chip Chip, double Chips, double Launch)
{
    /// <summary>Null where the catalog has neither a system nor a chip of that name.</summary>
    public static Subject? Find(OrreryCatalog catalog, string text)
    {
        var (name, count) = SystemText.Split(text);
        if (catalog.FindChip(name) is { } chip)
        {
            return new Subject(chip, count ?? 1, chip.Launch?.Value ?? double.NaN);
        }

        return catalog.FindSystem(name) is { } system ? new Subject(system.Chip, count ?? system.Chips, system.Launch?.Value ?? double.NaN) : null;
    }
}
