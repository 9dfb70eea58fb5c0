using Orrery.Catalog.Checks;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Workloads;
using Xunit;

namespace Orrery.Catalog.Tests;

/// <summary>Laws of the critical batch: read, named, wrong, and which is the default.</summary>
public sealed class LawTests
{
    private const string Law = """
        id: one
        name: First law
        aliases: [law-of-batches]
        source: BOOK
        confidence: published
        depends_on: tokens
        counted_in: 1000000
        coefficient: { value: 20, low: 15, high: 25, confidence: assumed, note: "A guess" }
        exponent: 0.5
        sequence_length: 512
        overhead: 0.2
        default: true
        """;

    [Fact]
    public void ALaw_IsReadWithItsSources()
    {
        using var scratch = new ScratchCatalog().Write("laws/one.yaml", Law);
        var law = scratch.Open().CriticalBatchLaw("Law of Batches");
        Assert.Equal(("one", "First law", CriticalBatchArgument.Tokens), (law.Id, law.Name, law.DependsOn));
        Assert.Equal(new Sourced<double>(20, "BOOK", Confidence.Assumed, 15, 25, "A guess"), law.Coefficient);
        Assert.Equal((1e6, 0.5, 512, 0.2), (law.CountedIn.Value, law.Exponent.Value, law.SequenceLength.Value, law.Overhead.Value));
        Assert.Equal(law, scratch.Open().DefaultCriticalBatchLaw());
        Assert.Empty(CatalogCheck.Run(scratch.Open()));
    }

    [Fact]
    public void AnUnknownName_IsAnErrorThatSuggestsOne()
    {
        var error = Assert.Throws<InvalidInputException>(() => Repository.Open().CriticalBatchLaw("bergsma-2052"));
        var finding = Assert.Single(error.Diagnostics);
        Assert.Equal((DiagnosticCode.UnknownName, "no law is called 'bergsma-2052'", "did you mean 'bergsma-2025'?"), (finding.Code, finding.Message, finding.Hint));
        Assert.Null(Repository.Open().FindCriticalBatchLaw("h100-sxm"));
    }

    [Theory]
    [InlineData("depends_on: tokens", "depends_on: token", "error ORR0103: 'depends_on' is 'token', expected one of parameters, tokens")]
    [InlineData("exponent: 0.5", "exponent: half", "error ORR0103: 'exponent' is 'half', expected a number")]
    [InlineData("exponent: 0.5", "exponent: -0.5", "error ORR0110: 'exponent' is '-0.5', expected nothing below zero")]
    [InlineData("exponent: 0.5", "", "error ORR0104: 'exponent' is missing, expected a number")]
    [InlineData("counted_in: 1000000", "counted_in: 0", "error ORR0110: 'counted_in' may be 0, expected more")]
    [InlineData("overhead: 0.2", "overhead: { value: 0.2, low: 0, high: 1 }", "error ORR0110: 'overhead' may be 0, expected more")]
    [InlineData("sequence_length: 512", "sequence_length: 0", "error ORR0103: 'sequence_length' is '0', expected a whole number, at least 1")]
    [InlineData("sequence_length: 512", "", "error ORR0104: 'sequence_length' is missing, expected a whole number")]
    [InlineData("default: true", "default: yes", "error ORR0103: 'default' is 'yes', expected true or false")]
    [InlineData("default: true", "", "error ORR0104: 'default' is missing, expected true in one law")]
    public void ALawThatIsWrong_IsOneError(string right, string wrong, string message)
    {
        using var scratch = new ScratchCatalog().Write("laws/one.yaml", Law.Replace(right, wrong, StringComparison.Ordinal));
        var finding = Assert.Single(CatalogCheck.Run(scratch.Open())).ToString();
        Assert.StartsWith("catalog/laws/one.yaml:", finding, StringComparison.Ordinal);
        Assert.Contains(message, finding, StringComparison.Ordinal);
    }

    [Fact]
    public void TwoDefaults_AreAnError_AndNoneIsAMissingFact()
    {
        using var scratch = new ScratchCatalog().Write("laws/one.yaml", Law)
            .Write("laws/two.yaml", Law.Replace("id: one", "id: two").Replace("First law", "Second law").Replace("law-of-batches", "another"));
        Assert.Equal(
            "catalog/laws/two.yaml: error ORR0103: 'default' is true here and in 'one', expected one default law",
            Assert.Single(CatalogCheck.Run(scratch.Open())).ToString());
        using var empty = new ScratchCatalog();
        Assert.Throws<MissingFactException>(empty.Open().DefaultCriticalBatchLaw);
    }

    [Fact]
    public void TheShippedDefault_IsByData_AndItsRangesAreInputs()
    {
        var catalog = Repository.Open();
        var law = catalog.DefaultCriticalBatchLaw();
        Assert.Equal(CriticalBatchArgument.Tokens, law.DependsOn);
        var paths = catalog.RangedInputs(catalog.System("dgx-h100"), law: law).Select(input => input.Path).ToList();
        Assert.Contains($"laws/{law.Id}:coefficient", paths);
        Assert.Contains($"laws/{law.Id}:exponent", paths);
        Assert.Equal(law.Coefficient.High, catalog.WithOverride($"laws/{law.Id}:coefficient", RangeEnd.High).CriticalBatchLaw(law.Id).Coefficient.Value);
    }
}
