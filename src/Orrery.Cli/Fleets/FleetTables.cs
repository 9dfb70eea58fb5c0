using Orrery.Cli.Terminal;
using Orrery.Policy.Fleets;

namespace Orrery.Cli.Fleets;

/// <summary>Tables of fleets.</summary>
internal static class FleetTables
{
    /// <summary>Every figure with its interval, fleet beside fleet.</summary>
    public static Table Figures(FleetAnswer answer)
    {
        var results = answer.Study.Results;
        var columns = new List<Column> { new(""), new("") };
        foreach (var result in results)
        {
            columns.Add(new Column(result.Fleet.Id, Align.Right));
            columns.Add(new Column($"{answer.Study.Question.Level * 100:0} % interval", Align.Right));
        }

        columns.AddRange(answer.Parities.Select(parity => new Column(results.Count > 2 ? $"{parity.Other.Fleet.Id} ratio" : "ratio", Align.Right)));
        var table = new Table([.. columns]);
        foreach (var figure in FleetFigures.All)
        {
            table.Add(
            [
                figure.Name(), FleetNumber.Unit(figure),
                .. results.SelectMany(result => new[] { FleetNumber.Text(figure, result[figure].Value), FleetNumber.Interval(result[figure]) }),
                .. answer.Parities.Select(parity => parity.First[figure].Value > 0 ? Number.Ratio(parity[figure].Value) : ""),
            ]);
        }

        return table;
    }

    /// <summary>What the parts of a fleet bring; they sum to the figures.</summary>
    public static Table Holdings(FleetResult result, FleetGrouping grouping)
    {
        var table = new Table(
            new Column(grouping.ToString().ToLowerInvariant()), new Column("chips", Align.Right), new Column("on paper", Align.Right), new Column("dense", Align.Right), new Column("MoE", Align.Right),
            new Column("decode", Align.Right), new Column("largest cluster", Align.Right), new Column("its run, FLOP", Align.Right), new Column("frontier runs", Align.Right),
            new Column("in big clusters", Align.Right), new Column("MW", Align.Right));
        foreach (var group in Groups(result, grouping))
        {
            table.Add(
                group.Name, FleetNumber.Count(group.Sum(one => one.Chips)), FleetNumber.Count(group.Sum(one => one.Paper)), FleetNumber.Count(group.Sum(one => one.Dense)),
                FleetNumber.Count(group.Sum(one => one.Moe)), FleetNumber.Count(group.Sum(one => one.Decode)), FleetNumber.Count(group.Most(one => one.LargestCluster)),
                FleetNumber.Flop(group.Most(one => one.LargestRun)), FleetNumber.Text(FleetFigure.FrontierRuns, group.Sum(one => one.FrontierRuns)),
                FleetNumber.Count(group.Sum(one => one.Big)), FleetNumber.Text(FleetFigure.SitePower, group.Sum(one => one.Power)));
        }

        return table;
    }

    /// <summary>Holdings of one name, the largest group on paper first.</summary>
    public static IEnumerable<FleetGroup> Groups(FleetResult result, FleetGrouping grouping) => result.Holdings
        .GroupBy(holding => grouping switch
        {
            FleetGrouping.Owner => holding.Holding.Owner,
            FleetGrouping.Country => holding.Holding.Country,
            FleetGrouping.Holding => holding.Holding.Name,
            _ => holding.Holding.System.Id,
        })
        .Select(group => new FleetGroup(group.Key, [.. group]))
        .OrderByDescending(group => group.Sum(one => one.Paper)).ThenBy(group => group.Name, StringComparer.Ordinal);

    /// <summary>One figure of one fleet a line, for programs.</summary>
    public static Table Flat(FleetAnswer answer)
    {
        var table = new Table([.. new[] { "fleet", "figure", "value", "low", "high", "over_first", "widened_most_by", "rank_correlation_squared" }.Select(name => new Column(name))]);
        foreach (var result in answer.Study.Results)
        {
            var parity = answer.Parities.FirstOrDefault(one => ReferenceEquals(one.Other, result));
            foreach (var figure in FleetFigures.All)
            {
                var quantity = result[figure];
                var driver = quantity.Drivers.Count > 0 ? quantity.Drivers[0] : null;
                table.Add(
                    result.Fleet.Id, figure.Id(), Number.Raw(quantity.Value), Number.Raw(quantity.Low), Number.Raw(quantity.High),
                    parity is { } beside && double.IsFinite(beside[figure].Value) ? Number.Raw(beside[figure].Value) : "", driver?.Input.Name ?? "", driver is null ? "" : Number.Raw(driver.Share));
            }
        }

        return table;
    }
}

/// <summary>Holdings summed together.</summary>
internal sealed record FleetGroup(string Name, IReadOnlyList<HoldingResult> Holdings)
{
    public double Sum(Func<HoldingResult, double> of) => Holdings.Sum(of);

    public double Most(Func<HoldingResult, double> of) => Holdings.Max(of);
}
