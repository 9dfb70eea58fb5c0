using Orrery.Analysis.Training;
using Orrery.Domain.Strategies;
using Xunit;

namespace Orrery.Analysis.Tests.Training;

/// <summary>How layers are dealt to stages, and what the schedules cost, by hand.</summary>
public sealed class PipelinePlanTests
{
    private static readonly Strategy Four = Runs.Layout(1, 4, 1);

    [Fact]
    public void AnEvenSplit_PutsTheHeadOnTopOfAStage()
    {
        var plan = PipelinePlan.Of(Four, 32, 16);
        Assert.Equal((0, 0.25, 1, 0), (plan.Full, plan.Headed, plan.HeadShare, plan.HeadFloor));
        Assert.Equal((0.75, 0.25, 8, 4), (plan.Bubble, plan.Weights, plan.KeptLayers, plan.InFlight));
    }

    [Fact]
    public void ASplitThatCountsEmbeddingAndLoss_TakesALayerFromTheEnds()
    {
        var plan = PipelinePlan.Of(Four with { EmbeddingAndLossCountAsLayers = true }, 30, 16);
        Assert.Equal((8.0 / 30, 7.0 / 30, 1, 0), (plan.Full, plan.Headed, plan.HeadShare, plan.HeadFloor));
        Assert.Equal((8, 4), (plan.KeptLayers, plan.InFlight));
    }

    [Fact]
    public void ASplitThatComesOutUneven_LevelsTheStagesByWholeLayers()
    {
        var plan = PipelinePlan.Of(Four, 30, 16);
        Assert.Equal((8.0 / 30, 0.25, 0.25, 1), (plan.Full, plan.Headed, plan.HeadShare, plan.HeadFloor));
        Assert.Equal(8, plan.KeptLayers);
    }

    /// <summary>Of 32 layers on four stages; the first keeps four micro-batches, the second three, the last one.</summary>
    [Theory]
    [InlineData(7, 5, 16, 10, 5, 10, 3)]          // 7, 10, 10, 5: the second keeps 30, the first 28
    [InlineData(7, 5, 2, 10, 5, 10, 2)]           // two micro-batches at most
    [InlineData(12, 4, 16, 12, 4, 12, 4)]         // 12, 8, 8, 4: the first keeps 48
    [InlineData(4, 12, 16, 8, 12, 12, 2)]         // 4, 8, 8, 12: the last is the fullest, the second keeps 24
    [InlineData(7, 6, 16, 10, 6, 10, 3)]          // 19 for two: 10 and 9
    public void EdgeStages_LeaveTheRestToTheOthers(int first, int last, int microBatches, double full, double headed, double kept, double inFlight)
    {
        var plan = PipelinePlan.Of(Four with { FirstStageLayers = first, LastStageLayers = last }, 32, microBatches);
        Assert.Equal((full / 32, headed / 32, 1, 0), (plan.Full, plan.Headed, plan.HeadShare, plan.HeadFloor));
        Assert.Equal((kept / 32, kept, inFlight), (plan.Weights, plan.KeptLayers, plan.InFlight));
    }

    [Fact]
    public void TwoEdgeStages_HoldAllLayers()
    {
        var plan = PipelinePlan.Of(Runs.Layout(1, 2, 1) with { FirstStageLayers = 17, LastStageLayers = 15 }, 32, 16);
        Assert.Equal((17.0 / 32, 15.0 / 32, 17, 2), (plan.Full, plan.Headed, plan.KeptLayers, plan.InFlight));
    }

    [Fact]
    public void EdgeStages_MakeAStepAsLongAsTheFullestStage()
    {
        const int MicroBatches = 8;
        double Gemm(Strategy strategy) => Runs.Estimate(
            Runs.Workload("llama-3.1-8b", MicroBatches, 8192), strategy, Runs.Cluster("dgx-h100", strategy.Chips)).Parts[StepPart.Gemm] / MicroBatches;

        // The head apart: two stages of 16 layers, of which one has the head, against one of 32.
        var whole = Gemm(Runs.Layout(1, 1, 1));
        var layer = (whole - Gemm(Runs.Layout(1, 2, 1))) / 16;
        Assert.Equal(10 * layer, Gemm(Four with { FirstStageLayers = 7, LastStageLayers = 5 }), 1e-9 * whole);
        Assert.Equal((10 * layer) + (whole - (32 * layer)), Gemm(Four with { FirstStageLayers = 7, LastStageLayers = 10 }), 1e-9 * whole);
    }

    [Theory]
    [InlineData(PipelineSchedule.OneForwardOneBackward, 1, 7.0)]
    [InlineData(PipelineSchedule.OneForwardOneBackward, 4, 7.0 / 4)]
    [InlineData(PipelineSchedule.ZeroBubble, 1, 7.0 / 3)]
    [InlineData(PipelineSchedule.DualPipe, 1, 2.0)] // 2/3 (8/2 - 1)
    public void TheBubble_OfEachSchedule_IsItsFactor(PipelineSchedule schedule, int chunks, double factor)
    {
        var strategy = Runs.Layout(1, 8, 1) with { Schedule = schedule, VirtualStages = chunks };
        Assert.Equal(factor, Pipeline.BubbleFactor(strategy), 1e-12);
        Assert.Equal(factor / 8, PipelinePlan.Of(strategy, 64, 32).Bubble, 1e-12);
    }

    [Theory]
    [InlineData(PipelineSchedule.OneForwardOneBackward, 1, 8.0)]
    [InlineData(PipelineSchedule.OneForwardOneBackward, 4, 9.75)] // 8 (1 + 7/32)
    [InlineData(PipelineSchedule.ZeroBubble, 1, 8.0)]
    [InlineData(PipelineSchedule.DualPipe, 1, 9.0)]
    public void MicroBatchesInFlight_OfEachSchedule_AreItsNumber(PipelineSchedule schedule, int chunks, double inFlight)
    {
        var strategy = Runs.Layout(1, 8, 1) with { Schedule = schedule, VirtualStages = chunks };
        Assert.Equal(inFlight, PipelinePlan.Of(strategy, 64, 32).InFlight, 1e-12);
        Assert.Equal(3, PipelinePlan.Of(strategy, 64, 3).InFlight);
    }
}
