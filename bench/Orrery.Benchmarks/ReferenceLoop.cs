using BenchmarkDotNet.Attributes;

namespace Orrery.Benchmarks;

/// <summary>The unit of every other benchmark: a chain of dependent multiplications and additions, which no cache and no vector unit speeds up.</summary>
public class ReferenceLoop
{
    /// <summary>A thousandth of the 300 million steps that other programs' times are compared with.</summary>
    public const int Steps = 300_000;

    private double _start = 0.5;

    [Benchmark(Baseline = true, Description = "reference loop")]
    public double Run()
    {
        var x = _start;
        for (var step = 0; step < Steps; step++)
        {
            x = (x * 0.99999991) + 2.1e-8;
        }

        return _start = x;
    }
}
