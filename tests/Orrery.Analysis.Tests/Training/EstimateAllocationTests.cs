using Xunit;

namespace Orrery.Analysis.Tests.Training;

/// <summary>A search makes thousands of estimates: what one allocates is a budget, and unlike its time it is the same on every machine.</summary>
public sealed class EstimateAllocationTests
{
    [Fact]
    public void AnEstimate_OnceWarm_AllocatesNoMoreThanItsBudget()
    {
        const long Budget = 4096;
        const int Times = 100;
        var workload = Runs.Workload("deepseek-v3", 2048, 4096);
        var strategy = Runs.Layout(1, 16, 16) with { ExpertParallel = 16 };
        var cluster = Runs.Cluster("gb200-nvl72", 256);
        _ = Runs.Estimate(workload, strategy, cluster);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Times; i++)
        {
            _ = Runs.Estimate(workload, strategy, cluster);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Times, 1, Budget);
    }
}
