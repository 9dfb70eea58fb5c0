using Orrery.Analysis.Models;
using Orrery.Analysis.Training;
using Orrery.Domain.Models;
using Orrery.Quantities;

namespace Orrery.Analysis.Reliability;

/// <summary>What a checkpoint of a whole model holds.</summary>
public static class CheckpointSize
{
    /// <summary>
    /// Equation: <c>parameters (weight bytes + optimizer state bytes)</c>, prediction modules included, each once however many chips hold copies.
    /// Assumption: nothing else is saved. Source: counting; bytes as the software stack keeps them.
    /// </summary>
    public static Bytes Of(Transformer model, TrainingParameters parameters)
    {
        var counts = ModelCounts.Parameters(model);
        return new Bytes((counts.Total + counts.MultiTokenPrediction) * (parameters.WeightBytes + parameters.OptimizerStateBytes));
    }
}
