using System.CommandLine;
using Orrery.Cli.Shell;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain.Hardware;
using Orrery.Policy.Fleets;

namespace Orrery.Cli.Fleets;

/// <summary>What fleets were found to have and do, ready to be shown.</summary>
/// <param name="Rows">Of fleets that are read from a data set, by fleet.</param>
/// <param name="Parities">Of every fleet after the first.</param>
/// <param name="Command">That asks exactly this.</param>
internal sealed record FleetAnswer(
    FleetStudy Study, IReadOnlyList<FleetParity> Parities, IReadOnlyDictionary<string, ClusterFleet> Rows, FleetGrouping Grouping, string Command);

/// <summary><c>orrery fleet</c>: what stockpiles are worth on paper and in what they deliver.</summary>
internal static class FleetCommand
{
    public static Command Create()
    {
        var fleets = new Argument<string[]>("FLEET")
        {
            Description = "A fleet of the catalog ('orrery catalog list fleets'), or a YAML file of one's own; with several, each beside the first",
            Arity = ArgumentArity.OneOrMore,
        };
        var options = new FleetOptions();
        var command = new Command("fleet", "What a stockpile of chips is worth: H100 equivalents on paper and delivered, its largest training run, tokens served, energy; and how many chips are parity")
        {
            fleets,
        };
        options.AddTo(command);
        return command.ChecksNames((parsed, facts) =>
        {
            foreach (var text in parsed.WordsOf(fleets))
            {
                facts.Fleet(text);
            }

            options.LookUp(parsed, facts);
        }).Answers(parsed => Ask(new Facts(), options, parsed, parsed.GetValue(fleets)!), hasTable: true);
    }

    private static Answer Ask(Facts facts, FleetOptions options, ParseResult parsed, IReadOnlyList<string> texts)
    {
        var frames = texts.Select(facts.Fleet).OfType<Fleet>().Distinct().ToList();
        foreach (var twice in frames.GroupBy(frame => frame.Id).Where(same => same.Count() > 1))
        {
            facts.Wrong(CommandLineCode.Conflict, $"{twice.Count()} fleets have the id '{twice.Key}'", "give each file an id of its own");
        }

        var question = options.Read(parsed, facts);
        var choice = options.Rows(parsed, facts, frames.Exists(frame => frame.Dataset.Length > 0));
        facts.Check();

        var rows = frames.Where(frame => frame.Dataset.Length > 0).ToDictionary(
            frame => frame.Id, frame => ClusterDataset.Read(facts.Catalog, frame, Path.Combine(Tool.EvidenceFolder, frame.Dataset), choice));
        var fleets = frames.Select(frame => rows.TryGetValue(frame.Id, out var read) ? read.Fleet : frame).ToList();
        using var interrupt = new Interrupt();
        var planner = new FleetPlanner(
            facts.Catalog, question!, ResidualTable.Load(Path.Combine(Tool.EvidenceFolder, ResidualTable.FileName)),
            ResidualTable.Load(Path.Combine(Tool.EvidenceFolder, ServingGroup.FileName)));
        var plans = planner.Plan(fleets, Progress.Say, interrupt.Token);
        var study = FleetStudy.Of(question!, fleets, plans, new PaperH100e(facts.Catalog), interrupt.Token);
        var parities = study.Results.Skip(1).Select(other => FleetParity.Of(study, study.Results[0], other, planner, Progress.Say, interrupt.Token)).ToList();
        var answer = new FleetAnswer(study, parities, rows, options.Grouping(parsed), FleetOptions.Command(texts, question!, options.RowsAsTyped(parsed)));
        return new Answer
        {
            Schema = "orrery.fleet/1",
            Text = screen => FleetText.Write(screen, answer),
            Inputs = () => FleetJson.Inputs(answer),
            Result = () => FleetJson.Result(answer),
            Csv = () => FleetTables.Flat(answer),
            Diagnostics = facts.Warnings,
            Code = study.Results.Any(result => result[FleetFigure.PaperTpp + (int)result.Fleet.CountedBy].Value > 0) ? ExitCode.Answered : ExitCode.No,
        };
    }
}
