using System.Text.Json.Nodes;
using Orrery.Analysis.Cost;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Cost;

namespace Orrery.Cli.Cost;

/// <summary>Costs for people and programs.</summary>
internal static class CostText
{
    private const double Million = 1e6;
    private const double Exa = 1e18;

    public static void Write(Screen screen, CostQuestion question, IReadOnlyList<CostTable> tables)
    {
        foreach (var table in tables)
        {
            foreach (var line in Headlines(table))
            {
                screen.Line(screen.Bold(line));
            }
        }

        screen.Line($"Owned, written off without interest, at rated power all the time; what is delivered is wanted {Number.Percent(question.Utilisation)} of the time.");
        foreach (var table in tables)
        {
            screen.Heading(char.ToUpperInvariant(table.Workload[0]) + table.Workload[1..]);
            Of(table).WriteTo(screen, indent: 2);
            foreach (var side in table.Sides.Where(side => side.WhyNot.Length > 0))
            {
                screen.Line($"  {side.Name}: no. {side.WhyNot}");
            }

            foreach (var line in Turns(table))
            {
                screen.Line("  " + line);
            }
        }

        screen.Heading("How sure");
        foreach (var table in tables)
        {
            foreach (var side in table.Sides.Where(side => side.Tokens is not null))
            {
                var cost = side.Tokens!;
                screen.Line($"  {side.Name}, {table.Workload}: {Usd(Million * cost.Low)} to {Usd(Million * cost.High)} a million tokens; widest: "
                    + string.Join(", ", cost.Effects.Take(3).Select(effect => $"{effect.Name} ({Usd(Million * effect.Low)} to {Usd(Million * effect.High)})")) + ".");
            }
        }

        screen.Heading("Again");
        screen.Line("  " + question.Again);
    }

    public static JsonObject Node(CostTable table, CostSide side)
    {
        var node = new JsonObject { ["workload"] = table.Workload, ["system"] = side.Text, ["why_not"] = side.WhyNot.Length > 0 ? side.WhyNot : null };
        if (side.Tokens is { } cost)
        {
            node["site"] = cost.Site.Name;
            node["usd_a_year"] = new JsonObject
            {
                ["hardware"] = Json.Of(cost.Year.Hardware),
                ["network"] = Json.Of(cost.Year.Network),
                ["shell"] = Json.Of(cost.Year.Shell),
                ["energy"] = Json.Of(cost.Year.Energy),
                ["operation"] = Json.Of(cost.Year.Operation),
                ["total"] = Json.Of(cost.Year.Total),
            };
            node["usd_an_hour"] = Json.Of(cost.Year.AnHour);
            node["usd_a_million_tokens"] = Json.Of(Million * cost.UsdPerUnit);
            node["low"] = Json.Of(Million * cost.Low);
            node["high"] = Json.Of(Million * cost.High);
            node["usd_an_eflop"] = side.FlopsPerToken > 0 ? Json.Of(Exa * cost.UsdPerUnit / side.FlopsPerToken) : null;
            node["j_a_token"] = Json.Of(cost.JoulesPerUnit);
            node["rent_usd_an_hour"] = Json.Of(side.Rent is { } rent ? rent.Amount.Value * cost.Cluster.Chips : null);
            node["widest"] = Json.Array(cost.Effects, effect => new JsonObject { ["input"] = effect.Name, ["low"] = Json.Of(Million * effect.Low), ["high"] = Json.Of(Million * effect.High) });
        }

        return node;
    }

    public static Table Flat(IReadOnlyList<CostTable> tables)
    {
        var flat = new Table(
            new Column("workload"), new Column("system"), new Column("site"), new Column("hardware_usd"), new Column("network_usd"), new Column("shell_usd"), new Column("energy_usd"), new Column("operation_usd"),
            new Column("total_usd_a_year"), new Column("usd_a_million_tokens"), new Column("low"), new Column("high"), new Column("usd_an_eflop"), new Column("j_a_token"));
        foreach (var table in tables)
        {
            foreach (var side in table.Sides)
            {
                flat.Add(side.Tokens is not { } cost
                    ? [table.Workload, side.Text, .. Enumerable.Repeat("", 12)]
                    : [
                        table.Workload, side.Text, cost.Site.Name, Number.Raw(cost.Year.Hardware), Number.Raw(cost.Year.Network), Number.Raw(cost.Year.Shell), Number.Raw(cost.Year.Energy), Number.Raw(cost.Year.Operation),
                        Number.Raw(cost.Year.Total), Number.Raw(Million * cost.UsdPerUnit), Number.Raw(Million * cost.Low), Number.Raw(Million * cost.High),
                        side.FlopsPerToken > 0 ? Number.Raw(Exa * cost.UsdPerUnit / side.FlopsPerToken) : "", Number.Raw(cost.JoulesPerUnit),
                    ]);
            }
        }

        return flat;
    }

    public static IEnumerable<string> Headlines(CostTable table)
    {
        var first = table.Sides[0];
        foreach (var side in table.Sides.Skip(1))
        {
            yield return first.Tokens is { } one && side.Tokens is { } other
                ? $"{side.Name} over {first.Name}, {table.Workload}: {Number.Ratio(other.UsdPerUnit / one.UsdPerUnit)} the cost of a token, {Number.Ratio(other.JoulesPerUnit / one.JoulesPerUnit)} the energy."
                : $"{side.Name} over {first.Name}, {table.Workload}: no ratio.";
        }

        if (table.Sides.Count == 1 && first.Tokens is { } only)
        {
            yield return $"{first.Name}, {table.Workload}: {Usd(Million * only.UsdPerUnit)} a million tokens ({Usd(Million * only.Low)} to {Usd(Million * only.High)}).";
        }
    }

    public static Table Of(CostTable table)
    {
        var shown = new Table([new Column(""), .. table.Sides.Select(side => new Column(side.Text, Align.Right))]);
        void Row(string label, Func<CostSide, CostOfDelivery, string> cell) => shown.Add([label, .. table.Sides.Select(side => side.Tokens is { } cost ? cell(side, cost) : "-")]);
        Row("where", (_, cost) => cost.Site.Name);
        Row("systems, USD a year", (_, cost) => Part(cost.Year.Hardware, cost));
        Row("network between systems", (_, cost) => Part(cost.Year.Network, cost));
        Row("building, power and cooling", (_, cost) => Part(cost.Year.Shell, cost));
        Row("energy", (_, cost) => Part(cost.Year.Energy, cost));
        Row("operation", (_, cost) => Part(cost.Year.Operation, cost));
        Row("all, USD a year", (_, cost) => Number.Text(cost.Year.Total));
        Row("USD an hour", (_, cost) => Number.Text(cost.Year.AnHour));
        Row("  a chip", (_, cost) => Number.Text(cost.Year.AnHour / cost.Cluster.Chips));
        Row("  rented", (side, _) => side.Rent is { } rent ? $"{Number.Text(rent.Amount.Value)} ({Number.Text(rent.Amount.Low)}-{Number.Text(rent.Amount.High)})" : "-");
        Row("USD a million tokens", (_, cost) => $"{Number.Text(Million * cost.UsdPerUnit)} ({Number.Text(Million * cost.Low)}-{Number.Text(Million * cost.High)})");
        if (table.Sides.Any(side => side.FlopsPerToken > 0))
        {
            Row("USD an EFLOP of model work", (side, cost) => Number.Text(Exa * cost.UsdPerUnit / side.FlopsPerToken));
        }

        Row("J a token, at the site", (_, cost) => Number.Text(cost.JoulesPerUnit));
        return shown;

        static string Part(double usd, CostOfDelivery cost) => $"{Number.Text(usd)}  {Number.Percent(usd / cost.Year.Total)}";
    }

    /// <summary>Where free energy, or another price of the systems, turns the comparison with the first.</summary>
    public static IEnumerable<string> Turns(CostTable table)
    {
        if (table.Sides[0].Tokens is not { } first)
        {
            yield break;
        }

        foreach (var side in table.Sides.Skip(1))
        {
            if (side.Tokens is not { } cost)
            {
                continue;
            }

            var free = (cost.Year.Total - cost.Year.Energy) / (cost.Rate * YearlyCost.Seconds) / first.UsdPerUnit;
            var even = cost.EnergyPriceAt(1, first);
            yield return $"Energy free for {side.Name} alone: {Number.Ratio(free)} the cost of {table.Sides[0].Name}"
                + (even >= 0 ? $"; as cheap at {Number.Text(even)} USD/kWh." : "; it is never as cheap, whatever its price of energy.");
            var (parity, six) = (cost.HardwarePriceAt(1, first), cost.HardwarePriceAt(6, first));
            yield return $"As cheap at {(parity > 0 ? $"{Number.Ratio(parity)} the price of its systems" : "no price of its systems")}; six times as dear at {Number.Ratio(six)}.";
        }
    }

    private static string Usd(double amount) => Number.Text(amount) + " USD";
}
