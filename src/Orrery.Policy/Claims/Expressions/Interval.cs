namespace Orrery.Policy.Claims.Expressions;

/// <summary>A number with the ends of what it may be; both ends are the value where nothing is in doubt.</summary>
public readonly record struct Interval(double Low, double Value, double High)
{
    public static Interval Of(double value) => new(value, value, value);

    public bool IsExact => Low == High;

    /// <summary>How far apart the ends are, over the value.</summary>
    public double Width => Value == 0 ? High - Low : (High - Low) / Math.Abs(Value);

    public static Interval operator +(Interval one, Interval other) => new(one.Low + other.Low, one.Value + other.Value, one.High + other.High);

    public static Interval operator -(Interval one, Interval other) => new(one.Low - other.High, one.Value - other.Value, one.High - other.Low);

    public static Interval operator *(Interval one, Interval other) => Ends(one.Value * other.Value, one.Low * other.Low, one.Low * other.High, one.High * other.Low, one.High * other.High);

    /// <summary>Over an interval that holds zero the quotient has no end.</summary>
    public static Interval operator /(Interval one, Interval other) => other.Low <= 0 && other.High >= 0 && !other.IsExact
        ? new Interval(double.NegativeInfinity, one.Value / other.Value, double.PositiveInfinity)
        : Ends(one.Value / other.Value, one.Low / other.Low, one.Low / other.High, one.High / other.Low, one.High / other.High);

    public static Interval operator -(Interval one) => new(-one.High, -one.Value, -one.Low);

    public static Interval Min(Interval one, Interval other) => new(Math.Min(one.Low, other.Low), Math.Min(one.Value, other.Value), Math.Min(one.High, other.High));

    public static Interval Max(Interval one, Interval other) => new(Math.Max(one.Low, other.Low), Math.Max(one.Value, other.Value), Math.Max(one.High, other.High));

    private static Interval Ends(double value, double a, double b, double c, double d) =>
        new(Math.Min(Math.Min(a, b), Math.Min(c, d)), value, Math.Max(Math.Max(a, b), Math.Max(c, d)));
}

/// <summary>Whether a condition holds: for certain, for certain not, or by which end of an interval is so.</summary>
/// <param name="AtValues">Whether it holds at the values.</param>
/// <param name="Always">Whether it holds whatever the intervals' ends.</param>
/// <param name="Ever">Whether it holds anywhere in the intervals.</param>
public readonly record struct Truth(bool AtValues, bool Always, bool Ever)
{
    public static Truth Of(bool value) => new(value, value, value);

    public Truth And(Truth other) => new(AtValues && other.AtValues, Always && other.Always, Ever && other.Ever);

    public Truth Or(Truth other) => new(AtValues || other.AtValues, Always || other.Always, Ever || other.Ever);

    public Truth Not => new(!AtValues, !Ever, !Always);
}
