using System.CommandLine;
using Orrery.Cli.Shell;

namespace Orrery.Cli.Validate;

/// <summary><c>--rows</c>: measured rows of one's own in place of the shipped ones.</summary>
/// <param name="what">What becomes of the rows: "judge by".</param>
/// <param name="shipped">The shipped file, or folder of tables.</param>
/// <param name="expected">What a file of one's own must be.</param>
internal sealed class RowsOption(string what, string shipped, string expected)
{
    public Option<string?> Option { get; } = new("--rows") { Description = $"Measured rows to {what} instead of the shipped ones: {expected}", HelpName = "FILE" };

    /// <summary>The rows to read; throws where there are none at the path given, or where an option is for the shipped ones only.</summary>
    /// <param name="shippedOnly">Options that were given and speak of the shipped rows.</param>
    public string Read(ParseResult parsed, params ReadOnlySpan<string> shippedOnly)
    {
        var chosen = parsed.GetValue(Option);
        if (chosen is not null && shippedOnly.Length > 0)
        {
            throw BadInput.Because(CommandLineCode.Conflict, $"{shippedOnly[0]} is for the shipped rows, and --rows names others");
        }

        var path = chosen ?? Tool.Evidence(shipped);
        var takesFolder = Directory.Exists(Tool.Evidence(shipped));
        if (Directory.Exists(path) && !takesFolder)
        {
            throw BadInput.Because(CommandLineCode.Unreadable, $"'{path}' is a folder, expected {expected}");
        }

        if (!File.Exists(path) && !Directory.Exists(path))
        {
            throw BadInput.Because(CommandLineCode.Unreadable, $"there is no file{(takesFolder ? " or folder" : "")} '{path}', expected {expected}");
        }

        return path;
    }
}
