using Orrery.Catalog;
using Orrery.Comparison.Effective;
using Orrery.Domain.Hardware;

namespace Orrery.Policy.Fleets;

/// <summary>H100 equivalents of chips on paper, by each of the definitions that <see cref="PaperEquivalents"/> has.</summary>
public sealed class PaperH100e(OrreryCatalog catalog)
{
    private readonly Dictionary<string, PaperEquivalents> _known = [];

    /// <summary>Of one chip; 0 where it has no format that the definition counts.</summary>
    public double Of(Chip chip, H100Count count)
    {
        if (!_known.TryGetValue(chip.Id, out var paper))
        {
            paper = PaperEquivalents.Of(catalog, chip);
            _known.Add(chip.Id, paper);
        }

        return count switch { H100Count.Tpp => paper.Tpp, H100Count.EightBit => paper.EightBit, _ => paper.Epoch } ?? 0;
    }
}
