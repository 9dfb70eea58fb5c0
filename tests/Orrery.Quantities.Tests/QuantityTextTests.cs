using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Orrery.Quantities.Tests;

public sealed class QuantityTextTests
{
    [Theory]
    [InlineData("3.35 TB/s", 3.35e12), InlineData("450 GB/s", 450e9), InlineData("400 Gb/s", 50e9), InlineData("1 B/s", 1), InlineData("  7 GB/s ", 7e9)]
    public void TryParse_OfBandwidth_IsInBytesPerSecond(string text, double expected)
    {
        Assert.True(QuantityText.TryParse<BytesPerSecond>(text, out var bandwidth, out _));
        Assert.Equal(expected, bandwidth.Value, expected * 1e-12);
    }

    [Theory]
    [InlineData("1.5 us", 1.5e-6), InlineData("12 ms", 12e-3), InlineData("2 h", 7200), InlineData("-1 s", -1)]
    public void TryParse_OfTime_IsInSeconds(string text, double expected)
    {
        Assert.True(QuantityText.TryParse<Seconds>(text, out var time, out _));
        Assert.Equal(expected, time.Value, 1e-12);
    }

    [Theory]
    [InlineData("0.72", 0.72), InlineData("72 %", 0.72), InlineData("1e3", 1000)]
    public void TryParse_OfAPlainNumber_TakesPercentToo(string text, double expected)
    {
        Assert.True(QuantityText.TryParse<Scalar>(text, out var number, out _));
        Assert.Equal(expected, number.Value, 1e-12);
    }

    [Theory]
    [InlineData(""), InlineData("700"), InlineData("W"), InlineData("700 V"), InlineData("700W"), InlineData("NaN W"), InlineData("Infinity W")]
    [InlineData("7,5 W"), InlineData("0x10 W"), InlineData("1e400 W"), InlineData("700 W W")]
    public void TryParse_OfWhatIsNoPower_SaysWhatWasExpected(string text)
    {
        Assert.False(QuantityText.TryParse<Watts>(text, out var power, out var expected));
        Assert.Equal(default, power);
        Assert.Equal("a power: a number and a unit (MW, kW, W)", expected);
    }

    [Theory]
    [InlineData(3.35e12, "3.35 TB/s"), InlineData(450e9, "450 GB/s"), InlineData(0, "0 B/s"), InlineData(999.6e9, "1000 GB/s"), InlineData(-2e12, "-2.00 TB/s")]
    public void Format_OfBandwidth_PicksTheLargestUnitBelowTheValue(double value, string expected) =>
        Assert.Equal(expected, new BytesPerSecond(value).ToString());

    [Theory]
    [InlineData(0.0123456, "0.0123"), InlineData(123456, "123,456"), InlineData(1, "1.00"), InlineData(1e12, "1e+12"), InlineData(double.NaN, "NaN")]
    public void Significant_KeepsThreeDigits(double value, string expected) => Assert.Equal(expected, QuantityText.Significant(value));

    [Fact]
    public void Formatted_quantities_read_back_to_three_digits()
    {
        RoundTrips<Seconds>(1e-8, 1e7);
        RoundTrips<Bytes>(2, 1e17);
        RoundTrips<Flops>(2, 1e20);
        RoundTrips<BytesPerSecond>(2, 1e17);
        RoundTrips<FlopsPerSecond>(2, 1e20);
        RoundTrips<Watts>(2, 1e8);
        RoundTrips<Usd>(2, 1e8);
        RoundTrips<Scalar>(1e-3, 1e3);
    }

    [Fact]
    public void Every_unit_of_every_dimension_reads_as_its_factor()
    {
        ReadsAllUnits<Seconds>();
        ReadsAllUnits<Bytes>();
        ReadsAllUnits<Flops>();
        ReadsAllUnits<BytesPerSecond>();
        ReadsAllUnits<FlopsPerSecond>();
        ReadsAllUnits<Watts>();
        ReadsAllUnits<Usd>();
        ReadsAllUnits<SquareMetres>();
        ReadsAllUnits<Scalar>();
    }

    [Fact]
    public void A_strange_culture_changes_nothing()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = "." } };
            Assert.Equal("3.35 TB/s", new BytesPerSecond(3.35e12).ToString());
            Assert.True(QuantityText.TryParse<BytesPerSecond>("3.35 TB/s", out var read, out _));
            Assert.Equal(3.35e12, read.Value);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    /// <summary>Values spread evenly over the magnitudes between two ends, since that is where unit choice can go wrong.</summary>
    private static void RoundTrips<T>(double low, double high) where T : struct, IQuantity<T>
    {
        var exponents = Gen.Choose(0, 1_000_000).Select(step => low * Math.Pow(high / low, step / 1e6));
        var property = Prop.ForAll(exponents.ToArbitrary(), value =>
        {
            var text = QuantityText.Format(T.From(value)).Replace(",", "", StringComparison.Ordinal);
            return QuantityText.TryParse<T>(text, out var back, out _) && Math.Abs((back.Value / value) - 1) < 0.006;
        });
        property.QuickCheckThrowOnFailure();
    }

    private static void ReadsAllUnits<T>() where T : struct, IQuantity<T>
    {
        foreach (var (unit, factor) in T.Dimension.Units)
        {
            Assert.True(QuantityText.TryParse<T>("2 " + unit, out var read, out _), unit);
            Assert.Equal(2 * factor, read.Value, Math.Abs(factor) * 1e-12);
        }
    }
}
