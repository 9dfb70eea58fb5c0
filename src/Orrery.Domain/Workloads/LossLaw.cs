namespace Orrery.Domain.Workloads;

/// <summary>
/// How the loss falls with the size of a dense model and with data:
/// <c>L = E + parameter_coefficient / N^parameter_exponent + data_coefficient / D^data_exponent</c>, N the parameters, D the tokens.
/// </summary>
public sealed record LossLaw
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required Sourced<double> ParameterCoefficient { get; init; }
    public required Sourced<double> DataCoefficient { get; init; }
    public required Sourced<double> ParameterExponent { get; init; }
    public required Sourced<double> DataExponent { get; init; }

    /// <summary>The law a question means that names none.</summary>
    public bool IsDefault { get; init; }
}
