using System.Numerics;
using Orrery.Analysis.Training;
using Xunit;

namespace Orrery.Analysis.Tests.Training;

/// <summary>The formula of the step: by hand with one number, and the same to the last bit with several side by side.</summary>
public sealed class StepFormulaTests
{
    private const int PassNumbers = 8, PlanNumbers = 15, Others = 6;

    [Fact]
    public void SideBySide_TheFormula_IsTheSameToTheLastBit()
    {
        var random = new Random(20251203);
        for (var round = 0; round < 500; round++)
        {
            var columns = Enumerable.Range(0, Vector<double>.Count).Select(_ => Numbers(random)).ToArray();
            var wide = Answers(Enumerable.Range(0, PassNumbers + PlanNumbers + Others)
                .Select(row => new Wide(new Vector<double>([.. columns.Select(column => column[row])]))).ToArray());
            for (var lane = 0; lane < columns.Length; lane++)
            {
                var single = Answers(columns[lane].Select(value => new Scalar(value)).ToArray());
                Assert.Equal(
                    single.Select(answer => BitConverter.DoubleToInt64Bits(answer.Value)),
                    wide.Select(answer => BitConverter.DoubleToInt64Bits(answer.Value[lane])));
            }
        }
    }

    [Fact]
    public void AStep_IsItsSlowestStagesAndWhatStandsAroundThem()
    {
        // Two stages of half the layers; the head takes 1 s of the second. Four micro-batches, half a pass of bubble.
        var pass = Pass(forward: 2, backward: 4, pass: 6, headForward: 0.4, headBackward: 0.6, headPass: 1);
        var plan = Plan(headed: 0.5, headShare: 1, stage: 0.5, bubble: 0.5, microBatches: 4, fixedSeconds: 0.25, jitter: 1.1);
        Assert.Equal(4, StepFormula<Scalar>.SlowestStage(pass, plan).Value);
        Assert.Equal(3.5, StepFormula<Scalar>.Bubble(pass, plan).Value);
        Assert.Equal(1.1 * ((4 * (4 + 0.5)) + 3.5 + 0.75 + 0.25), StepFormula<Scalar>.Step(pass, StepFormula<Scalar>.Pace(pass, plan, default), plan, new(0.5), new(0.75)).Value, 1e-12);
    }

    [Fact]
    public void OffloadedWeightsAndActivations_ShareTheLinkBackwardOnly()
    {
        // Activations of 2 of 4 layers take 3 s each way, weights 5 s in; a stage's forward pass 2 s, its backward pass 4 s.
        var pass = Pass(forward: 4, backward: 8, pass: 12, layerKept: 30);
        var plan = Plan(stage: 0.5, hostWeights: 5, hostRate: 20, layers: 4);
        Assert.Equal((5 - 2) + (3 + 5 - 4), Offload(pass, plan, 2));
        Assert.Equal((6 - 2) + (6 + 5 - 4), Offload(pass, plan, 9)); // no more than the stage has
        Assert.Equal(0, Offload(pass, Plan(stage: 0.5, hostRate: double.PositiveInfinity, layers: 4), 0));

        double Offload(PassCost<Scalar> of, StepPlan<Scalar> under, double layers) =>
            StepFormula<Scalar>.Offload(of, StepFormula<Scalar>.Pace(of, under, new(layers)), under).Value;
    }

    [Fact]
    public void TrafficBetweenChips_HidesUnderTheLinkToTheHost()
    {
        // Weights take 5 s in, a stage's forward pass 2 s, its backward pass 4 s; gradients of two micro-batches have room.
        var pass = Pass(forward: 4, backward: 8, pass: 12);
        var plan = Plan(stage: 0.5, hostWeights: 5, hostRate: 20, hidden: 2);
        var pace = StepFormula<Scalar>.Pace(pass, plan, default);
        Assert.Equal((5.0, 5.0), (pace.Forward.Value, pace.Backward.Value));
        Assert.Equal((10.0, 10.0), (StepFormula<Scalar>.ReduceRoom(pace, plan).Value, StepFormula<Scalar>.GatherRoom(pace, plan).Value));
        Assert.Equal(0.05 * 10, StepFormula<Scalar>.Beside(new(10), StepFormula<Scalar>.ReduceRoom(pace, plan)).Value);
    }

    [Fact]
    public void LayerTraffic_SlowsTheComputeItRunsBeside()
    {
        // 6 s beside 8 s of compute slowed by half of 6; 12 s beside 5 s that all of it slows; a tenth never hides.
        var shown = StepFormula<Scalar>.Sharded(new(8), new(5), new(6), new(12), new(0.5), new(0.1)).Value;
        Assert.Equal(Math.Pow(Math.Pow(11, 4) + Math.Pow(6, 4), 0.25) - 8 + 0.6 + Math.Pow(Math.Pow(7.5, 4) + Math.Pow(12, 4), 0.25) - 5 + 1.2, shown, 1e-12);
    }

    /// <summary>More of any rate shortens any of these; a step whose traffic loses the room it hides under must still not grow.</summary>
    [Fact]
    public void AStep_WhoseAnyTimeIsShorter_IsNeverLonger()
    {
        var random = new Random(20251125);
        double Some() => Math.Pow(10, (3 * random.NextDouble()) - 1.5);
        for (var round = 0; round < 20_000; round++)
        {
            double[] times = [Some(), Some(), Some(), Some(), Some(), random.Next(2) * Some(), random.Next(2) * Some()];
            var (layers, contention, hidden) = (random.Next(2) * 4.0, random.NextDouble(), 3 * random.NextDouble());
            double Step(double[] t)
            {
                var pass = Pass(t[0], t[1], t[0] + t[1], layerKept: t[6]);
                var plan = Plan(headed: 0.25, headShare: 1, stage: 0.25, microBatches: 3, hostWeights: t[5], hostRate: 1, layers: 4, hidden: hidden);
                var pace = StepFormula<Scalar>.Pace(pass, plan, new(layers));
                var sharded = StepFormula<Scalar>.Sharded(pace.Forward, pace.Backward, new(t[2]), new(t[3]), new(contention), new(0.05));
                var data = StepFormula<Scalar>.Beside(new(t[4]), StepFormula<Scalar>.ReduceRoom(pace, plan));
                return StepFormula<Scalar>.Step(pass, pace, plan, sharded, default).Value + StepFormula<Scalar>.Step(pass, pace, plan, default, data).Value;
            }

            var shorter = times.ToArray();
            shorter[random.Next(times.Length)] *= random.NextDouble();
            Assert.True(Step(shorter) <= Step(times) * (1 + 1e-12), $"{string.Join(", ", times)} to {string.Join(", ", shorter)}");
        }
    }

    [Fact]
    public void TheLayersToOffload_AreTheFewestThatFit()
    {
        // 10 held, 4 layers of 3 in 2 micro-batches, 1 at work: 35. Each layer away saves 6.
        var pass = Pass(layerKept: 3, working: 1);
        var plan = Plan(staticBytes: 10, layers: 4, inFlight: 2);
        double Needed(double capacity) => StepFormula<Scalar>.OffloadNeeded(pass, plan, new(capacity)).Value;
        Assert.Equal(35, StepFormula<Scalar>.Memory(pass, plan, default).Value);
        Assert.Equal((0, 1, 1, 2, 5), (Needed(35), Needed(34), Needed(29), Needed(28), Needed(10)));
        Assert.True(StepFormula<Scalar>.Memory(pass, plan, new(2)).Value <= 28);
    }

    private static PassCost<Scalar> Pass(
        double forward = 0, double backward = 0, double pass = 0, double headForward = 0, double headBackward = 0, double headPass = 0,
        double layerKept = 0, double working = 0) =>
        new(new(forward), new(backward), new(pass), new(headForward), new(headBackward), new(headPass), new(layerKept), new(working));

    private static StepPlan<Scalar> Plan(
        double headed = 0, double headShare = 0, double stage = 1, double bubble = 0, double microBatches = 1, double fixedSeconds = 0,
        double hostWeights = 0, double hostRate = 1, double staticBytes = 0, double layers = 0, double inFlight = 1, double jitter = 1, double hidden = 0) =>
        new(default, new(headed), new(headShare), default, new(stage), new(bubble), new(microBatches), new(hidden), new(fixedSeconds),
            new(hostWeights), new(hostRate), new(staticBytes), new(layers), new(inFlight), new(jitter));

    /// <summary>Numbers of the sizes that steps have; the link to the host infinite and its seconds nothing in one of three.</summary>
    private static double[] Numbers(Random random)
    {
        var numbers = Enumerable.Range(0, PassNumbers + PlanNumbers + Others).Select(_ => Math.Pow(10, (6 * random.NextDouble()) - 3)).ToArray();
        if (random.Next(3) == 0)
        {
            (numbers[PassNumbers + 9], numbers[PassNumbers + 10]) = (0, double.PositiveInfinity);
        }

        return numbers;
    }

    private static T[] Answers<T>(T[] n) where T : struct, ILane<T>
    {
        var pass = new PassCost<T>(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]);
        var p = n.AsSpan(PassNumbers);
        var plan = new StepPlan<T>(p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10], p[11], p[12], p[13], p[14]);
        var o = n.AsSpan(PassNumbers + PlanNumbers);
        var pace = StepFormula<T>.Pace(pass, plan, o[0]);
        return
        [
            StepFormula<T>.SlowestStage(pass, plan), StepFormula<T>.Bubble(pass, plan), StepFormula<T>.Beside(o[0], o[1]),
            StepFormula<T>.ReduceRoom(pace, plan), StepFormula<T>.GatherRoom(pace, plan), StepFormula<T>.Sharded(o[0], o[1], o[2], o[3], o[4], o[5]),
            StepFormula<T>.Offload(pass, pace, plan), StepFormula<T>.Memory(pass, plan, o[0]), StepFormula<T>.OffloadNeeded(pass, plan, o[1]),
            StepFormula<T>.Step(pass, pace, plan, o[2], o[3]),
        ];
    }
}
