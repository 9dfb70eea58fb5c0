using System.Runtime.CompilerServices;

namespace Orrery.Simulation.Engine;

/// <summary>
/// Random numbers for one purpose: a function of the seed, the purpose, the index of whom they are for and how many were drawn before, and
/// of nothing else. Streams of different purposes or indices have nothing to do with each other, whatever else is drawn and on
/// however many threads.
/// </summary>
/// <remarks>A mutable struct without references: keep it in a field or an array, pass it by <c>ref</c>; a copy draws the same numbers again.</remarks>
public struct RandomStream
{
    private readonly ulong _key;
    private readonly ulong _index;
    private ulong _block;
    private ulong _spare;
    private bool _hasSpare;

    private RandomStream(ulong key, ulong index)
    {
        _key = key;
        _index = index;
    }

    /// <param name="seed">The run's.</param>
    /// <param name="purpose">What the numbers decide, in a few words: "arrivals", "output lengths", ...</param>
    /// <param name="index">Whom they are for: a rank, an iteration, a client.</param>
    public static RandomStream For(ulong seed, string purpose, ulong index = 0) => new(Mixed(seed) ^ Hash(purpose), index);

    /// <summary>64 random bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong NextBits()
    {
        if (_hasSpare)
        {
            _hasSpare = false;
            return _spare;
        }

        (var bits, _spare) = Philox.Block(_block++, _index, _key);
        _hasSpare = true;
        return bits;
    }

    /// <summary>Uniform, at least 0 and less than 1.</summary>
    public double NextUniform() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform over 0 to <paramref name="count"/> - 1; a share of <c>count / 2^64</c> off at most.</summary>
    public int NextBelow(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return (int)Math.BigMul(NextBits(), (ulong)count, out _);
    }

    /// <summary>Exponential: waiting times of a Poisson process.</summary>
    public double NextExponential(double mean) => -mean * Math.Log(1 - NextUniform());

    /// <summary>Normal with mean 0 and standard deviation 1 (Box and Muller), from two uniforms.</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - NextUniform())) * Math.Cos(2 * Math.PI * NextUniform());

    private static ulong Hash(string purpose)
    {
        // FNV-1a over UTF-16 units, the same on every machine and in every run.
        var hash = 0xCBF29CE484222325UL;
        foreach (var letter in purpose)
        {
            hash = (hash ^ letter) * 0x100000001B3UL;
        }

        return Mixed(hash);
    }

    /// <summary>The finaliser of SplitMix64: seeds that differ in one bit give keys that differ in half of theirs.</summary>
    private static ulong Mixed(ulong value)
    {
        value += 0x9E3779B97F4A7C15UL;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
