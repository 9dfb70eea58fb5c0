using System.Globalization;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Policy.Fleets;
using Orrery.Quantities;

namespace Orrery.Cli.Fleets;

/// <summary>Figures of fleets as people read them.</summary>
internal static class FleetNumber
{
    private const double JoulesPerTerawattHour = 3.6e15;

    public static string Text(FleetFigure figure, double value) => figure switch
    {
        _ when double.IsPositiveInfinity(value) => "no end",
        FleetFigure.ClusterRun or FleetFigure.SiteRun => Flop(value),
        FleetFigure.FrontierRuns => QuantityText.Significant(value, 2),
        FleetFigure.BigShare => Number.Percent(value),
        FleetFigure.SitePower => Number.Text(value / 1e6),
        FleetFigure.EnergyAYear => Number.Text(value / JoulesPerTerawattHour),
        _ => Count(value),
    };

    /// <summary>Empty where the number alone says it.</summary>
    public static string Unit(FleetFigure figure) => figure switch
    {
        FleetFigure.Chips => "",
        FleetFigure.ClusterRun or FleetFigure.SiteRun => "FLOP",
        FleetFigure.FrontierRuns => "a year",
        FleetFigure.ServedTokens => "tokens/s",
        FleetFigure.BigShare => "",
        FleetFigure.SitePower => "MW",
        FleetFigure.EnergyAYear => "TWh",
        _ => "H100e",
    };

    /// <summary>"1.10M".</summary>
    public static string Count(double value)
    {
        // 999,600 is 1.00M to three digits, not 1000K.
        var step = value > 0 ? Math.Pow(10, Math.Floor(Math.Log10(value)) - 2) : 1;
        return value <= 0 ? "0" : Amount.Tokens(Math.Round(value / step) * step);
    }

    public static string Flop(double value) => value <= 0 ? "none" : value.ToString("0.0e0", CultureInfo.InvariantCulture);

    public static string Interval(FleetQuantity quantity) => $"{Text(quantity.Figure, quantity.Low)} to {Text(quantity.Figure, quantity.High)}";
}
