using Orrery.Analysis.Collectives;
using Orrery.Catalog;
using Orrery.Catalog.Checks;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;
using Orrery.Evidence.Calibration;
using Orrery.Evidence.Calibration.Collectives;
using Xunit;

namespace Orrery.Evidence.Tests.Calibration.Collectives;

/// <summary>Logs written from known parameters give these parameters back, and a catalog that can be read.</summary>
public sealed class CollectiveCalibrationTests : IDisposable
{
    private static readonly OrreryCatalog Catalog = OrreryCatalog.Open(Repository.Folder("catalog"));
    private static readonly string[] Fields = ["fraction", "pair_loss", "startup", "startup_per_rank", "half_size"];
    private static readonly string Plan = Path.Combine(Repository.Folder("evidence"), "kernel-fit.yaml");
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-logs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void LogsOfAnOuterTier_GiveItsParametersBack()
    {
        var truth = new OperationReach(0.46, 0, 0, 31e-6, 2.5e-6, 2e6);
        var system = With("dgx-h100", 1, reach => ReachCurve.AllGather.Set(reach, truth));
        var logs = new[] { 2, 4, 8 }.Select(nodes => Log(system, TimedOperation.AllGather, new RankGroup(8 * nodes), 8, 0.02)).ToArray();
        var result = CollectiveCalibration.Run(Catalog, logs, "dgx-h100", "scale-out", null, Plan, 5);
        var fit = Assert.Single(result.Operations).Fit;
        Near(fit, "all_gather.fraction", truth.Fraction, 0.03);
        Near(fit, "all_gather.startup", truth.StartupS, 0.1);
        Near(fit, "all_gather.startup_per_rank", truth.StartupPerRankS, 0.25);
        Near(fit, "all_gather.half_size", truth.HalfBytes, 0.3);
        Assert.InRange(fit.LeftOutErrors.MedianApe, 0, 0.025);
    }

    [Theory]
    [InlineData(TimedOperation.AllReduce, "all_reduce")]
    [InlineData(TimedOperation.ReduceScatter, "reduce_scatter")]
    [InlineData(TimedOperation.AllToAll, "all_to_all")]
    public void LogsOfTheInnermostTier_GiveItsParametersBack(TimedOperation operation, string curve)
    {
        var truth = new OperationReach(0.71, 0.25, 0, 14e-6, 1.2e-6, 9e6);
        var system = With("dgx-a100", 0, reach => ReachCurve.All.First(each => each.Name == curve).Set(reach, truth));
        var logs = new[] { 2, 4, 8 }.Select(ranks => Log(system, operation, new RankGroup(ranks), ranks, 0.02)).ToArray();
        var fit = Assert.Single(CollectiveCalibration.Run(Catalog, logs, "dgx-a100", "nvlink", null, Plan, 5).Operations).Fit;
        Near(fit, curve + ".fraction", truth.Fraction, 0.03);
        Near(fit, curve + ".pair_loss", truth.PairLoss, 0.15);
        Near(fit, curve + ".startup", truth.StartupS, 0.05);
        Near(fit, curve + ".half_size", truth.HalfBytes, 0.25);
        Assert.All(fit.Variables, variable => Assert.Equal(Determination.ByRows, variable.Determination));
    }

    /// <summary>Of twenty parameters fitted to noise of known size, about two in three lie within a standard error: here more than half, and nearly all within three.</summary>
    [Fact]
    public void StandardErrors_AreAsLargeAsTheErrors()
    {
        var truth = new OperationReach(0.46, 0.2, 0, 25e-6, 2e-6, 3e6);
        var system = With("dgx-h100", 1, reach => ReachCurve.AllGather.Set(reach, truth));
        var away = new List<double>();
        for (var seed = 0; seed < 8; seed++)
        {
            var logs = new[] { 2, 4, 8 }.Select(nodes => Log(system, TimedOperation.AllGather, new RankGroup(8 * nodes), 8, 0.05, seed)).ToArray();
            var fit = CollectiveCalibration.Run(Catalog, logs, "dgx-h100", "scale-out", null, Plan, 0).Operations[0].Fit;
            away.AddRange(fit.Variables.Select(variable => Math.Abs(Math.Log(variable.Value / Truth(variable.Name))) / variable.StandardError));
        }

        double Truth(string name) => ReachFit.Value(truth, name["all_gather.".Length..]);
        Assert.InRange(away.Count(distance => distance < 1) / (double)away.Count, 0.5, 0.95);
        Assert.InRange(away.Count(distance => distance < 3) / (double)away.Count, 0.93, 1);
    }

    [Fact]
    public void OneNumberOfRanks_SaysNothingOfWhatEachAdds()
    {
        var log = Log(Catalog.System("dgx-h100"), TimedOperation.AllGather, new RankGroup(16), 8, 0.02);
        var fit = CollectiveCalibration.Run(Catalog, [log], "dgx-h100", "scale-out", null, Plan, 5).Operations[0].Fit;
        Assert.DoesNotContain(fit.Variables, variable => variable.Name == "all_gather.startup_per_rank");
    }

    [Fact]
    public void OneRankAHost_LiesOnTheOuterTierAlone()
    {
        var truth = new OperationReach(0.9, 0, 0, 18e-6, 1e-6, 1e6);
        var system = With("dgx-h100", 1, reach => ReachCurve.AllGather.Set(reach, truth));
        var log = Log(system, TimedOperation.AllGather, RankGroup.Of(new RankGroup(1), new RankGroup(4, 8)), 1, 0.01);
        Near(CollectiveCalibration.Run(Catalog, [log], "dgx-h100", "scale-out", null, Plan, 5).Operations[0].Fit, "all_gather.fraction", 0.9, 0.02);
    }

    [Theory]
    [InlineData("dgx-h100", "nvlink", "16 ranks do not share one nvlink", 8)]
    [InlineData("dgx-h100", "nvlink", "whether they share one nvlink is not known", null)]
    [InlineData("dgx-h100", "fabric", "has no tier 'fabric', it has nvlink, scale-out", null)]
    [InlineData("dgx-h100", "scale-out", "all 16 ranks share one nvlink", 16)]
    public void RanksThatDoNotLieOnTheTier_AreAnError(string system, string tier, string said, int? ranksPerDomain)
    {
        var log = Log(Catalog.System("dgx-h100"), TimedOperation.AllGather, new RankGroup(16), 8, 0);
        var error = Assert.Throws<InvalidInputException>(() => CollectiveCalibration.Run(Catalog, [log], system, tier, ranksPerDomain, Plan, 5));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    /// <summary>Every tier of every shipped system can be written with a fitted reach, and reads back as that.</summary>
    [Fact]
    public void AWrittenSystem_ReadsBack_WhicheverItIs()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "systems"));
        File.WriteAllText(Path.Combine(_folder, "sources.yaml"), SourceText.With("", "mine", SourceText.Entry("mine", "calibrate collectives", ["a.log"], "2026-11-25")));
        var written = 0;
        foreach (var id in Catalog.Ids(CatalogKind.Systems))
        {
            var system = Catalog.System(id);
            foreach (var tier in system.Tiers)
            {
                var reach = ReachCurve.AllGather.Set(tier.Reach, new OperationReach(0.5, 0.125, 0, 20e-6, 3e-6, 6e6));
                var fit = new RelativeFitResult(
                    [.. new (string Name, double Value)[] { ("fraction", 0.5), ("pair_loss", 0.125), ("startup", 20e-6), ("startup_per_rank", 3e-6), ("half_size", 6e6) }
                        .Select(item => new FittedVariable("all_gather." + item.Name, item.Value, 1, 0.1, 1e-9, 1e9, Determination.ByRows))], [0], [0], 1);
                var result = new CollectiveCalibrationResult(
                    system, tier, reach, ["a.log"], [new ReachOutcome(TimedOperation.AllGather, ["all_gather"], 1, RelativeFitResult.Summary([0]), fit)], new Dictionary<string, int>());
                foreach (var target in new[] { id, "mine-" + id })
                {
                    var path = Path.Combine(_folder, "systems", target + ".yaml");
                    File.WriteAllText(path, SystemText.Whole(Catalog, target, "mine", result));
                    var own = OrreryCatalog.Open(Catalog.Folder, _folder);
                    var read = own.System(target).Tiers.First(each => each.Name == tier.Name).Reach;
                    foreach (var curve in ReachCurve.All.Append(ReachCurve.Common))
                    {
                        Assert.Equal(curve.Get(reach) is null, curve.Get(read) is null);
                        foreach (var field in curve.Get(reach) is null ? [] : Fields)
                        {
                            var (was, now) = (ReachFit.Value(curve.In(reach), field), ReachFit.Value(curve.In(read), field));
                            Assert.True(Math.Abs(was - now) <= 1e-3 * was, $"{target} {tier.Name} {curve.Name} {field}: written {was}, read {now}");
                        }
                    }

                    written++;
                }
            }
        }

        Assert.True(written > 100);
        Assert.DoesNotContain(CatalogCheck.Run(OrreryCatalog.Open(Catalog.Folder, _folder)), finding => finding.Severity == Severity.Error);
    }

    private string Log(AiSystem system, TimedOperation operation, RankGroup group, int ranksPerHost, double noise, int seed = 1)
    {
        var path = Path.Combine(_folder, $"{operation}-{group.Size}-{seed}.log");
        File.WriteAllText(path, SyntheticLog.Of(system, operation, group, ranksPerHost, noise, seed + group.Size));
        return path;
    }

    private static AiSystem With(string id, int tier, Func<CollectiveReach, CollectiveReach> change)
    {
        var system = Catalog.System(id);
        return system with { Tiers = [.. system.Tiers.Select((each, i) => i == tier ? each with { Reach = change(each.Reach) } : each)] };
    }

    private static void Near(RelativeFitResult fit, string name, double truth, double within)
    {
        var found = fit.Variables.First(variable => variable.Name == name);
        Assert.True(Math.Abs(Math.Log(found.Value / truth)) < within, $"{name}: {found.Value}, the logs were written from {truth}; {found.Determination}, error {found.StandardError}");
    }
}
