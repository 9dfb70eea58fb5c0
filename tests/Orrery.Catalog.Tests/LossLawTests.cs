using Orrery.Catalog.Checks;
using Orrery.Domain;
using Xunit;

namespace Orrery.Catalog.Tests;

/// <summary>Laws of the loss: read, wrong, and which is the default.</summary>
public sealed class LossLawTests
{
    private const string Law = """
        id: one
        name: First law
        source: BOOK
        confidence: published
        parameter_coefficient: 400
        data_coefficient: 2000
        parameter_exponent: 0.35
        data_exponent: 0.36
        default: true
        """;

    [Fact]
    public void A_law_is_read_with_its_sources()
    {
        using var scratch = new ScratchCatalog().Write("loss-laws/one.yaml", Law);
        var law = scratch.Open().LossLaw("one");
        Assert.Equal((400, 2000, 0.35, 0.36), (law.ParameterCoefficient.Value, law.DataCoefficient.Value, law.ParameterExponent.Value, law.DataExponent.Value));
        Assert.Equal(law, scratch.Open().DefaultLossLaw());
        Assert.Empty(CatalogCheck.Run(scratch.Open()));
    }

    [Theory]
    [InlineData("data_exponent: 0.36", "", "error ORR0104: 'data_exponent' is missing, expected a number")]
    [InlineData("data_exponent: 0.36", "data_exponent: 0", "error ORR0110: 'data_exponent' may be 0, expected more")]
    [InlineData("default: true", "", "error ORR0104: 'default' is missing, expected true in one law")]
    public void A_law_that_is_wrong_is_one_error(string right, string wrong, string message)
    {
        using var scratch = new ScratchCatalog().Write("loss-laws/one.yaml", Law.Replace(right, wrong, StringComparison.Ordinal));
        var finding = Assert.Single(CatalogCheck.Run(scratch.Open())).ToString();
        Assert.StartsWith("catalog/loss-laws/one.yaml:", finding, StringComparison.Ordinal);
        Assert.Contains(message, finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_default_the_fact_is_missing()
    {
        using var empty = new ScratchCatalog();
        Assert.Throws<MissingFactException>(empty.Open().DefaultLossLaw);
    }
}
