using Orrery.Domain.Hardware;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Planning.Training;
using Xunit;

namespace Orrery.Planning.Tests.Training;

/// <summary>The planner does at least as well as the people who ran these models.</summary>
public sealed class KnownAnswerTests
{
    /// <summary>Rows of <c>evidence/training.csv</c>: narayanan-2021 (full recompute) and korthikanti-2022 (sequence parallelism, core attention run again).</summary>
    [Theory]
    [InlineData("sc21_1008.0B_3072", "megatron-1t", 3072, 3072, 64, 6, 1, false)]
    [InlineData("korthi_1T_full", "megatron-1t", 512, 512, 64, 1, 1, false)]
    [InlineData("korthi_1T_seqsel", "megatron-1t", 512, 512, 64, 1, 1, true)]
    [InlineData("korthi_175B_full", "gpt3-175b", 64, 64, 8, 1, 3, false)]
    [InlineData("korthi_175B_seqsel", "gpt3-175b", 64, 64, 8, 1, 3, true)]
    public void TheBest_OfAPublishedRun_IsAtLeastAsFastAsItsStrategy(
        string row, string model, int chips, int batch, int pipeline, int data, int virtualStages, bool selective)
    {
        var published = new Strategy
        {
            TensorParallel = 8,
            PipelineParallel = pipeline,
            DataParallel = data,
            VirtualStages = virtualStages,
            MicroBatch = 1,
            SequenceParallel = selective,
            Recompute = selective ? Recompute.CoreAttention : Recompute.Full,
            Sharding = Sharding.Zero1,
            Graphs = GraphCapture.Partial,
        };
        var workload = new TrainingWorkload(Catalogued.Catalog.Model(model), batch, 2048, TrainingPrecision.Fp16);
        var question = new PlanQuestion(workload, new Cluster(Catalogued.A100, chips), Catalogued.Megatron) { Keep = 1 };
        Assert.Empty(StrategyRules.Check(published, workload, chips));
        var theirs = TrainingPlanner.Estimate(question, published);
        var ours = TrainingPlanner.Best(question, TestContext.Current.CancellationToken);

        Assert.True(ours.Proof.IsComplete, row);
        Assert.NotNull(ours.Best);
        Assert.True(ours.Best.Memory.Fits, row);
        Assert.True(
            !theirs.Memory.Fits || ours.Best.Iteration.Value <= theirs.Iteration.Value,
            $"{row}: theirs {theirs.Iteration.Value} s, ours {ours.Best.Iteration.Value} s");
    }
}
