using Orrery.Domain.Strategies;
using Orrery.Planning.Training;
using Xunit;

namespace Orrery.Planning.Tests.Training;

/// <summary>The same answer and the same proof however many threads there are, and an honest one when stopped.</summary>
[Collection(nameof(Alone))]
public sealed class RepeatTests
{
    private const int Many = 2_000_000;
    private const double Rounding = 1 + 1e-12;

    [Fact]
    public void TheSearch_OnOneThreadAndOnMany_GivesTheSameAnswerAndCounts() => Draw.Check(8, 41, seed =>
    {
        var question = RandomQuestion.Of(seed, Many);
        var crowded = Enumerable.Range(0, 4).AsParallel().WithDegreeOfParallelism(4).Select(_ => Summary(question)).ToList();
        var alone = WithoutThreadPool(() => Summary(question));
        Assert.All(crowded, one => Assert.Equal(alone, one));
    });

    [Fact]
    public void TheSearch_StoppedBeforeItStarts_FindsNothingAndSaysWhatIsLeft() => Draw.Check(60, 42, seed =>
    {
        var question = RandomQuestion.Of(seed, Many);
        var whole = TrainingPlanner.Best(question);
        var stopped = TrainingPlanner.Best(question, new CancellationToken(canceled: true));
        if (whole.Proof.Strategies == 0)
        {
            return;
        }

        Assert.Null(stopped.Best);
        Assert.False(stopped.Proof.IsComplete);
        Assert.Equal(whole.Proof.Strategies, stopped.Proof.Strategies);
        Assert.True(stopped.Proof.Accounted < stopped.Proof.Strategies);
        Assert.True(
            stopped.Proof.FastestLeft <= Rounding * (whole.Best?.Iteration.Value ?? double.PositiveInfinity),
            $"left {stopped.Proof.FastestLeft:R} s, best {whole.Best?.Iteration.Value:R} s, {stopped.Proof.Accounted} of {stopped.Proof.Strategies}");
    });

    [Fact]
    public void TheSearch_StoppedOnTheWay_HasTheBestOrSaysThatItMayBeLeft() => Draw.Check(60, 43, seed =>
    {
        var question = RandomQuestion.Of(seed, Many);
        var whole = TrainingPlanner.Best(question);
        using var stop = new CancellationTokenSource();
        var stopped = TrainingPlanner.Best(question, stop.Token, _ => stop.Cancel());
        var proof = stopped.Proof;
        Assert.Equal(whole.Proof.Strategies, proof.Strategies);
        Assert.True(proof.IsComplete ? proof.Accounted == proof.Strategies : proof.Accounted < proof.Strategies);
        Assert.Equal(proof.IsComplete, proof.FastestLeft is null);
        if (whole.Best is { } best)
        {
            var least = Math.Min(stopped.Best?.Iteration.Value ?? double.PositiveInfinity, proof.FastestLeft ?? double.PositiveInfinity);
            Assert.True(least <= Rounding * best.Iteration.Value);
        }
    });

    [Fact]
    public void Progress_OfASearch_RisesToOne() => Draw.Check(20, 44, seed =>
    {
        var told = new List<double>();
        TrainingPlanner.Best(RandomQuestion.Of(seed, Many), progress: told.Add);
        Assert.Equal(told.Order(), told);
        Assert.All(told, share => Assert.InRange(share, 0, 1));
        Assert.True(told.Count == 0 || told[^1] == 1);
    });

    /// <summary>Everything a result says, to the last bit.</summary>
    private static string Summary(PlanQuestion question)
    {
        var result = TrainingPlanner.Best(question);
        var proof = result.Proof;
        IEnumerable<object?> all =
        [
            result.Best?.Strategy, result.Best?.Iteration.Value, .. result.RunnersUp.Select(one => (object)(one.Strategy, one.Iteration.Value)),
            proof.Strategies, proof.Evaluated, proof.Layouts, proof.IsComplete, proof.FastestLeft, .. proof.RuledOut.Select(entry => (object)entry),
        ];
        return string.Join('\n', all);
    }

    /// <summary>Runs while every thread of the pool waits, so that work meant for many threads is done by this one.</summary>
    private static T WithoutThreadPool<T>(Func<T> run)
    {
        using var done = new ManualResetEventSlim();
        var busy = Enumerable.Range(0, 64).Select(_ => Task.Run(done.Wait)).ToArray();
        try
        {
            return run();
        }
        finally
        {
            done.Set();
            Task.WaitAll(busy);
        }
    }
}

/// <summary>Tests that take threads from all others.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
