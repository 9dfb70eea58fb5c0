using System.CommandLine;
using Orrery.Cli.Shell;

namespace Orrery.Cli.Validate;

/// <summary><c>--write-docs</c>: also write what the repository shows of a validation.</summary>
internal sealed class WriteDocsOption(string description)
{
    public Option<bool> Option { get; } = new("--write-docs") { Description = description };

    /// <summary>Whether it was given; throws where the catalog is not the shipped one.</summary>
    public bool Read(ParseResult parsed)
    {
        var isAsked = parsed.GetValue(Option);
        if (isAsked && Tool.OwnCatalogFolder is not null)
        {
            throw BadInput.Because(CommandLineCode.Conflict, "--write-docs is for the shipped catalog, and ORRERY_CATALOG adds another", "run it without ORRERY_CATALOG");
        }

        return isAsked;
    }
}
