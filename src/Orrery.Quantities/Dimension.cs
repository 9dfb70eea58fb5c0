namespace Orrery.Quantities;

/// <summary>The name of a dimension and the unit texts it accepts, each with its factor to the base unit.</summary>
/// <param name="Name">What a message calls it: "memory bandwidth", "time", ...</param>
/// <param name="Units">Unit text to factor, in the order a formatter tries them (largest first).</param>
public sealed record Dimension(string Name, IReadOnlyList<(string Unit, double Factor)> Units);
