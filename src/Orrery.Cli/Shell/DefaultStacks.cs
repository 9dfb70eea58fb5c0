using Orrery.Catalog;
using Orrery.Domain;
using Orrery.Domain.Hardware;

namespace Orrery.Cli.Shell;

/// <summary>Which software stack a chip is used with where nobody names one.</summary>
internal static class DefaultStacks
{
    private const string Sheet = "default-software";

    public static string For(OrreryCatalog catalog, Chip chip) =>
        catalog.Policy(Sheet).Texts.TryGetValue(chip.Vendor, out var stack)
            ? stack
            : throw new MissingFactException($"no default software stack is known for chips of {chip.Vendor}; name one with --stack");
}
