using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Orrery.Catalog;
using Orrery.Catalog.Facts;
using Orrery.Cli.Shell;
using Orrery.Comparison;
using Orrery.Comparison.Cost;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Serving;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;

namespace Orrery.Cli.Cost;

/// <summary>One side's cost.</summary>
/// <param name="Tokens">A unit is a token.</param>
/// <param name="FlopsPerToken">Model FLOP of a trained token; 0 where tokens are served.</param>
/// <param name="Rent">USD an hour, were the chips rented; null where the catalog knows no price.</param>
internal sealed record CostSide(string Text, string Name, CostOfDelivery? Tokens, double FlopsPerToken, Fact? Rent, string WhyNot);

/// <summary>One workload, every side.</summary>
internal sealed record CostTable(string Workload, IReadOnlyList<CostSide> Sides);

/// <summary><c>orrery cost</c>: what owning a cluster costs, and a unit of what it delivers.</summary>
internal static class CostCommand
{
    private static readonly string[] DefaultModels = ["llama-3.1-405b", "deepseek-v3"];

    private static readonly string[] Countries = ["us", "china"];

    private static readonly string[] Forms = ["--json", "--csv"];

    public static Command Create()
    {
        var systems = new Argument<string[]>("SYSTEM") { Description = "SYSTEM (one of it) or SYSTEM:CHIPS; the first is what others are held against", Arity = ArgumentArity.OneOrMore };
        var models = new Option<string[]>("--model") { Description = $"Model to train; repeatable (default {string.Join(" and ", DefaultModels)})", HelpName = "MODEL" };
        var country = new Option<string?>("--country") { Description = "Prices of energy and power of sites of this country for all: us, china (default: where the chips are designed)", HelpName = "COUNTRY" };
        var energy = new Option<string?>("--energy") { Description = "Price of energy: USD a kWh for all, or a name of a country's price sheet such as west_subsidised, for sites there", HelpName = "PRICE" };
        var life = Choice.Between("--life", "Years over which systems are written off (default: the catalog's)", 1, 30);
        var use = Choice.Between("--utilisation", "Share of the time in which what is delivered is wanted (default 1)", 0.01, 1);
        var command = new Command("cost", "What owning a cluster costs, a million tokens and an EFLOP of model work, with ranges; where free energy or another price turns the comparison")
        {
            systems, models, country, energy, life, use,
        };
        var serving = new ServingMatchOptions();
        serving.AddTo(command);
        return command.ChecksNames((parsed, facts) =>
        {
            foreach (var text in parsed.WordsOf(systems))
            {
                facts.Cluster(text);
            }

            serving.LookUp(parsed, facts);
        }).Answers(
            parsed =>
            {
                var facts = new Facts();
                var texts = parsed.GetValue(systems)!;
                var again = string.Join(' ', ["./orrery cost", .. texts.Select(StrategyText.Quoted), parsed.OptionsAsTyped(Forms)]).TrimEnd();
                var question = new CostQuestion(parsed.GetValue(country), parsed.GetValue(energy), parsed.GetValue(life), parsed.GetValue(use) ?? 1, again);
                if (question.Country is { } there && !Countries.Contains(there))
                {
                    facts.Wrong(CommandLineCode.UnknownWord, $"--country is '{question.Country}', expected us or china");
                }

                CheckEnergy(facts, question.Energy);
                if (serving.IsAsked(parsed))
                {
                    var match = serving.Read(parsed, facts, texts, null, models);
                    return Ask(facts, question, [Serve(facts.Catalog, question, match)]);
                }

                serving.CheckUnasked(parsed, facts);
                var clusters = texts.Select(text => (text, Cluster: facts.Cluster(text))).ToList();
                var named = (parsed.GetValue(models) is { Length: > 0 } asked ? asked : DefaultModels).Select(facts.Model).ToList();
                facts.Check();
                return Ask(facts, question, Train(facts.Catalog, question, [.. clusters.Select(entry => (entry.text, entry.Cluster!))], [.. named.OfType<Transformer>()]));
            },
            hasTable: true);
    }

    private static Answer Ask(Facts facts, CostQuestion question, IReadOnlyList<CostTable> tables) => new()
    {
        Schema = "orrery.cost/1",
        Text = screen => CostText.Write(screen, question, tables),
        Inputs = () => new JsonObject
        {
            ["systems"] = Json.Array(tables[0].Sides, side => side.Text), ["utilisation"] = Json.Of(question.Utilisation), ["life_years"] = Json.Of(question.LifeYears), ["command"] = question.Again,
        },
        Result = () => new JsonObject { ["costs"] = Json.Array(tables.SelectMany(table => table.Sides.Select(side => (table, side))), entry => CostText.Node(entry.table, entry.side)) },
        Csv = () => CostText.Flat(tables),
        Diagnostics = facts.Warnings,
        Code = tables.Any(table => table.Sides.Any(side => side.Tokens is not null)) ? ExitCode.Answered : ExitCode.No,
    };

    public static List<CostTable> Train(OrreryCatalog catalog, CostQuestion question, IReadOnlyList<(string Text, Cluster Cluster)> clusters, IReadOnlyList<Transformer> models)
    {
        var contestants = clusters.Select(entry => new Contestant(entry.Text, entry.Cluster, catalog.DefaultStack(entry.Cluster.Chip))).ToList();
        var comparison = SystemComparison.Of(catalog, new ComparisonQuestion(contestants, models, [PrecisionChoice.Best]), TrackRecord.Empty, Progress.Say);
        return [.. comparison.Bouts.Select(bout => new CostTable($"training {bout.Model.Name}, each at its fastest", [.. bout.Results.Select(result =>
        {
            if (result is not { Best: { } best, Range: { } range, TokensPerSecond: { } rate })
            {
                return new CostSide(result.Contestant.Text, result.Contestant.Name, null, 0, null, result.WhyNot);
            }

            var flops = best.Mfu * best.Peak.Value * best.Cluster.Chips / best.TokensPerSecond;
            return Side(catalog, question, result.Contestant.Text, result.Contestant.Name, result.Contestant.Cluster,
                (rate * best.Iteration.Value / range.Slowest, rate, rate * best.Iteration.Value / range.Fastest), flops);
        })]))];
    }

    private static CostTable Serve(OrreryCatalog catalog, CostQuestion question, ServingMatch match)
    {
        var comparison = ServingComparison.Of(catalog, match.Contestants, null, Progress.Say);
        return new CostTable($"serving {match.Model.Name}, each at its fastest", [.. comparison.Bouts[0].Results.Select(result => result is { Best: not null, Range: { } range, TokensPerSecond: { } rate }
            ? Side(catalog, question, result.Contestant.Text, result.Contestant.Name, result.Contestant.Cluster,
                (rate * range.Capacity.Low / range.Capacity.Value, rate, rate * range.Capacity.High / range.Capacity.Value), 0)
            : new CostSide(result.Contestant.Text, result.Contestant.Name, null, 0, null, "no deployment meets the latency targets"))]);
    }

    private static CostSide Side(OrreryCatalog catalog, CostQuestion question, string text, string name, Cluster cluster, (double Low, double Value, double High) rate, double flops)
    {
        try
        {
            var site = Site(catalog, question, cluster.Chip);
            Fact? rent = catalog.Price("chip-rent").Facts.TryGetValue(cluster.Chip.Id, out var fact) ? fact : null;
            return new CostSide(text, name, CostOfDelivery.Of(catalog, cluster, site, rate, question.Utilisation, question.LifeYears), flops, rent, "");
        }
        catch (MissingFactException missing)
        {
            return new CostSide(text, name, null, 0, null, missing.Message);
        }
    }

    /// <summary>Notes a price of energy that is neither a number nor a name of any country's sheet.</summary>
    private static void CheckEnergy(Facts facts, string? text)
    {
        if (text is null || (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var price) && price >= 0))
        {
            return;
        }

        var names = Countries.SelectMany(country => facts.Catalog.Price($"electricity-{country}").Facts.Keys).Distinct().ToList();
        if (!names.Contains(text))
        {
            facts.Wrong(CommandLineCode.UnknownWord, $"--energy is '{text}', expected USD a kWh or one of {string.Join(", ", names)}", Spelling.Closest(text, names) is { } near ? $"did you mean '{near}'?" : "");
        }
    }

    private static Site Site(OrreryCatalog catalog, CostQuestion question, Chip chip)
    {
        var country = question.Country ?? (chip.Country == "CN" ? "china" : "us");
        if (question.Energy is not { } text)
        {
            return Comparison.Cost.Site.Of(catalog, country);
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var price) && price >= 0
            ? Comparison.Cost.Site.Of(catalog, country) with { Name = $"{country}, {text} USD/kWh", UsdPerKilowattHour = new Sourced<double>(price, "STATED", Confidence.Assumed) }
            : Comparison.Cost.Site.Of(catalog, country, catalog.Price($"electricity-{country}").Facts.ContainsKey(text) ? text : null);
    }
}

/// <summary>How costs are counted.</summary>
internal sealed record CostQuestion(string? Country, string? Energy, double? LifeYears, double Utilisation, string Again);
