using System.CommandLine;
using System.Text.Json.Nodes;
using Orrery.Catalog;
using Orrery.Cli.Shell;
using Orrery.Comparison.Uncertainty;
using Orrery.Evidence;
using Orrery.Evidence.Kernels;
using Orrery.Evidence.Pairs;
using Orrery.Evidence.Serving;
using Orrery.Evidence.Training;

namespace Orrery.Cli.Validate;

/// <summary><c>orrery validate</c>: predictions against published measurements, row by row.</summary>
internal static class ValidateCommand
{
    public static Command Create() => new("validate", "How far off are we: predictions against published measurements")
    {
        Kind("training", "Training steps", "a CSV file with the columns of evidence/training.csv", rows =>
            TrainingValidation.Run(Tool.OpenCatalog(), rows, Tool.Evidence("training-sources.yaml"), IntervalText.Residuals())),
        Kind("serving", "Serving runs", "a CSV file with the columns of evidence/serving.csv", rows =>
            ServingValidation.Run(Tool.OpenCatalog(), rows, Tool.Evidence("serving-sources.yaml"), ServingResiduals())),
        Kind("kernels", "Single kernels and collectives", "a table named <chip>_<op>.csv, or a folder of them", rows =>
            KernelValidation.Validate(Tool.OpenCatalog(), rows)),
        ReliabilityCommand.Create(),
        PairsCommand.Create(),
        TimelineCommand.Create(),
        TransferCommand.Create(),
    };

    private static ResidualTable ServingResiduals() => ResidualTable.Load(Tool.Evidence(ServingGroup.FileName));

    private static Command Kind(string name, string what, string file, Func<string, ValidationReport> run)
    {
        var rows = new RowsOption("judge by", name == "kernels" ? name : name + ".csv", file);
        var write = new WriteDocsOption(name == "serving" ? "Also write docs/accuracy-serving.md and the README's table" : "Also write docs/accuracy.md, its plot, evidence/accuracy.csv and the README's table");
        var command = new Command(name, $"{what}: error by source, chip, model, precision and release") { rows.Option };
        var hasDocs = name is "training" or "serving";
        if (hasDocs)
        {
            command.Options.Add(write.Option);
        }

        return command.Answers(
            parsed =>
            {
                var writeDocs = hasDocs && write.Read(parsed);
                var path = writeDocs ? rows.Read(parsed, "--write-docs") : rows.Read(parsed);
                return Answer(name, path, run(path), writeDocs);
            },
            hasTable: true);
    }

    private static Answer Answer(string name, string path, ValidationReport report, bool writeDocs)
    {
        if (writeDocs && name == "serving")
        {
            ServingDocs.Write(Tool.Home, report, ServingResiduals());
        }
        else if (writeDocs)
        {
            var sections = new Dictionary<string, string>(AccuracySections.Read(Tool.Home)); // what other runs wrote stays
            AccuracyDocs.Write(Tool.Home, report);
            var catalog = Tool.OpenCatalog();
            sections[AccuracySections.Pairs] = PairsDocs.Section(
                PairValidation.Run(catalog, path, Tool.Evidence("training-sources.yaml")), PairsCommand.LeftOut(catalog));
            AccuracySections.Write(Tool.Home, sections);
        }

        return new Answer
        {
            Schema = $"orrery.validate.{name}/1",
            Text = screen =>
            {
                if (name == "serving")
                {
                    ServingText.Write(screen, report, ServingResiduals());
                }
                else
                {
                    ValidateText.Write(screen, name, report);
                }
            },
            Inputs = () => new JsonObject { ["kind"] = name, ["rows"] = path },
            Result = () => ValidateJson.Result(report),
            ResultAtTop = true,
            Csv = () => ValidateText.Rows(report),
            Code = report.Rows.Count > 0 ? ExitCode.Answered : ExitCode.No,
        };
    }
}
