namespace Orrery.Domain.Diagnostics;

/// <summary>The stable codes, one a kind of mistake, whatever the file's format.</summary>
public static class DiagnosticCode
{
    /// <summary>The file breaks its format's syntax.</summary>
    public const string Syntax = "ORR0101";

    /// <summary>The file is larger or nested deeper than the reader accepts.</summary>
    public const string TooLarge = "ORR0102";

    /// <summary>A value cannot be read as the quantity or kind expected there.</summary>
    public const string BadValue = "ORR0103";
    public const string MissingKey = "ORR0104";
    public const string UnknownKey = "ORR0105";
    public const string DuplicateKey = "ORR0106";

    /// <summary>A value says neither where it comes from nor how sure it is.</summary>
    public const string NoSource = "ORR0107";

    /// <summary>A value below "published" carries no range.</summary>
    public const string NoRange = "ORR0108";

    /// <summary>Low and high do not bracket the value.</summary>
    public const string BadRange = "ORR0109";

    /// <summary>A number outside what is possible.</summary>
    public const string OutOfRange = "ORR0110";
    public const string UnknownSource = "ORR0111";

    /// <summary>The id in the file is not the file's name.</summary>
    public const string IdMismatch = "ORR0112";
    public const string DuplicateName = "ORR0113";

    /// <summary>No chip, system, model or other thing of that name.</summary>
    public const string UnknownName = "ORR0114";

    /// <summary>Nothing refers to this file, or the reader does not know its folder.</summary>
    public const string Orphan = "ORR0115";
    public const string Unreadable = "ORR0116";

    /// <summary>An override names a path that the file has no value at.</summary>
    public const string UnknownPath = "ORR0117";
}
