using Orrery.Catalog;
using Orrery.Domain.Hardware;

namespace Orrery.Cli.Shell;

/// <summary>Which software stack a chip is used with where nobody names one.</summary>
internal static class DefaultStacks
{
    public static string For(OrreryCatalog catalog, Chip chip) => chip.Vendor;
}
