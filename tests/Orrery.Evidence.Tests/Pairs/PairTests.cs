using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Evidence.Pairs;
using Xunit;

namespace Orrery.Evidence.Tests.Pairs;

/// <summary>Sets and pairs of hand-made runs.</summary>
public sealed class PairTests
{
    private static readonly PairSetup Base = new(
        "source", "1.0", "", "stack", 2025, "model", 0, TrainingTask.Pretrain, 64, 4096, TrainingPrecision.Bf16, "system", 8, "chip", 64,
        new Strategy { TensorParallel = 4, PipelineParallel = 2, DataParallel = 8, MicroBatch = 1 });

    private static PairMember Run(string id, PairSetup setup, double measured, double? predicted = null) => new(id, setup, measured, predicted ?? measured);

    private static PairSetup At(int chips, double batch) => Base with { Chips = chips, Batch = batch, Strategy = Base.Strategy with { DataParallel = chips / 8 } };

    [Fact]
    public void OneThingThatDiffers_MakesAPairOfItsKind_AndTwoMakeNone()
    {
        var fp8 = Base with { Precision = TrainingPrecision.Fp8 };
        var full = Base with { Strategy = Base.Strategy with { Recompute = Recompute.Full } };
        var wide = Base with { Strategy = Base.Strategy with { TensorParallel = 8, DataParallel = 4 } };
        var wideFp8 = wide with { Precision = TrainingPrecision.Fp8, Release = "2.0" };
        var report = PairReport.Of([Run("a", Base, 100), Run("b", fp8, 150), Run("c", full, 80), Run("d", wide, 90), Run("e", wideFp8, 90)]);

        Assert.Equal(["b over a"], Named(PairKind.Precision));
        Assert.Equal(["c over a"], Named(PairKind.Recompute));
        Assert.Equal(["a over d"], Named(PairKind.Strategy)); // the slower first
        Assert.Equal(["a over c", "a over d", "d over c"], Named(PairKind.Plan).Order(StringComparer.Ordinal));
        Assert.Empty(Named(PairKind.Scale));

        IEnumerable<string> Named(PairKind kind) => report.Pairs.Where(pair => pair.Kind == kind).Select(pair => $"{pair.Second.Id} over {pair.First.Id}");
    }

    [Fact]
    public void Scale_IsAtOneGlobalBatchOrAtOneBatchARank_AndNothingBetween()
    {
        var report = PairReport.Of([Run("small", At(64, 64), 100), Run("weak", At(512, 512), 90), Run("strong", At(512, 64), 70), Run("between", At(128, 96), 95)]);
        var scale = report.Pairs.Where(pair => pair.Kind == PairKind.Scale).ToList();
        Assert.Equal(["strong", "weak"], scale.Select(pair => pair.Second.Id).Order(StringComparer.Ordinal));
        Assert.All(scale, pair => Assert.Equal(("small", 8.0), (pair.First.Id, pair.Growth)));
        Assert.Equal(2, report.Kinds.Single(kind => kind.Name.StartsWith("scale, 8x", StringComparison.Ordinal)).Pairs);
    }

    [Fact]
    public void AMeasurementUnderTwoIds_CountsOnce_InOneReleaseAndInTwo()
    {
        var fp8 = Base with { Precision = TrainingPrecision.Fp8 };
        PairMember[] once = [Run("a", Base, 100, 110), Run("b", fp8, 150, 160)];
        PairMember[] again = [.. once, Run("a2", Base, 100, 110), Run("c", Base with { Release = "2.0" }, 100, 111), Run("d", fp8 with { Release = "2.0" }, 150, 161)];
        Assert.Single(PairReport.Of(once).Pairs);
        var pair = Assert.Single(PairReport.Of(again).Pairs);
        Assert.Equal(("a", "b"), (pair.First.Id, pair.Second.Id));
    }

    [Fact]
    public void RepeatedRuns_AreOneWithTheirMean()
    {
        var fp8 = Base with { Precision = TrainingPrecision.Fp8 };
        var pair = Assert.Single(PairReport.Of([Run("a", Base, 90, 100), Run("a2", Base, 160, 100), Run("b", fp8, 150, 150)]).Pairs);
        Assert.Equal(150.0 / 120, pair.Measured, 1e-9);
    }

    [Fact]
    public void Error_IsOfTheRatio()
    {
        var pair = Assert.Single(PairReport.Of([Run("a", Base, 100, 120), Run("b", Base with { Precision = TrainingPrecision.Fp8 }, 150, 198)]).Pairs);
        Assert.Equal((1.5, 1.65, 0.1), (pair.Measured, pair.Predicted, Math.Round(pair.Error, 9)));
    }

    [Fact]
    public void Regret_IsWhatThePickedRunLacks_AndNoughtForTheMeasuredBest()
    {
        PairSet Set(params double[] predicted) => new(PairKind.Strategy, [Run("a", Base, 100, predicted[0]), Run("b", Base, 120, predicted[1]), Run("c", Base, 90, predicted[2])]);
        Assert.Equal(0, Set(1, 3, 2).Regret());
        Assert.Equal(0.2, Set(3, 2, 1).Regret(), 1e-9);
        Assert.Equal((120.0 / 90) - 1, Set(3, 2, 3).Regret(), 1e-9); // predicted alike: the slowest of them
    }

    [Fact]
    public void KendallTau_CountsPairsInOrder()
    {
        Assert.Equal(1.0, KendallTau.Of([1, 2, 3], [10, 20, 30])!.Value, 1e-12);
        Assert.Equal(-1.0, KendallTau.Of([1, 2, 3], [30, 20, 10])!.Value, 1e-12);
        Assert.Equal(4.0 / 6, KendallTau.Of([1, 2, 3, 4], [1, 3, 2, 4])!.Value, 1e-12);
        Assert.Equal(2 / Math.Sqrt(6), KendallTau.Of([1, 2, 3], [1, 2, 2])!.Value, 1e-12); // one predicted tie
        Assert.Equal(0.0, KendallTau.Of([1, 2, 3], [5, 5, 5]));
        Assert.Null(KendallTau.Of([2, 2, 2], [1, 2, 3]));
    }

    [Fact]
    public void RankCorrelation_OfAKind_WeighsSetsByTheirPairs()
    {
        // Four in the right order (six pairs), three in the wrong one (three).
        PairMember Scaled(string id, string model, int chips, double measured, double predicted) => Run(id, At(chips, 64) with { Model = model }, measured, predicted);
        var report = PairReport.Of(
        [
            Scaled("a", "x", 8, 4, 4), Scaled("b", "x", 16, 3, 3), Scaled("c", "x", 32, 2, 2), Scaled("d", "x", 64, 1, 1),
            Scaled("e", "y", 8, 3, 1), Scaled("f", "y", 16, 2, 2), Scaled("g", "y", 32, 1, 3),
        ]);
        var scale = report.Kinds.Single(kind => kind.Name == "scale");
        Assert.Equal((2, 2), (scale.Sets, scale.RankedSets));
        Assert.Equal((6.0 - 3) / 9, scale.RankCorrelation!.Value, 1e-12);
        Assert.Equal((0.0 + 2) / 2, scale.MeanRegret!.Value, 1e-12);
        Assert.Equal(2, scale.WorstRegret);
    }
}
