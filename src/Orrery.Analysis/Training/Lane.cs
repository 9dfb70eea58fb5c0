using System.Numerics;

namespace Orrery.Analysis.Training;

/// <summary>A number, or several side by side: what a formula needs that is written once and evaluated at either width.</summary>
internal interface ILane<T> where T : struct, ILane<T>
{
    static abstract T Of(double value);

    static abstract T operator +(T left, T right);

    static abstract T operator -(T left, T right);

    static abstract T operator *(T left, T right);

    static abstract T operator /(T left, T right);

    static abstract T Max(T left, T right);

    static abstract T Min(T left, T right);

    static abstract T Sqrt(T value);

    static abstract T Ceiling(T value);
}

/// <summary>One number.</summary>
internal readonly record struct Scalar(double Value) : ILane<Scalar>
{
    public static Scalar Of(double value) => new(value);

    public static Scalar operator +(Scalar left, Scalar right) => new(left.Value + right.Value);

    public static Scalar operator -(Scalar left, Scalar right) => new(left.Value - right.Value);

    public static Scalar operator *(Scalar left, Scalar right) => new(left.Value * right.Value);

    public static Scalar operator /(Scalar left, Scalar right) => new(left.Value / right.Value);

    public static Scalar Max(Scalar left, Scalar right) => new(Math.Max(left.Value, right.Value));

    public static Scalar Min(Scalar left, Scalar right) => new(Math.Min(left.Value, right.Value));

    public static Scalar Sqrt(Scalar value) => new(Math.Sqrt(value.Value));

    public static Scalar Ceiling(Scalar value) => new(Math.Ceiling(value.Value));
}

/// <summary>As many numbers as the processor's vectors hold.</summary>
internal readonly record struct Wide(Vector<double> Value) : ILane<Wide>
{
    public static Wide Of(double value) => new(new Vector<double>(value));

    public static Wide operator +(Wide left, Wide right) => new(left.Value + right.Value);

    public static Wide operator -(Wide left, Wide right) => new(left.Value - right.Value);

    public static Wide operator *(Wide left, Wide right) => new(left.Value * right.Value);

    public static Wide operator /(Wide left, Wide right) => new(left.Value / right.Value);

    public static Wide Max(Wide left, Wide right) => new(Vector.Max(left.Value, right.Value));

    public static Wide Min(Wide left, Wide right) => new(Vector.Min(left.Value, right.Value));

    public static Wide Sqrt(Wide value) => new(Vector.SquareRoot(value.Value));

    public static Wide Ceiling(Wide value) => new(Vector.Ceiling(value.Value));
}
