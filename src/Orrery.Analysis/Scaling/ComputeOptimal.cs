using Orrery.Analysis.Models;
using Orrery.Domain;
using Orrery.Domain.Models;
using Orrery.Domain.Workloads;

namespace Orrery.Analysis.Scaling;

/// <summary>The size of dense model that a budget of compute trains to the least loss.</summary>
public static class ComputeOptimal
{
    /// <summary>Layers of a sized model come in these steps, so that a pipeline can split them evenly.</summary>
    private const int LayerStep = 8;

    /// <summary>
    /// Parameters, as a number, of the least loss at a budget.
    /// Equation: <c>N = G (C/6)^(b / (a + b))</c>, <c>G = (a A / (b B))^(1 / (a + b))</c>, the least of <c>A/N^a + B/D^b</c> along <c>6 N D = C</c>.
    /// Assumption: six FLOP a parameter and token; dense models; power laws that hold far beyond the runs they were fitted on
    /// (models up to some 16 billion parameters). Source: hoffmann-2022, besiroglu-2024, as the law says.
    /// </summary>
    /// <param name="flops">Model FLOP of the whole run.</param>
    /// <exception cref="ArgumentOutOfRangeException">The budget is not above zero.</exception>
    public static double Parameters(LossLaw law, double flops)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(flops);
        var (a, b) = (law.ParameterExponent.Value, law.DataExponent.Value);
        var scale = Math.Pow(a * law.ParameterCoefficient.Value / (b * law.DataCoefficient.Value), 1 / (a + b));
        return scale * Math.Pow(flops / 6, b / (a + b));
    }

    /// <summary>
    /// A model of about so many parameters with the proportions of another: as many times deeper as wider, in whole groups of heads and
    /// steps of layers, so that its parameters are what was asked to within a few per cent where layers are many.
    /// </summary>
    /// <returns>Layers and width, as <see cref="Transformer.WithLayers"/> and <see cref="Transformer.WithHidden"/> take them.</returns>
    /// <exception cref="MissingFactException">The model is not made of equal layers of attention and a dense block.</exception>
    public static (int Layers, int Hidden) Shape(Transformer model, double parameters)
    {
        if (model.Layers is not [{ Layer.Mixer: Attention attention }])
        {
            throw new MissingFactException($"{model.Name} is not made of equal layers of attention and a dense block: it cannot be sized to a budget");
        }

        var group = model.Hidden / attention.Heads * attention.KeyValueHeads;
        var times = Math.Cbrt(parameters / ModelCounts.Parameters(model).Total);
        var hidden = Math.Max(1, (int)Math.Round(model.Hidden * times / group)) * group;
        var counts = ModelCounts.Parameters(model.WithHidden(hidden).WithLayers(LayerStep));
        var layers = (parameters - (counts.Total - counts.Layers)) / (counts.Layers / LayerStep);
        return (Math.Max(1, (int)Math.Round(layers / LayerStep)) * LayerStep, hidden);
    }
}
