using System.CommandLine;
using System.Text.Json.Nodes;
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
        var rows = new RowsOption("play", "training.csv", "a CSV file with the columns of evidence/training.csv");
        var write = new WriteDocsOption("Also write its section of docs/accuracy.md");
        return new Command("timeline", "Training steps played event by event: what the closed form makes of bubble, imbalance, transfers, context parallelism, jitter") { rows.Option, write.Option }.Answers(
            parsed =>
            {
                var writeDocs = write.Read(parsed);
                var path = writeDocs ? rows.Read(parsed, "--write-docs") : rows.Read(parsed);
                var report = TimelineValidation.Run(
                    Tool.OpenCatalog(), path, Tool.Evidence("training-sources.yaml"), Tool.Evidence("timeline-rows.csv"), Iterations, Progress.Watch("playing"));
                if (writeDocs)
                {
                    AccuracySections.Write(Tool.Home, AccuracySections.Timeline, TimelineDocs.Section(report));
                }

                return Answer(path, report);
            },
            hasTable: true);
    }

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
