using System.CommandLine;
using System.Text.Json.Nodes;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Evidence;
using Orrery.Evidence.Reliability;

namespace Orrery.Cli.Validate;

/// <summary><c>orrery validate reliability</c>: published failures and goodput against the closed form.</summary>
internal static class ReliabilityCommand
{
    // Of a stated figure in a table; what is longer is several of them in words.
    private const int Longest = 16;

    public static Command Create()
    {
        var rows = new RowsOption("judge by", "reliability.csv", "a CSV file with the columns of evidence/reliability.csv");
        return new Command("reliability", "Failures and goodput: what published clusters saw, predicted from rates taken from others of them") { rows.Option }.Answers(
            parsed =>
            {
                var path = rows.Read(parsed);
                var report = ReliabilityValidation.Run(Tool.OpenCatalog(), path, Tool.Evidence("reliability-rows.yaml"));
                return new Answer
                {
                    Schema = "orrery.validate.reliability/1",
                    Text = screen => Write(screen, report),
                    Inputs = () => new JsonObject { ["kind"] = "reliability", ["rows"] = path },
                    Result = () => Result(report),
                    ResultAtTop = true,
                    Csv = () => ValidateText.Rows(report.Report),
                    Code = report.Report.Rows.Count > 0 ? ExitCode.Answered : ExitCode.No,
                };
            },
            hasTable: true);
    }

    private static JsonObject Result(ReliabilityReport report)
    {
        var result = ValidateJson.Result(report.Report);
        result["sets"] = Json.Array(report.Sets, row => new JsonObject
        {
            ["id"] = row.Id,
            ["metric"] = row.Metric,
            ["measured"] = row.Value,
            ["predicted"] = Json.Of(row.Predicted),
            ["unit"] = row.Unit,
            ["sets"] = row.Why,
        });
        result["read_as"] = new JsonObject(report.Why.Select(row => KeyValuePair.Create(row.Key, (JsonNode?)row.Value)));
        return result;
    }

    private static void Write(Screen screen, ReliabilityReport report)
    {
        var (bounds, values) = (report.Report.Rows.Where(row => row.Bounds is not null).ToList(), report.Report.Rows.Where(row => row.Bounds is null).ToList());
        screen.Line(screen.Bold(report.Report.Rows.Count == 0
            ? "No row could be judged."
            : $"{Number.Count(values.Count)} published figures: median error {Number.Percent(ErrorSummary.Of(values).MedianApe)}; {Number.Count(bounds.Count(row => row.Error == 0))} of {Number.Count(bounds.Count)} published bounds kept."));
        screen.Line($"{Number.Count(report.Sets.Count)} rows set values of the catalog and judge nothing. Of the judged ones whose figure set no range either, the range that follows from the catalog holds {Number.Percent(report.Report.Summary.WithinInterval ?? 0)}.");

        screen.Heading("Judged");
        var table = new Table(
            new Column("row"), new Column("what"), new Column("stated", Align.Right), new Column("predicted", Align.Right), new Column("range", Align.Right), new Column("error", Align.Right), new Column("unit"));
        foreach (var row in report.Report.Rows)
        {
            table.Add(
                row.Id, row.Groups[1].Split(':')[^1], Stated(row), Number.Text(row.Predicted), row.Low is { } low ? $"{Number.Text(low)}-{Number.Text(row.High!.Value)}" : "-",
                row.Bounds is not null && row.Error == 0 ? "kept" : Number.Change(row.Error), row.Unit);
        }

        table.Note("range: what follows from the ranges of the catalog; - where the figure itself set an end of one, or nothing of the catalog is used");
        table.WriteTo(screen, indent: 2);
        screen.Heading("How they are read");
        foreach (var (id, why) in report.Why)
        {
            screen.Line($"  {id}: {why}.");
        }

        screen.Heading("Rows that set a value");
        var sets = new Table(new Column("row"), new Column("stated", Align.Right), new Column("given back", Align.Right), new Column("unit"), new Column("sets"));
        foreach (var row in report.Sets)
        {
            sets.Add(row.Id, row.Value.Length > Longest ? "several figures" : row.Value, row.Predicted is { } back ? Number.Text(back) : "", row.Unit, row.Why);
        }

        sets.WriteTo(screen, indent: 2);
        screen.Heading($"Not judged: {Number.Count(report.Report.Skipped.Count)} rows");
        foreach (var reason in report.Report.Skipped.GroupBy(row => row.Reason))
        {
            screen.Line($"  {reason.Key}: {string.Join(", ", reason.Select(row => row.Id))}");
        }
    }

    private static string Stated(ValidationRow row) => row.Bounds is not var (low, high) ? Number.Text(row.Measured)
        : double.IsInfinity(high) ? $"> {Number.Text(low)}"
        : low == 0 ? $"< {Number.Text(high)}"
        : $"{Number.Text(low)} to {Number.Text(high)}";
}
