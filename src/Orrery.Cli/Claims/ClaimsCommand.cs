using System.CommandLine;
using System.Text.Json.Nodes;
using Orrery.Cli.Shell;
using Orrery.Policy.Claims;

namespace Orrery.Cli.Claims;

/// <summary><c>orrery claims</c>: the debate, checked.</summary>
internal static class ClaimsCommand
{
    public static Command Create()
    {
        var ids = new Argument<string[]>("CLAIM") { Description = "Claims to judge, by id or as YAML files of your own (default: all)", Arity = ArgumentArity.ZeroOrMore };
        return new Command("claims", "The claims of the debate, each computed: supported, refuted, depends (on what, with the boundary) or not testable") { ids }.Answers(
            parsed => Ask(parsed.GetValue(ids)!), hasTable: true);
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

    private static List<Claim> Chosen(Facts facts, string folder, string[] ids)
    {
        if (ids.Length == 0)
        {
            return [.. ClaimReader.ReadFolder(folder)];
        }

        var known = Directory.EnumerateFiles(folder, "*.yaml").Select(path => Path.GetFileNameWithoutExtension(path)!).ToList();
        var chosen = new List<Claim>();
        foreach (var id in ids)
        {
            if (id.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase))
            {
                facts.Try(() => chosen.Add(ClaimReader.ReadFile(id)));
            }
            else if (known.Contains(id))
            {
                facts.Try(() => chosen.Add(ClaimReader.ReadFile(Path.Combine(folder, id + ".yaml"))));
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
