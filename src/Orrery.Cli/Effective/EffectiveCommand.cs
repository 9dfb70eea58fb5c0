using System.CommandLine;
using System.Text.Json.Nodes;
using Orrery.Catalog;
using Orrery.Cli.Shell;
using Orrery.Comparison.Effective;
using Orrery.Domain.Hardware;
using Orrery.Domain.Workloads;

namespace Orrery.Cli.Effective;

/// <summary>What was found of one system.</summary>
/// <param name="Of">By workload, in the order asked.</param>
internal sealed record EffectiveRow(AiSystem System, PaperEquivalents Paper, IReadOnlyList<EffectiveEquivalents> Of);

/// <summary><c>orrery effective</c>: what a chip of each system is worth in H100s, by workload and by the three definitions on paper.</summary>
internal static class EffectiveCommand
{
    public static Command Create()
    {
        var systems = new Argument<string[]>("SYSTEM") { Description = "SYSTEM or SYSTEM:CHIPS (default: every system of the catalog, at the workloads' own number of chips)", Arity = ArgumentArity.ZeroOrMore };
        var named = new Option<string[]>("--workload") { Description = "Reference workload of the catalog; repeatable (default: all)", HelpName = "NAME" };
        return new Command("effective", "What a chip is worth in H100s: on paper by three definitions, and delivered, workload by workload") { systems, named }.ChecksNames((parsed, facts) =>
        {
            foreach (var text in parsed.WordsOf(systems))
            {
                facts.Cluster(text);
            }
        }).Answers(parsed => Ask(parsed.GetValue(systems)!, parsed.GetValue(named)!), hasTable: true);
    }

    private static Answer Ask(string[] texts, string[] names)
    {
        var facts = new Facts();
        var clusters = texts.Select(text => (Text: text, Cluster: facts.Cluster(text))).ToList();
        var workloads = names.Length > 0 ? [.. names.Select(facts.Workload).OfType<ReferenceWorkload>()] : facts.Catalog.Ids(CatalogKind.Workloads).Select(facts.Catalog.Workload).ToList();
        facts.Check();
        var asked = clusters.Count > 0
            ? [.. clusters.Select(entry => (entry.Cluster!.System, Chips: entry.Text.Contains(':', StringComparison.Ordinal) ? entry.Cluster.Chips : (int?)null))]
            : facts.Catalog.Ids(CatalogKind.Systems).Select(id => (System: facts.Catalog.System(id), Chips: (int?)null)).ToList();
        var rows = Rows(facts.Catalog, asked, workloads);
        var command = string.Join(' ', ["./orrery effective", .. texts.Select(StrategyText.Quoted), .. names.Select(name => $"--workload {StrategyText.Quoted(name)}")]);
        return new Answer
        {
            Schema = "orrery.effective/1",
            Text = screen => EffectiveText.Write(screen, workloads, rows, command),
            Inputs = () => new JsonObject
            {
                ["systems"] = Json.Array(asked, entry => entry.System.Id),
                ["workloads"] = Json.Array(workloads, workload => new JsonObject { ["id"] = workload.Id, ["model"] = workload.Model, ["chips"] = workload.Chips, ["why"] = workload.Why }),
                ["reference"] = EffectiveCompute.Reference,
                ["command"] = command,
            },
            Result = () => new JsonObject { ["systems"] = Json.Array(rows, row => EffectiveText.Node(workloads, row)) },
            Csv = () => EffectiveText.Flat(workloads, rows),
            Diagnostics = facts.Warnings,
            Code = rows.Any(row => row.Of.Any(one => one.H100Equivalents is not null)) ? ExitCode.Answered : ExitCode.No,
        };
    }

    /// <summary>Every system on every workload, on all cores; the answer does not depend on the order.</summary>
    public static List<EffectiveRow> Rows(OrreryCatalog catalog, IReadOnlyList<(AiSystem System, int? Chips)> asked, IReadOnlyList<ReferenceWorkload> workloads)
    {
        var effective = new EffectiveCompute(catalog);
        var found = new EffectiveEquivalents[asked.Count * workloads.Count];
        var done = 0;
        Parallel.For(0, found.Length, at =>
        {
            var (system, chips) = asked[at / workloads.Count];
            found[at] = effective.Of(workloads[at % workloads.Count], system, chips);
            Progress.Say(FormattableString.Invariant($"{Interlocked.Increment(ref done)} of {found.Length} planned"));
        });
        return [.. asked.Select((entry, at) => new EffectiveRow(
            entry.System, PaperEquivalents.Of(catalog, entry.System.Chip), found[(at * workloads.Count)..((at + 1) * workloads.Count)]))];
    }
}
