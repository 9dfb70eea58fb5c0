using Orrery.Analysis.Scaling;
using Orrery.Catalog;
using Orrery.Domain;
using Orrery.Domain.Workloads;
using Orrery.Quantities;
using Xunit;

namespace Orrery.Analysis.Tests.Scaling;

/// <summary>The critical batch by hand, and what batches beyond it cost.</summary>
public sealed class CriticalBatchTests
{
    private static readonly OrreryCatalog Shipped =
        OrreryCatalog.Open(CatalogRoot.Find() ?? throw new InvalidOperationException("no catalog above the test's folder"));

    /// <summary>3 (16 million / 1 million)^0.5 = 12 sequences of 100 tokens, which cost a quarter more: the critical batch is 4 times that.</summary>
    [Theory]
    [InlineData(CriticalBatchArgument.Parameters, 16e6, double.NaN)]
    [InlineData(CriticalBatchArgument.Tokens, double.NaN, 16e6)]
    public void Tokens_OfALaw_IsTheHandComputedBatch(CriticalBatchArgument dependsOn, double parameters, double tokens) =>
        Assert.Equal(4800, CriticalBatch.Tokens(Law(dependsOn), parameters, tokens), 1e-9);

    /// <summary>
    /// 93.20 x 1000^0.47 = 93.20 x 25.704 = 2,395.6 sequences of 512 at 20 %: 6.133 million tokens;
    /// 22.91 x 20,000^0.47 = 22.91 x 105.071 = 2,407.2: 6.162 million;
    /// 0.0471 x (2e10)^0.462 = 0.0471 x 57,422 = 2,704.6 sequences of 2,048: 5.539 million.
    /// </summary>
    [Theory]
    [InlineData("zhang-2024-parameters", 6.133e6)]
    [InlineData("zhang-2024-tokens", 6.162e6)]
    [InlineData("bergsma-2025", 5.539e6)]
    public void ShippedLaws_AtABillionParametersAndTwentyTokensEach_AreThosePrinted(string id, double expected) =>
        Assert.Equal(expected, CriticalBatch.Tokens(Shipped.CriticalBatchLaw(id), 1e9, 2e10), 0.0002 * expected);

    [Theory]
    [InlineData(24e9)]
    [InlineData(1e12)]
    [InlineData(15e12)]
    public void LawsByTokens_AgreeWithinAFifth(double tokens)
    {
        var ratio = CriticalBatch.Tokens(Shipped.CriticalBatchLaw("zhang-2024-tokens"), 1, tokens)
            / CriticalBatch.Tokens(Shipped.CriticalBatchLaw("bergsma-2025"), 1, tokens);
        Assert.InRange(ratio, 1.0, 1.2);
    }

    [Fact]
    public void TokensNeeded_AtTheCriticalBatch_IsTwiceTheLeast()
    {
        Assert.Equal(2e12, CriticalBatch.TokensNeeded(1e12, 8e6, 8e6), 1);
        Assert.Equal(1.2e12, CriticalBatch.TokensNeeded(1e12, 1.6e6, 8e6), 1); // a fifth of it costs a fifth more
        Assert.Equal(3e12, CriticalBatch.TokensNeeded(1e12, 16e6, 8e6), 1);
    }

    /// <summary>A law's own batch costs the overhead that the law names, whatever it is.</summary>
    [Fact]
    public void TokensNeeded_AtALawsOwnBatch_IsItsOverheadMore()
    {
        var law = Law(CriticalBatchArgument.Tokens);
        Assert.Equal(1.25e12, CriticalBatch.TokensNeeded(1e12, 12 * 100, CriticalBatch.Tokens(law, 1, 16e6)), 1);
    }

    /// <summary>1e12 tokens at a batch of 4 million of 8 million: 1.5e12 tokens, 375,000 steps of 2 s.</summary>
    [Fact]
    public void TimeToTrain_IsTokensOverBatchTimesTheStep() =>
        Assert.Equal(750_000, CriticalBatch.TimeToTrain(1e12, 4e6, 8e6, new Seconds(2)).Value, 1e-6);

    [Fact]
    public void TimeToTrain_HasAFloorHoweverLargeTheBatch()
    {
        const double Floor = 1e12 / 8e6 * 2;
        var last = double.PositiveInfinity;
        foreach (var batch in new[] { 1e6, 8e6, 64e6, 1e9, 1e12 })
        {
            var time = CriticalBatch.TimeToTrain(1e12, batch, 8e6, new Seconds(2)).Value;
            Assert.InRange(time, Floor, last);
            last = time;
        }

        Assert.Equal(Floor, last, 0.001 * Floor);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void WhatIsNotAboveZero_IsRefused(double wrong)
    {
        Assert.Throws<ArgumentOutOfRangeException>("parameters", () => CriticalBatch.Tokens(Law(CriticalBatchArgument.Parameters), wrong, 1e9));
        Assert.Throws<ArgumentOutOfRangeException>("trainingTokens", () => CriticalBatch.Tokens(Law(CriticalBatchArgument.Tokens), 1e9, wrong));
        Assert.Throws<ArgumentOutOfRangeException>("minimumTokens", () => CriticalBatch.TokensNeeded(wrong, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>("batchTokens", () => CriticalBatch.TokensNeeded(1, wrong, 1));
        Assert.Throws<ArgumentOutOfRangeException>("criticalTokens", () => CriticalBatch.TokensNeeded(1, 1, wrong));
        Assert.Throws<ArgumentOutOfRangeException>("iteration", () => CriticalBatch.TimeToTrain(1, 1, 1, new Seconds(wrong)));
    }

    private static CriticalBatchLaw Law(CriticalBatchArgument dependsOn) => new()
    {
        Id = "law",
        Name = "Law",
        DependsOn = dependsOn,
        CountedIn = Known(1e6),
        Coefficient = Known(3),
        Exponent = Known(0.5),
        SequenceLength = new Sourced<int>(100, "BOOK", Confidence.Published),
        Overhead = Known(0.25),
    };

    private static Sourced<double> Known(double value) => new(value, "BOOK", Confidence.Published);
}
