using Orrery.Analysis.Reliability;
using Orrery.Catalog;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Reliability;
using Orrery.Quantities;
using Xunit;

namespace Orrery.Analysis.Tests.Reliability;

/// <summary>Failures of whole jobs: counts of parts by hand, laws, and what published clusters saw.</summary>
public sealed class GoodputTests
{
    private const double Day = 86400;
    private const double Llama = 405e9 * 14;

    private static readonly OrreryCatalog Shipped =
        OrreryCatalog.Open(CatalogRoot.Find() ?? throw new InvalidOperationException("no catalog above the test's folder"));

    /// <summary>16,384 cards of 64-port switches need three levels, since two reach 2,048: 49,152 links, 98,304 transceivers, 1,280 switches.</summary>
    [Theory]
    [InlineData(FailingPart.Chip, 16384)]
    [InlineData(FailingPart.Host, 2048)]
    [InlineData(FailingPart.Software, 2048)]
    [InlineData(FailingPart.Nic, 16384)]
    [InlineData(FailingPart.Link, 49152)]
    [InlineData(FailingPart.Optic, 98304)]
    [InlineData(FailingPart.Switch, 1280)]
    public void Parts_OfThreeLevelsOfSwitches_AreCounted(FailingPart part, double expected) =>
        Assert.Equal(expected, PartCounts.Of(Cluster("dgx-h100", 16384), part), 1e-9);

    /// <summary>A host's job crosses no network; half a rack uses half of its transceivers; 192 chips of one domain use no cards.</summary>
    [Fact]
    public void Parts_OfLessThanASystem_AreItsShare()
    {
        Assert.Equal(0, PartCounts.Of(Cluster("dgx-h100", 8), FailingPart.Nic));
        Assert.Equal(0, PartCounts.Of(Cluster("cloudmatrix-384", 8), FailingPart.Optic));
        Assert.Equal(3456, PartCounts.Of(Cluster("cloudmatrix-384", 192), FailingPart.Optic));
        Assert.Equal(0, PartCounts.Of(Cluster("cloudmatrix-384", 192), FailingPart.Nic));
        Assert.Equal(1, PartCounts.Of(Cluster("gb200-nvl72", 3), FailingPart.Host));
        Assert.Equal(6912, PartCounts.Of(Cluster("cloudmatrix-384", 384), FailingPart.Optic));
        Assert.Equal(0, PartCounts.Of(Cluster("gb200-nvl72", 72), FailingPart.Optic));
    }

    /// <summary>The rates give back the counts they were made of: 419 interruptions in 54 days, one in 3.09 h, by cause.</summary>
    [Fact]
    public void Llama3_IsGivenBack_CauseByCause()
    {
        var job = Goodput("dgx-h100", 16384, Llama);
        Assert.Equal(3.09, job.Mttf.Value / 3600, 0.005);
        Assert.Equal(419, job.Interruptions.Value * 54 * Day, 0.5);
        Assert.All(
            new[] { ("faulty_gpu", 148.0), ("gpu_hbm3", 72), ("software_bug", 54), ("network_switch_cable", 35), ("host_maintenance_unplanned", 32), ("nic", 7), ("cpu", 2) },
            cause => Assert.Equal(cause.Item2, job.Causes.Single(one => one.Cause.Id == cause.Item1).Interruptions.Value * 54 * Day, 0.01));
        Assert.Equal(268 / 419.0, job.ShareOf(FailingPart.Chip), 1e-4);
        Assert.Equal(FailingPart.Chip, job.ByPart[0].Part);
    }

    /// <summary>Higher than 90 %, the source says: of the rates this says nothing, of what recovery and checkpoints are taken to cost it does.</summary>
    [Fact]
    public void Llama3_KeepsOverNinetyPercent() => Assert.InRange(Goodput("dgx-h100", 16384, Llama).Ettr, 0.90, 0.97);

    /// <summary>6.50 per 1,000 node-days make 1.8 h on 2,048 nodes and 0.23 h on 16,384.</summary>
    [Theory]
    [InlineData(16384, 1.8, 0.05)]
    [InlineData(131072, 0.23, 0.006)]
    public void Rsc_MeanTimeToFailure_FallsWithTheNodes(int chips, double hours, double tolerance) =>
        Assert.Equal(hours, Goodput("dgx-a100", chips, Llama).Mttf.Value / 3600, tolerance);

    /// <summary>RSC's own form: 0.93 with checkpoints every 5 min and 5 min to restart on all 2,000 nodes; over 0.9 on 512 nodes with hourly ones.</summary>
    [Fact]
    public void Rsc_EffectiveTime_ByItsOwnForm()
    {
        var node = Shipped.Failures("meta-a100").Causes[0].Rate.Value.Value;
        Assert.Equal(0.93, WallTime.FirstOrder(new PerSecond(2000 * node), new Seconds(300), default, new Seconds(300)), 0.005);
        Assert.True(WallTime.FirstOrder(new PerSecond(512 * node), new Seconds(3600), default, new Seconds(300)) > 0.9);
    }

    [Theory]
    [InlineData("dgx-h100", 8)]
    [InlineData("dgx-h100", 131072)]
    [InlineData("dgx-a100", 16384)]
    [InlineData("gb200-nvl72", 9216)]
    [InlineData("cloudmatrix-384", 384)]
    [InlineData("cloudmatrix-384", 98304)]
    [InlineData("atlas-950", 524288)]
    [InlineData("tpu-v4", 4096)]
    [InlineData("mi300x-8", 1024)]
    public void Parts_SumToTheWhole(string system, int chips)
    {
        var job = Goodput(system, chips, Llama);
        var time = job.Time;
        Assert.Equal(1, time.Useful + time.LostWork + time.Recovery + time.Checkpoints + time.Waiting, 1e-9);
        Assert.Equal(1, job.Causes.Sum(cause => cause.Lost) + time.Useful + time.Checkpoints, 1e-9);
        Assert.Equal(1, job.Causes.Sum(cause => cause.Share), 1e-9);
        Assert.Equal(job.Interruptions.Value, job.Causes.Sum(cause => cause.Interruptions.Value), 1e-9 * job.Interruptions.Value);
        Assert.InRange(job.Ettr, 0, 1);
    }

    /// <summary>More chips fail more often and, while they have their hosts and nothing to write, keep less: a checkpoint spread over more chips is written
    /// and read sooner, and spares come in whole hosts, which may for once make up for it.</summary>
    [Theory]
    [InlineData("dgx-h100")]
    [InlineData("gb200-nvl72")]
    [InlineData("cloudmatrix-384")]
    public void MoreChips_KeepLess(string system)
    {
        var size = Shipped.System(system).Chips;
        var kept = Enumerable.Range(0, 14).Select(power => Goodput(system, size << power, 0)).Select(job => (job.Mttf, Kept: job.Ettr / (1 - job.Time.Waiting))).ToList();
        Assert.All(kept.Zip(kept.Skip(1)), pair => Assert.True(pair.Second.Mttf.Value < pair.First.Mttf.Value && pair.Second.Kept < pair.First.Kept));
    }

    /// <summary>Whatever gets better, nothing else changed, never costs useful time.</summary>
    [Theory]
    [InlineData("dgx-h100", 16384)]
    [InlineData("cloudmatrix-384", 9216)]
    public void BetterParts_NeverKeepLess(string id, int chips)
    {
        var system = Shipped.System(id);
        var profile = system.Failures!;
        var before = Estimate(profile).Ettr;
        Assert.True(Estimate(profile with { SiteFactor = Half(profile.SiteFactor) }).Ettr > before);
        Assert.True(Estimate(profile with { Recovery = profile.Recovery with { Detection = Half(profile.Recovery.Detection) } }).Ettr > before);
        Assert.True(Estimate(profile with { Recovery = profile.Recovery with { Restart = Half(profile.Recovery.Restart) } }).Ettr > before);
        Assert.True(Estimate(profile with { Recovery = profile.Recovery with { Repair = Half(profile.Recovery.Repair) } }).Ettr >= before);
        Assert.True(Estimate(profile with { Checkpoint = profile.Checkpoint with { Blocking = Half(profile.Checkpoint.Blocking) } }).Ettr > before);
        Assert.All(profile.Causes, cause => Assert.True(Estimate(profile with
        {
            Causes = [.. profile.Causes.Select(one => one == cause ? one with { Rate = Half(one.Rate) } : one)],
        }).Ettr >= before));

        Goodput Estimate(FailureProfile failures) =>
            GoodputEstimator.Estimate(new Cluster(system with { Failures = failures }, chips), new Bytes(Llama), new Seconds(10));
    }

    [Fact]
    public void AnIntervalOfOnesOwn_IsNoBetterThanTheBest()
    {
        var cluster = Cluster("dgx-h100", 16384);
        var best = Goodput("dgx-h100", 16384, Llama);
        Assert.All(new[] { 60.0, 300, 3600, 36000 }, seconds => Assert.True(
            GoodputEstimator.Estimate(cluster, new Bytes(Llama), new Seconds(1), new Seconds(seconds)).Ettr <= best.Ettr));
    }

    /// <summary>What is not known is said, never taken as no failures.</summary>
    [Fact]
    public void ASystemWithoutAProfile_IsUnknown()
    {
        var error = Assert.Throws<MissingFactException>(() => Goodput("tianhe-2a", 64, Llama));
        Assert.Contains("no failure profile for tianhe-2a", error.Message, StringComparison.Ordinal);
    }

    private static Cluster Cluster(string system, int chips) => new(Shipped.System(system), chips);

    private static Goodput Goodput(string system, int chips, double bytes) =>
        GoodputEstimator.Estimate(Cluster(system, chips), new Bytes(bytes), new Seconds(1));

    private static Sourced<T> Half<T>(Sourced<T> value) where T : struct, IQuantity<T> => value with { Value = T.From(value.Value.Value / 2) };
}
