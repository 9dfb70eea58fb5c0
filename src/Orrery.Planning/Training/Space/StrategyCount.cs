namespace Orrery.Planning.Training.Space;

/// <summary>
/// A number of strategies, up to 2^128. The search's own, because code that touches <see cref="UInt128"/> is never precompiled: with it,
/// the hottest methods of a first search ran as the compiler's quick first version.
/// </summary>
internal readonly struct StrategyCount(ulong high, ulong low)
{
    private readonly ulong _high = high;
    private readonly ulong _low = low;

    public static implicit operator StrategyCount(long value) => new(0, checked((ulong)value));

    public static StrategyCount operator +(StrategyCount one, StrategyCount other)
    {
        var low = one._low + other._low;
        return new(one._high + other._high + (low < one._low ? 1UL : 0), low);
    }

    public static StrategyCount operator -(StrategyCount one, StrategyCount other) =>
        new(one._high - other._high - (one._low < other._low ? 1UL : 0), one._low - other._low);

    public static StrategyCount operator *(StrategyCount one, StrategyCount other)
    {
        // In halves: the processor's own wide product is not precompiled either.
        const int Half = 32;
        ulong a = (uint)one._low, b = one._low >> Half, c = (uint)other._low, d = other._low >> Half;
        var middle = (b * c) + ((a * c) >> Half);
        var cross = (a * d) + (uint)middle;
        var high = (b * d) + (middle >> Half) + (cross >> Half);
        return new(high + (one._high * other._low) + (one._low * other._high), one._low * other._low);
    }

    public UInt128 ToUInt128() => new(_high, _low);
}
