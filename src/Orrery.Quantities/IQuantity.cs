namespace Orrery.Quantities;

/// <summary>A physical quantity held in its base unit; the type is the dimension.</summary>
public interface IQuantity<TSelf> where TSelf : struct, IQuantity<TSelf>
{
    /// <summary>The amount in the base unit (seconds, bytes, FLOP/s, watts, dollars, ...).</summary>
    double Value { get; }

    static abstract TSelf From(double value);

    /// <summary>The units this quantity is read and written in.</summary>
    static abstract Dimension Dimension { get; }
}
