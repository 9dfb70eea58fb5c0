using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Evidence.Transfer;

namespace Orrery.Cli.Validate;

/// <summary><c>orrery validate transfer</c>: measured runs on chips that nothing was fitted to, with what their sources leave unsaid swept.</summary>
internal static class TransferCommand
{
    public static Command Create()
    {
        var write = new WriteDocsOption("Also write its section of docs/accuracy.md");
        return new Command("transfer", "Runs on Ascend, to which nothing was fitted: from specification and transfer alone, settings that sources leave unsaid swept, then with one number") { write.Option }.Answers(
            parsed =>
            {
                var writeDocs = write.Read(parsed);
                var report = TransferValidation.Run(Tool.OpenCatalog(), Tool.Evidence("training.csv"), Tool.Evidence("transfer-rows.yaml"));
                if (writeDocs)
                {
                    AccuracySections.Write(Tool.Home, AccuracySections.Transfer, Section(report));
                }

                return new Answer
                {
                    Schema = "orrery.validate.transfer/1",
                    Text = screen => Write(screen, report),
                    Inputs = () => new JsonObject { ["kind"] = "transfer", ["stack"] = report.Stack },
                    Result = () => new JsonObject { ["number"] = Json.Of(report.Number), ["rows"] = Json.Array(report.Rows, Row) },
                    Csv = () => Table(report),
                };
            },
            hasTable: true);
    }

    private static void Write(Screen screen, TransferReport report)
    {
        screen.Line(screen.Bold($"{report.Rows.Count(row => row.IsHeld)} of {report.Rows.Count} measured runs lie in the range predicted with nothing fitted to their chips."));
        screen.Line($"Software: {report.Stack}. MFU in per cent, of the dense matrix peak.");
        screen.Heading("Blind");
        Table(report).WriteTo(screen, indent: 2);
        screen.Heading("Why so wide");
        foreach (var row in report.Rows)
        {
            screen.Line($"  {row.Id}: {row.Why}; {row.Tried} combinations. Widest input: {row.Widest}.");
        }

        screen.Heading("With one number");
        screen.Line($"  {Number(report)}");
    }

    private static string Number(TransferReport report) =>
        $"Products at {report.Number.ToString("0.00", CultureInfo.InvariantCulture)} of what was carried over would meet the rows best. Fitted to the others, each row's error goes from "
        + string.Join(", ", report.Rows.Select(row => $"{Terminal.Number.Change(row.Error)} to {Terminal.Number.Change(row.ErrorWithNumber)}")) + ".";

    private static Table Table(TransferReport report)
    {
        var table = new Table(
            new Column("row"), new Column("model"), new Column("chips", Align.Right), new Column("of"), new Column("measured", Align.Right), new Column("best guess", Align.Right), new Column("error", Align.Right),
            new Column("settings swept", Align.Right), new Column("with ranges", Align.Right), new Column("held"), new Column("one number", Align.Right));
        foreach (var row in report.Rows)
        {
            table.Add(
                row.Id, row.Model, Terminal.Number.Count(row.Chips), row.IsMfu ? "MFU %" : "tokens/s a chip", One(row.Measured), One(row.Guess), Terminal.Number.Change(row.Error), $"{One(row.SweepLow)}-{One(row.SweepHigh)}",
                $"{One(row.Whole.Low)}-{One(row.Whole.High)}", row.IsHeld ? "yes" : "no", Terminal.Number.Change(row.ErrorWithNumber));
        }

        return table;
    }

    private static string One(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    private static JsonObject Row(TransferResult row) => new()
    {
        ["id"] = row.Id,
        ["model"] = row.Model,
        ["chip"] = row.Chip,
        ["chips"] = row.Chips,
        ["quantity"] = row.IsMfu ? "mfu_percent" : "tokens_per_s_per_chip",
        ["measured"] = Json.Of(row.Measured),
        ["predicted"] = Json.Of(row.Guess),
        ["error"] = Json.Of(row.Error),
        ["sweep_low"] = Json.Of(row.SweepLow),
        ["sweep_high"] = Json.Of(row.SweepHigh),
        ["low"] = Json.Of(row.Whole.Low),
        ["high"] = Json.Of(row.Whole.High),
        ["held"] = row.IsHeld,
        ["combinations"] = row.Tried,
        ["error_with_number_of_others"] = Json.Of(row.ErrorWithNumber),
        ["why"] = row.Why,
    };

    private static string Section(TransferReport report) => new StringBuilder()
        .Append("## Ascend, blind\n\n")
        .Append("Written by `./orrery validate transfer --write-docs`. Ascend results state an MFU and not all of their settings, so they are not among the rows above. Each is predicted from specification and transfer alone, nothing having been fitted to Ascend: kernels by the forms and medians of other chips, the stack as MindSpeed's file assumes. What sources leave unsaid is swept (`evidence/transfer-rows.yaml` says what and why, the first of each list being the best guess); \"with ranges\" takes the catalog's ranges of chip, kernels, fabric and stack on top. A row is judged on tokens/s where its source states them, since sources count FLOPs and peaks differently. \"One number\" is the error of the best guess with the rate of products scaled as fits the other rows best; it is not in the catalog, since so few rows of unsaid settings cannot tell it from those settings; and the two rows of 135B are one model from one source, so it is hardly left out of its own fit.\n\n")
        .Append(AccuracySections.Markdown(Table(report)))
        .Append('\n').Append(Number(report)).Append('\n')
        .ToString();
}
