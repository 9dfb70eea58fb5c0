namespace Orrery.Cli.Shell;

/// <summary>Stable codes for mistakes on the command line; those in files have their own, ORR01xx.</summary>
internal static class CommandLineCode
{
    public const string UnknownWord = "ORR0201";
    public const string BadValue = "ORR0202";
    public const string Missing = "ORR0203";

    /// <summary>Options that do not go together.</summary>
    public const string Conflict = "ORR0204";

    /// <summary>The question needs a fact that the catalog lacks.</summary>
    public const string MissingFact = "ORR0206";
    public const string Unreadable = "ORR0207";

    /// <summary>A framework has no setting for part of a strategy.</summary>
    public const string NotCarried = "ORR0209";
    public const string OurFault = "ORR0901";
}
