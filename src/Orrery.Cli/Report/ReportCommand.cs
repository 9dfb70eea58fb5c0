using System.CommandLine;
using System.Text.Json.Nodes;
using Orrery.Cli.Shell;

namespace Orrery.Cli.Report;

/// <summary><c>orrery report</c>: answers put together to be sent on.</summary>
internal static class ReportCommand
{
    public static Command Create() => new("report", "Answers put together as one page, to be sent on") { Debate() };

    private static Command Debate()
    {
        var folder = new Option<string?>("--out") { Description = "Folder to write debate.html and debate.md to (default: the current one)", HelpName = "FOLDER" };
        return new Command("debate", "The debate, checked: systems, fleets, rules, cost and claims as one self-contained page and as Markdown (some minutes)") { folder }.Answers(
            parsed =>
            {
                var path = parsed.GetValue(folder) ?? ".";
                if (!Directory.Exists(path))
                {
                    throw BadInput.Because(CommandLineCode.Unreadable, $"there is no folder '{path}' to write the report to", "--out names a folder that exists");
                }

                using var interrupt = new Interrupt();
                var document = new DebateReport(new Facts().Catalog, interrupt.Token).Write();
                interrupt.Token.ThrowIfCancellationRequested();
                var (page, text) = (Path.Combine(path, "debate.html"), Path.Combine(path, "debate.md"));
                OutputFile.ReplaceAll(new Dictionary<string, string> { [Path.GetFullPath(page)] = HtmlPage.Write(document), [Path.GetFullPath(text)] = MarkdownPage.Write(document) });
                return new Answer
                {
                    Schema = "orrery.report.debate/1",
                    Text = screen => screen.Line($"Written: {page}, {text}"),
                    Inputs = () => new JsonObject { ["out"] = path },
                    Result = () => new JsonObject { ["files"] = new JsonArray(page, text), ["sections"] = Json.Array(document.Sections, section => section.Title) },
                };
            },
            hasTable: false);
    }
}
