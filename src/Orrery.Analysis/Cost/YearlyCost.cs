namespace Orrery.Analysis.Cost;

/// <summary>What owning and running a cluster depends on.</summary>
/// <param name="Hardware">Systems as bought, USD.</param>
/// <param name="NetworkShare">Network between systems, over the hardware.</param>
/// <param name="LifeYears">Over which hardware and network are written off.</param>
/// <param name="Watts">Drawn by the systems, all the time.</param>
/// <param name="ShellUsdPerWatt">Building, power and cooling for a watt of systems.</param>
/// <param name="ShellLifeYears">Over which the shell is written off.</param>
/// <param name="Pue">Power of the site over that of the systems.</param>
/// <param name="UsdPerKilowattHour">Price of energy.</param>
/// <param name="OperationShare">People, repairs and rent a year, over hardware and network.</param>
public sealed record CostInputs(
    double Hardware, double NetworkShare, double LifeYears, double Watts, double ShellUsdPerWatt, double ShellLifeYears, double Pue, double UsdPerKilowattHour, double OperationShare);

/// <summary>Parts of a year's cost, USD; they sum to it.</summary>
public sealed record YearlyCost(double Hardware, double Network, double Shell, double Energy, double Operation)
{
    private const double HoursOfYear = 8766;

    public double Total => Hardware + Network + Shell + Energy + Operation;

    public double AnHour => Total / HoursOfYear;

    /// <summary>Seconds of a year, for what is delivered in one.</summary>
    public static double Seconds => HoursOfYear * 3600;

    /// <summary>
    /// Equation: <c>hardware / life</c>, <c>network share x hardware / life</c>, <c>watts x USD a watt / life of the shell</c>,
    /// <c>watts x PUE x hours x price of energy</c>, <c>share x (hardware + network)</c>.
    /// Assumption: straight write-off without interest; systems draw their rated power all the time. Source: definition.
    /// </summary>
    public static YearlyCost Of(CostInputs inputs) => new(
        inputs.Hardware / inputs.LifeYears,
        inputs.NetworkShare * inputs.Hardware / inputs.LifeYears,
        inputs.Watts * inputs.ShellUsdPerWatt / inputs.ShellLifeYears,
        EnergyKilowattHours(inputs) * inputs.UsdPerKilowattHour,
        inputs.OperationShare * inputs.Hardware * (1 + inputs.NetworkShare));

    public static double EnergyKilowattHours(CostInputs inputs) => inputs.Watts / 1e3 * inputs.Pue * HoursOfYear;
}
