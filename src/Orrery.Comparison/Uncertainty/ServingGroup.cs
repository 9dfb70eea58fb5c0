using Orrery.Domain.Models;
using Orrery.Domain.Hardware;

namespace Orrery.Comparison.Uncertainty;

/// <summary>What makes a serving prediction like a published result: the quantity and the engine, the chip's generation, the model's family.</summary>
public static class ServingGroup
{
    /// <summary>The file of left-out residuals of serving runs, beside that of training.</summary>
    public const string FileName = "serving-residuals.csv";

    public const string Ttft = "ttft_ms";
    public const string Tpot = "tpot_ms";
    public const string Throughput = "tokens_per_s_per_chip";

    public static string ClassOf(string metric, string engine) => $"{metric} {engine}";

    public static string MetricOf(string @class) => @class.Split(' ')[0];

    /// <summary>ln(measured speed / predicted speed) of a prediction that is over the measured value by <paramref name="error"/>; of times, less is faster.</summary>
    public static double Residual(string metric, double error) => metric == Throughput ? -Math.Log(1 + error) : Math.Log(1 + error);

    /// <summary>Predicted over measured, less one.</summary>
    public static double Error(Residual residual) => Math.Exp(MetricOf(residual.Class) == Throughput ? -residual.Value : residual.Value) - 1;

    /// <summary>How far predictions of one quantity by one engine have been off; null where no residual of that quantity is known.</summary>
    public static ResidualSpread? Spread(ResidualTable table, string metric, string engine, Chip chip, Transformer model) => ResidualSpread.Of(
        table, new ValidatedGroup(ClassOf(metric, engine), chip.Generation, ValidatedGroup.FamilyOf(model.Id)), residual => MetricOf(residual.Class) == metric);
}
