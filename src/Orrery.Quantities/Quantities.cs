namespace Orrery.Quantities;

// One line a dimension: the family reads best side by side.

public readonly record struct Seconds(double Value) : IQuantity<Seconds>
{
    public static Seconds From(double value) => new(value);
    public static Dimension Dimension { get; } = new("time", [("d", 86400), ("h", 3600), ("min", 60), ("s", 1), ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9)]);
    public override string ToString() => QuantityText.Format(this);
}

public readonly record struct Bytes(double Value) : IQuantity<Bytes>
{
    public static Bytes From(double value) => new(value);
    public static Dimension Dimension { get; } = new("memory", [("PB", 1e15), ("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1), ("GiB", 1073741824), ("MiB", 1048576), ("KiB", 1024)]);
    public override string ToString() => QuantityText.Format(this);
}

public readonly record struct Flops(double Value) : IQuantity<Flops>
{
    public static Flops From(double value) => new(value);
    public static Dimension Dimension { get; } = new("floating-point work", [("EFLOP", 1e18), ("PFLOP", 1e15), ("TFLOP", 1e12), ("GFLOP", 1e9), ("FLOP", 1)]);
    public override string ToString() => QuantityText.Format(this);
}

public readonly record struct BytesPerSecond(double Value) : IQuantity<BytesPerSecond>
{
    public static BytesPerSecond From(double value) => new(value);
    public static Dimension Dimension { get; } = new("bandwidth", [("PB/s", 1e15), ("TB/s", 1e12), ("GB/s", 1e9), ("MB/s", 1e6), ("B/s", 1), ("Tb/s", 1.25e11), ("Gb/s", 1.25e8)]);
    public override string ToString() => QuantityText.Format(this);
}

public readonly record struct FlopsPerSecond(double Value) : IQuantity<FlopsPerSecond>
{
    public static FlopsPerSecond From(double value) => new(value);
    public static Dimension Dimension { get; } = new("compute rate", [("EFLOP/s", 1e18), ("PFLOP/s", 1e15), ("TFLOP/s", 1e12), ("GFLOP/s", 1e9), ("FLOP/s", 1), ("POP/s", 1e15), ("TOP/s", 1e12)]);
    public override string ToString() => QuantityText.Format(this);
}

public readonly record struct Watts(double Value) : IQuantity<Watts>
{
    public static Watts From(double value) => new(value);
    public static Dimension Dimension { get; } = new("power", [("MW", 1e6), ("kW", 1e3), ("W", 1)]);
    public override string ToString() => QuantityText.Format(this);
}

public readonly record struct Usd(double Value) : IQuantity<Usd>
{
    public static Usd From(double value) => new(value);
    public static Dimension Dimension { get; } = new("money", [("MUSD", 1e6), ("kUSD", 1e3), ("USD", 1)]);
    public override string ToString() => QuantityText.Format(this);
}

public readonly record struct SquareMetres(double Value) : IQuantity<SquareMetres>
{
    public static SquareMetres From(double value) => new(value);
    public static Dimension Dimension { get; } = new("area", [("m2", 1), ("mm2", 1e-6)]);
    public override string ToString() => QuantityText.Format(this);
}

/// <summary>How often something happens. A FIT is one in a billion hours; a year is of 365.25 days.</summary>
public readonly record struct PerSecond(double Value) : IQuantity<PerSecond>
{
    public static PerSecond From(double value) => new(value);
    public static Dimension Dimension { get; } = new("failure rate", [("/h", 1 / 3600.0), ("/d", 1 / 86400.0), ("/y", 1 / 31557600.0), ("FIT", 1 / 3.6e12)]);
    public override string ToString() => QuantityText.Format(this);
}

/// <summary>A dimensionless number: a fraction, a ratio, a count.</summary>
public readonly record struct Scalar(double Value) : IQuantity<Scalar>
{
    public static Scalar From(double value) => new(value);
    public static Dimension Dimension { get; } = new("number", [("", 1), ("%", 0.01)]);
    public override string ToString() => QuantityText.Format(this);
}
