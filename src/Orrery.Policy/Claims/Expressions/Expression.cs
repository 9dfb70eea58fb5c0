namespace Orrery.Policy.Claims.Expressions;

/// <summary>Arithmetic over named measures.</summary>
public abstract record Expression
{
    /// <summary>Names of the measures in it.</summary>
    public abstract IEnumerable<string> Names { get; }

    /// <param name="measures">By name.</param>
    public abstract Interval Evaluate(IReadOnlyDictionary<string, Interval> measures);
}

public sealed record Constant(double Number) : Expression
{
    public override IEnumerable<string> Names => [];

    public override Interval Evaluate(IReadOnlyDictionary<string, Interval> measures) => Interval.Of(Number);
}

public sealed record Named(string Name) : Expression
{
    public override IEnumerable<string> Names => [Name];

    public override Interval Evaluate(IReadOnlyDictionary<string, Interval> measures) => measures[Name];
}

/// <param name="Operator">One of + - * /, min or max.</param>
public sealed record Operation(string Operator, Expression Left, Expression Right) : Expression
{
    public override IEnumerable<string> Names => Left.Names.Concat(Right.Names);

    public override Interval Evaluate(IReadOnlyDictionary<string, Interval> measures)
    {
        var (left, right) = (Left.Evaluate(measures), Right.Evaluate(measures));
        return Operator switch
        {
            "+" => left + right,
            "-" => left - right,
            "*" => left * right,
            "/" => left / right,
            "min" => Interval.Min(left, right),
            "max" => Interval.Max(left, right),
            _ => throw new ArgumentException($"no operator '{Operator}'", nameof(measures)),
        };
    }
}

/// <summary>A statement about measures that is true or false.</summary>
public abstract record Condition
{
    public abstract IEnumerable<string> Names { get; }

    public abstract Truth Evaluate(IReadOnlyDictionary<string, Interval> measures);
}

/// <param name="Operator">One of &lt; &lt;= &gt; &gt;=.</param>
public sealed record Comparison(string Operator, Expression Left, Expression Right) : Condition
{
    public override IEnumerable<string> Names => Left.Names.Concat(Right.Names);

    public override Truth Evaluate(IReadOnlyDictionary<string, Interval> measures)
    {
        var (left, right) = (Left.Evaluate(measures), Right.Evaluate(measures));
        return Operator switch
        {
            ">" => new Truth(left.Value > right.Value, left.Low > right.High, left.High > right.Low),
            ">=" => new Truth(left.Value >= right.Value, left.Low >= right.High, left.High >= right.Low),
            "<" => new Truth(left.Value < right.Value, left.High < right.Low, left.Low < right.High),
            "<=" => new Truth(left.Value <= right.Value, left.High <= right.Low, left.Low <= right.High),
            _ => throw new ArgumentException($"no comparison '{Operator}'", nameof(measures)),
        };
    }
}

public sealed record Both(Condition One, Condition Other, bool IsAnd) : Condition
{
    public override IEnumerable<string> Names => One.Names.Concat(Other.Names);

    public override Truth Evaluate(IReadOnlyDictionary<string, Interval> measures)
    {
        var (one, other) = (One.Evaluate(measures), Other.Evaluate(measures));
        return IsAnd ? one.And(other) : one.Or(other);
    }
}

public sealed record Not(Condition Of) : Condition
{
    public override IEnumerable<string> Names => Of.Names;

    public override Truth Evaluate(IReadOnlyDictionary<string, Interval> measures) => Of.Evaluate(measures).Not;
}
