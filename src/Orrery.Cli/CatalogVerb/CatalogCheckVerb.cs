using System.CommandLine;
using System.Text.Json.Nodes;
using Orrery.Catalog;
using Orrery.Catalog.Checks;
using Orrery.Cli.Shell;
using Orrery.Domain.Diagnostics;

namespace Orrery.Cli.CatalogVerb;

/// <summary><c>catalog check</c>: everything that is wrong with a catalog folder, all at once.</summary>
internal static class CatalogCheckVerb
{
    public static Command Create()
    {
        var folder = new Argument<string?>("FOLDER") { Description = "The catalog to check (default: the one shipped, with the folder that ORRERY_CATALOG names)", Arity = ArgumentArity.ZeroOrOne };
        return new Command("check", "Read every file and report all that is wrong, each with file, line and column") { folder }
            .Answers(parsed => parsed.GetValue(folder) is { } named ? Check(OrreryCatalog.Open(named)) : Check(Tool.OpenCatalog()), hasTable: false);
    }

    private static Answer Check(OrreryCatalog catalog)
    {
        var findings = CatalogCheck.Run(catalog);
        var errors = findings.Count(finding => finding.Severity == Severity.Error);
        var files = Enum.GetValues<CatalogKind>().Sum(kind => catalog.Ids(kind).Count);
        return new Answer
        {
            Schema = "orrery.catalog.check/1",
            Inputs = () => new JsonObject { ["folder"] = catalog.Folder, ["own"] = catalog.OwnFolder },
            Result = () => new JsonObject { ["files"] = files, ["errors"] = errors, ["warnings"] = findings.Count - errors },
            Text = screen =>
            {
                if (errors == 0)
                {
                    screen.Line($"{files} files, nothing wrong{(findings.Count > 0 ? $"; {findings.Count} warnings" : "")}.");
                }
            },
            Diagnostics = findings,
            Code = errors > 0 ? ExitCode.BadInput : ExitCode.Answered,
        };
    }
}
