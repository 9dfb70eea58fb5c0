using FsCheck;
using FsCheck.Fluent;

namespace Orrery.Planning.Tests.Training;

/// <summary>Draws from one seed, in order: the same seed is the same case on every machine.</summary>
internal sealed class Draw(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>Both ends included.</summary>
    public int Whole(int least, int most) => _random.Next(least, most + 1);

    public double Between(double least, double most) => least + ((most - least) * _random.NextDouble());

    /// <summary>Even over powers of ten.</summary>
    public double Power(double least, double most) => Math.Pow(10, Between(least, most));

    public bool Chance(double share) => _random.NextDouble() < share;

    public T One<T>(params ReadOnlySpan<T> choices) => choices[_random.Next(choices.Length)];

    public T[] Shuffled<T>(IEnumerable<T> items)
    {
        T[] all = [.. items];
        _random.Shuffle(all);
        return all;
    }

    /// <summary>One or more of them, in their order.</summary>
    public T[] Some<T>(params T[] choices)
    {
        T[] some = [.. choices.Where(_ => Chance(0.7))];
        return some.Length > 0 ? some : [One(choices)];
    }

    /// <summary>Checks so many cases, always the same; a failure names the seed of its case.</summary>
    public static void Check(int cases, ulong replay, Action<int> holds) => Prop
        .ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), holds)
        .Check(Config.QuickThrowOnFailure.WithMaxTest(cases).WithReplay(replay, 1));
}
