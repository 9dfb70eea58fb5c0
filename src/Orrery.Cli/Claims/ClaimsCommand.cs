using System.CommandLine;
using System.Text.Json.Nodes;
using Orrery.Cli.Shell;
using Orrery.Policy.Claims;
using Orrery.Policy.Statements;

namespace Orrery.Cli.Claims;

/// <summary><c>orrery claims</c>: the debate, checked.</summary>
internal static class ClaimsCommand
{
    public static Command Create()
    {
        var ids = new Argument<string[]>("CLAIM") { Description = "Claims to judge, by id or as YAML files of your own (default: all)", Arity = ArgumentArity.ZeroOrMore };
        var inconsistent = new Option<bool>("--inconsistencies") { Description = "What does not fit together inside the documents, found from their statements" };
        return new Command("claims", "The claims of the debate, each computed: supported, refuted, depends (on what, with the boundary) or not testable") { ids, inconsistent }.Answers(
            parsed =>
            {
                if (!parsed.GetValue(inconsistent))
                {
                    return Ask(parsed.GetValue(ids)!);
                }

                return parsed.GetValue(ids)!.Length == 0 ? Inconsistencies() : throw BadInput.Because(
                    CommandLineCode.Conflict, "--inconsistencies looks at the documents' statements, and a claim is named", "leave one of them out");
            },
            hasTable: true);
    }

    private static Answer Ask(string[] ids)
    {
        var facts = new Facts();
        var folder = Path.Combine(Tool.Home, "claims");
        if (!Directory.Exists(folder))
        {
            throw BadInput.Because(CommandLineCode.Unreadable, $"there is no folder '{folder}' of claims", "ORRERY_HOME names the folder that holds it");
        }

        var claims = Chosen(facts, folder, ids);
        facts.Check();
        var verdicts = ClaimRun.Of(claims, new ClaimContext(facts.Catalog), done => Progress.Say($"{done} of {claims.Count} claims judged"));
        var command = string.Join(' ', ["./orrery claims", .. ids.Select(StrategyText.Quoted)]);
        return new Answer
        {
            Schema = "orrery.claims/1",
            Text = screen => ClaimsText.Write(screen, verdicts, isFull: ids.Length > 0, command),
            Inputs = () => new JsonObject { ["claims"] = Json.Array(claims, claim => claim.Id), ["command"] = command },
            Result = () => ClaimsJson.Result(verdicts),
            Csv = () => ClaimsText.Table(verdicts, raw: true),
            Diagnostics = facts.Warnings,
            Code = verdicts.Any(verdict => verdict.Trouble.Length > 0) ? ExitCode.No : ExitCode.Answered,
        };
    }

    private static Answer Inconsistencies()
    {
        var facts = new Facts();
        var found = Detectors.Find(facts.Catalog, StatementReader.ReadFolder(Path.Combine(Tool.Home, "claims", "statements")));
        return new Answer
        {
            Schema = "orrery.claims.inconsistencies/1",
            Text = screen => ClaimsText.Inconsistencies(screen, found),
            Inputs = () => new JsonObject { ["command"] = "./orrery claims --inconsistencies" },
            Result = () => new JsonObject
            {
                ["inconsistencies"] = Json.Array(found, one => new JsonObject { ["kind"] = one.Kind, ["says"] = one.Says, ["statements"] = Json.Array(one.Statements, statement => statement.Id) }),
            },
            Csv = () => ClaimsText.Inconsistencies(found),
        };
    }

    private static List<Claim> Chosen(Facts facts, string folder, string[] ids)
    {
        if (ids.Length == 0)
        {
            return [.. ClaimReader.ReadFolder(folder, facts.Catalog)];
        }

        var known = Directory.EnumerateFiles(folder, "*.yaml").Select(path => Path.GetFileNameWithoutExtension(path)!).ToList();
        var chosen = new List<Claim>();
        foreach (var id in ids)
        {
            if (id.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase))
            {
                facts.Try(() => chosen.Add(ClaimReader.ReadFile(id, facts.Catalog)));
            }
            else if (known.Contains(id))
            {
                facts.Try(() => chosen.Add(ClaimReader.ReadFile(Path.Combine(folder, id + ".yaml"), facts.Catalog)));
            }
            else
            {
                var near = Orrery.Catalog.Spelling.Closest(id, known);
                facts.Wrong(CommandLineCode.UnknownWord, $"no claim is called '{id}'", near is null ? "'orrery claims' lists them all" : $"did you mean '{near}'?");
            }
        }

        return chosen;
    }
}
