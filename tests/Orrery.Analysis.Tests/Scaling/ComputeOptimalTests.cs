using Orrery.Analysis.Models;
using Orrery.Analysis.Scaling;
using Orrery.Catalog;
using Orrery.Domain;
using Orrery.Domain.Workloads;
using Xunit;

namespace Orrery.Analysis.Tests.Scaling;

/// <summary>Sizes of models by hand, by search, and in whole heads and layers.</summary>
public sealed class ComputeOptimalTests
{
    private static readonly OrreryCatalog Shipped =
        OrreryCatalog.Open(CatalogRoot.Find() ?? throw new InvalidOperationException("no catalog above the test's folder"));

    /// <summary>4/N^0.5 + 1/D^0.5 with N D = 600/6 = 100: N = 4 x 100^0.5 = 40.</summary>
    [Fact]
    public void Parameters_OfALaw_AreTheHandComputedNumber() => Assert.Equal(40, ComputeOptimal.Parameters(
        new LossLaw { Id = "x", Name = "x", ParameterCoefficient = Of(4), DataCoefficient = Of(1), ParameterExponent = Of(0.5), DataExponent = Of(0.5) }, 600), 1e-9);

    /// <summary>About 20 tokens a parameter where the paper's own runs are, as its other two methods and its model of 70 billion parameters have it.</summary>
    [Fact]
    public void TheShippedDefault_AtChinchillasBudget_IsNearTwentyTokensAParameter()
    {
        const double Flops = 5.76e23; // 6 x 70e9 x 1.4e12, less what rounding takes
        var parameters = ComputeOptimal.Parameters(Shipped.DefaultLossLaw(), Flops);
        Assert.InRange(Flops / 6 / parameters / parameters, 15, 25);
    }

    [Theory]
    [InlineData("besiroglu-2024", 1e24)]
    [InlineData("besiroglu-2024", 1e28)]
    [InlineData("hoffmann-2022", 1e26)]
    public void Parameters_OfALaw_ReachTheLeastLossOfTheBudget(string id, double flops)
    {
        var law = Shipped.LossLaw(id);
        var best = ComputeOptimal.Parameters(law, flops);
        foreach (var other in new[] { 0.5, 0.97, 1.03, 2 })
        {
            Assert.True(Loss(law, best, flops) < Loss(law, other * best, flops));
        }
    }

    [Theory]
    [InlineData("llama-3.1-8b", 3e9, 0.1)]
    [InlineData("llama-3.1-405b", 1e12, 0.04)]
    [InlineData("llama-3.1-405b", 1.1e13, 0.02)]
    public void Shape_OfSoManyParameters_HasThemToAFewPerCent(string id, double parameters, double error)
    {
        var model = Shipped.Model(id);
        var (layers, hidden) = ComputeOptimal.Shape(model, parameters);
        Assert.Equal(1, ModelCounts.Parameters(model.WithLayers(layers).WithHidden(hidden)).Total / parameters, error);
        Assert.Equal((double)model.LayerCount / model.Hidden, (double)layers / hidden, 4 * error * model.LayerCount / model.Hidden);
    }

    [Fact]
    public void Shape_OfAModelOfExperts_IsAMissingFact() =>
        Assert.Throws<MissingFactException>(() => ComputeOptimal.Shape(Shipped.Model("deepseek-v3"), 1e12));

    private static double Loss(LossLaw law, double parameters, double flops) =>
        (law.ParameterCoefficient.Value / Math.Pow(parameters, law.ParameterExponent.Value))
        + (law.DataCoefficient.Value / Math.Pow(flops / 6 / parameters, law.DataExponent.Value));

    private static Sourced<double> Of(double value) => new(value, "BOOK", Confidence.Published);
}
