using Orrery.Policy.Claims.Expressions;
using Xunit;

namespace Orrery.Policy.Tests.Claims;

/// <summary>The language of claims: arithmetic and conditions over intervals.</summary>
public sealed class ExpressionTests
{
    private static readonly Dictionary<string, Interval> Measures = new()
    {
        ["one"] = Interval.Of(1), ["two"] = Interval.Of(2), ["about_three"] = new Interval(2.5, 3, 4), ["around_zero"] = new Interval(-1, 0.5, 1),
    };

    [Theory]
    [InlineData("1 + 2 * 3", 7)]
    [InlineData("(1 + 2) * 3", 9)]
    [InlineData("8 / 2 / 2", 2)]
    [InlineData("8 - 2 - 2", 4)]
    [InlineData("-two + 3", 1)]
    [InlineData("min(3, two, 5) + max(1, 4)", 6)]
    [InlineData("2e3 * .5", 1000)]
    public void Arithmetic_binds_as_usual(string text, double expected) => Assert.Equal(expected, ExpressionParser.Arithmetic(text).Evaluate(Measures).Value, 1e-12);

    [Theory]
    [InlineData("")]
    [InlineData("1 +")]
    [InlineData("(1")]
    [InlineData("1 2")]
    [InlineData("one $ two")]
    [InlineData("1.2.3")]
    public void What_is_no_arithmetic_is_said_so(string text) => Assert.Throws<FormatException>(() => ExpressionParser.Arithmetic(text));

    [Theory]
    [InlineData("two > one", true, true, true)]
    [InlineData("about_three > 2", true, true, true)]
    [InlineData("about_three > 2.8", true, false, true)]
    [InlineData("about_three > 3.5", false, false, true)]
    [InlineData("about_three > 5", false, false, false)]
    [InlineData("about_three > 2.8 and two > one", true, false, true)]
    [InlineData("about_three > 5 or two > one", true, true, true)]
    [InlineData("not about_three > 3.5", true, false, true)]
    [InlineData("(one + two) / 3 >= 1", true, true, true)]
    [InlineData("(one > 2 or two > 1) and one < 2", true, true, true)]
    public void A_condition_holds_always_or_somewhere(string text, bool atValues, bool always, bool ever) =>
        Assert.Equal(new Truth(atValues, always, ever), ExpressionParser.Condition(text).Evaluate(Measures));

    /// <summary>Whatever is drawn from the operands' intervals, the result is in the result's.</summary>
    [Theory]
    [InlineData("a + b")]
    [InlineData("a - b")]
    [InlineData("a * b")]
    [InlineData("a / b")]
    [InlineData("min(a, b) * max(a, b) - a / (b + 10)")]
    public void An_interval_holds_every_result(string text)
    {
        var random = new Random(7);
        var expression = ExpressionParser.Arithmetic(text);
        for (var i = 0; i < 500; i++)
        {
            Interval Draw()
            {
                var ends = new[] { random.NextDouble() * 9 + 0.5, random.NextDouble() * 9 + 0.5, random.NextDouble() * 9 + 0.5 }.Order().ToArray();
                return random.Next(2) == 0 ? new Interval(ends[0], ends[1], ends[2]) : new Interval(-ends[2], -ends[1], -ends[0]);
            }

            var (a, b) = (Draw(), Draw());
            double Inside(Interval interval) => interval.Low + (random.NextDouble() * (interval.High - interval.Low));
            var result = expression.Evaluate(new Dictionary<string, Interval> { ["a"] = a, ["b"] = b });
            var point = expression.Evaluate(new Dictionary<string, Interval> { ["a"] = Interval.Of(Inside(a)), ["b"] = Interval.Of(Inside(b)) }).Value;
            Assert.True(point >= result.Low - 1e-9 && point <= result.High + 1e-9, $"{text} of {a} and {b}: {point} outside {result}");
        }
    }

    [Fact]
    public void Over_an_interval_that_holds_zero_there_is_no_end() =>
        Assert.Equal(double.PositiveInfinity, ExpressionParser.Arithmetic("two / around_zero").Evaluate(Measures).High);
}
