using System.CommandLine;
using System.Text.Json.Nodes;
using Orrery.Catalog;
using Orrery.Cli.Shell;
using Orrery.Domain.Hardware;
using Orrery.Domain.Policies;
using Orrery.Policy.Rules;

namespace Orrery.Cli.Policy;

/// <summary><c>orrery policy</c>: what rules on exports say of chips, and what they let through.</summary>
internal static class PolicyCommand
{
    public static Command Create()
    {
        var chips = new Argument<string[]>("CHIP") { Description = "Chips to hold against every rule (default: none, an overview of the rules)", Arity = ArgumentArity.ZeroOrMore };
        var named = new Option<string?>("--rule") { Description = "One rule, by name or as a YAML file of your own: every chip, the best that it permits, and what it lets through in all", HelpName = "RULE" };
        return new Command("policy", "Rules on exports: which chips they catch and by which number, and how much compute they let through. Not legal advice") { chips, named }.ChecksNames((parsed, facts) =>
        {
            foreach (var name in parsed.WordsOf(chips))
            {
                facts.Chip(name);
            }
        }).Answers(
            parsed =>
            {
                var facts = new Facts();
                var rule = parsed.GetValue(named) is { } text ? facts.Rule(text) : null;
                var found = parsed.GetValue(chips)!.Select(facts.Chip).ToList();
                facts.Check();
                var command = string.Join(' ', ["./orrery policy", .. parsed.GetValue(chips)!.Select(StrategyText.Quoted), .. parsed.GetValue(named) is { } one ? ["--rule", StrategyText.Quoted(one)] : Array.Empty<string>()]);
                return rule is not null ? OneRule(facts, rule, [.. found.OfType<Chip>()], command)
                    : found.Count > 0 ? OfChips(facts, [.. found.OfType<Chip>()], command)
                    : Overview(facts, command);
            },
            hasTable: true);
    }

    private static Answer Overview(Facts facts, string command)
    {
        var rules = Rules(facts.Catalog);
        return new Answer
        {
            Schema = "orrery.policy/1",
            Text = screen => PolicyText.Overview(screen, rules, command),
            Inputs = () => new JsonObject { ["command"] = command },
            Result = () => new JsonObject { ["rules"] = Json.Array(rules, PolicyJson.Rule), ["notice"] = PolicyText.Notice },
            Csv = () => PolicyText.Rules(rules),
        };
    }

    private static Answer OfChips(Facts facts, IReadOnlyList<Chip> chips, string command)
    {
        var verdicts = chips.Select(chip => Rules(facts.Catalog).Select(rule => RuleVerdict.Of(rule, chip)).ToList()).ToList();
        return new Answer
        {
            Schema = "orrery.policy.chips/1",
            Text = screen => PolicyText.Chips(screen, facts.Catalog, verdicts, command),
            Inputs = () => new JsonObject { ["chips"] = Json.Array(chips, chip => chip.Id), ["command"] = command },
            Result = () => new JsonObject { ["verdicts"] = Json.Array(verdicts.SelectMany(one => one), PolicyJson.Verdict), ["notice"] = PolicyText.Notice },
            Csv = () => PolicyText.Verdicts(verdicts.SelectMany(one => one), raw: true),
        };
    }

    private static Answer OneRule(Facts facts, ExportRule rule, IReadOnlyList<Chip> chips, string command)
    {
        var all = chips.Count > 0 ? chips : [.. facts.Catalog.Ids(CatalogKind.Chips).Select(facts.Catalog.Chip)];
        Progress.Say("planning the best permitted chips on the reference workloads ...");
        var reach = RuleReach.Of(facts.Catalog, rule, all);
        return new Answer
        {
            Schema = "orrery.policy.rule/1",
            Text = screen => RuleText.Write(screen, reach, command),
            Inputs = () => new JsonObject { ["rule"] = rule.Id, ["chips"] = Json.Array(all, chip => chip.Id), ["command"] = command },
            Result = () => PolicyJson.Reach(reach),
            Csv = () => PolicyText.Verdicts(reach.Verdicts, raw: true),
        };
    }

    private static List<ExportRule> Rules(OrreryCatalog catalog) => [.. catalog.Ids(CatalogKind.Rules).Select(catalog.Rule)];
}
