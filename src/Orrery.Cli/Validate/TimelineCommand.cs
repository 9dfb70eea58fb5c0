using System.CommandLine;
using System.Text.Json.Nodes;
using Orrery.Catalog;
using Orrery.Cli.Shell;
using Orrery.Evidence.Timelines;

namespace Orrery.Cli.Validate;

/// <summary><c>orrery validate timeline</c>: measured runs played event by event, beside the closed form.</summary>
internal static class TimelineCommand
{
    /// <summary>Steps with uneven ranks of each run: enough for medians over hundreds of runs.</summary>
    private const int Iterations = 10;

    public static Command Create()
    {
        const string File = "a CSV file with the columns of evidence/training.csv";
        var rows = new Option<string?>("--rows") { Description = $"Measured rows to play instead of the shipped ones: {File}", HelpName = "FILE" };
        var write = new Option<bool>("--write-docs") { Description = "Also write its section of docs/accuracy.md" };
        return new Command("timeline", "Training steps played event by event: what the closed form makes of bubble, imbalance, transfers, context parallelism, jitter") { rows, write }.Answers(
            parsed =>
            {
                var chosen = parsed.GetValue(rows);
                var writeDocs = parsed.GetValue(write);
                if (chosen is not null && writeDocs)
                {
                    throw BadInput.Because(CommandLineCode.Conflict, "--write-docs is for the shipped rows, and --rows names others");
                }

                var path = chosen ?? Evidence("training.csv");
                if (Directory.Exists(path) || !System.IO.File.Exists(path))
                {
                    throw BadInput.Because(CommandLineCode.Unreadable, Directory.Exists(path) ? $"'{path}' is a folder, expected {File}" : $"there is no file '{path}', expected {File}");
                }

                var report = TimelineValidation.Run(
                    OrreryCatalog.Open(Tool.CatalogFolder), path, Evidence("training-sources.yaml"), Evidence("timeline-rows.csv"), Iterations, Progress.Watch("playing"));
                if (writeDocs)
                {
                    AccuracySections.Write(Tool.Home, AccuracySections.Timeline, TimelineDocs.Section(report));
                }

                return Answer(path, report);
            },
            hasTable: true);
    }

    private static string Evidence(string file) => Path.Combine(Tool.EvidenceFolder, file);

    private static Answer Answer(string path, TimelineReport report) => new()
    {
        Schema = "orrery.validate.timeline/1",
        Text = screen => TimelineText.Write(screen, report),
        Inputs = () => new JsonObject { ["kind"] = "timeline", ["rows"] = path, ["iterations"] = report.Iterations },
        Result = () => TimelineJson.Result(report),
        ResultAtTop = true,
        Csv = () => TimelineText.Rows(report),
        Code = report.Rows.Count > 0 ? ExitCode.Answered : ExitCode.No,
    };
}
