using System.Globalization;
using Orrery.Catalog;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;

namespace Orrery.Policy;

/// <summary>SYSTEM (one of it) or SYSTEM:CHIPS, as claims and statements name what they speak of.</summary>
internal static class SystemText
{
    /// <exception cref="InvalidInputException">The system is unknown, or the number is none.</exception>
    public static Cluster Cluster(OrreryCatalog catalog, string text)
    {
        var (name, chips) = Split(text);
        var system = catalog.System(name);
        return new Cluster(system, chips ?? system.Chips);
    }

    /// <summary>The name, and the number of chips where one stands behind it.</summary>
    /// <exception cref="InvalidInputException">What stands behind the colon is no number.</exception>
    public static (string Name, int? Chips) Split(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon < 0 ? (text, null)
            : int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var chips) && chips > 0 ? (text[..colon], chips)
            : throw new InvalidInputException(new Diagnostic(
                Severity.Error, DiagnosticCode.BadValue, $"'{text[(colon + 1)..]}' in '{text}' is not a number of chips", Hint: $"'{text[..colon]}' alone is one system"));
    }
}
