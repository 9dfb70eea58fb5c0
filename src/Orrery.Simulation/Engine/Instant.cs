using Orrery.Quantities;

namespace Orrery.Simulation.Engine;

/// <summary>A point in simulated time, in whole nanoseconds since the start; up to 292 years of them.</summary>
/// <remarks>
/// Whole ticks, so that the order of events never hangs on rounding and sums do not depend on their order. A nanosecond is a
/// thousandth of the shortest collective's start-up time; what is rounded to it is off by half of one at most.
/// </remarks>
/// <param name="Ticks">Nanoseconds.</param>
public readonly record struct Instant(long Ticks) : IComparable<Instant>
{
    public static Instant Start => default;

    /// <summary>Seconds since the start.</summary>
    public Seconds SinceStart => new(Ticks * Duration.TickSeconds);

    public static Instant operator +(Instant left, Duration right) => new(checked(left.Ticks + right.Ticks));

    public static Duration operator -(Instant left, Instant right) => new(left.Ticks - right.Ticks);

    public static bool operator <(Instant left, Instant right) => left.Ticks < right.Ticks;

    public static bool operator >(Instant left, Instant right) => left.Ticks > right.Ticks;

    public static bool operator <=(Instant left, Instant right) => left.Ticks <= right.Ticks;

    public static bool operator >=(Instant left, Instant right) => left.Ticks >= right.Ticks;

    public static Instant Later(Instant one, Instant other) => new(Math.Max(one.Ticks, other.Ticks));

    public int CompareTo(Instant other) => Ticks.CompareTo(other.Ticks);

    public override string ToString() => SinceStart.ToString();
}

/// <summary>A length of simulated time, in whole nanoseconds; never a point.</summary>
/// <param name="Ticks">Nanoseconds.</param>
public readonly record struct Duration(long Ticks) : IComparable<Duration>
{
    internal const double TickSeconds = 1e-9;

    public static Duration Zero => default;

    public Seconds Seconds => new(Ticks * TickSeconds);

    /// <summary>The nearest whole number of ticks.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, not a number, or longer than simulated time reaches (292 years).</exception>
    public static Duration Of(Seconds seconds)
    {
        var ticks = Math.Round(seconds.Value / TickSeconds);
        return ticks is >= 0 and < long.MaxValue
            ? new Duration((long)ticks)
            : throw new ArgumentOutOfRangeException(nameof(seconds), seconds.Value, "expected seconds from 0 to 9.2e9");
    }

    public static Duration operator +(Duration left, Duration right) => new(checked(left.Ticks + right.Ticks));

    public static Duration operator -(Duration left, Duration right) => new(left.Ticks - right.Ticks);

    public static bool operator <(Duration left, Duration right) => left.Ticks < right.Ticks;

    public static bool operator >(Duration left, Duration right) => left.Ticks > right.Ticks;

    public static bool operator <=(Duration left, Duration right) => left.Ticks <= right.Ticks;

    public static bool operator >=(Duration left, Duration right) => left.Ticks >= right.Ticks;

    public int CompareTo(Duration other) => Ticks.CompareTo(other.Ticks);

    public override string ToString() => Seconds.ToString();
}
