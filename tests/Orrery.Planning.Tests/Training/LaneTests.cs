using Orrery.Analysis.Training;
using Orrery.Domain.Strategies;
using Orrery.Planning.Training;
using Xunit;

namespace Orrery.Planning.Tests.Training;

/// <summary>Policies side by side are what each is by itself, to the last bit, and cost no garbage.</summary>
public sealed class LaneTests
{
    [Fact]
    public void Fastest_OfRandomPlans_IsThatOfOnePolicyAfterTheOther() => Draw.Check(200, 31, seed =>
    {
        var draw = new Draw(seed);
        var (columns, count) = Columns(draw, seed);
        for (var i = 0; i < 50; i++)
        {
            var (plan, traffic, capacity, host, most) = Plan(draw, columns);
            var expected = double.PositiveInfinity;
            var (policy, layers) = (-1, 0.0);
            for (var p = 0; p < count; p++)
            {
                var pass = columns.At(p);
                var offloaded = Scalar.Min(new(most), StepFormula<Scalar>.OffloadNeeded(pass, plan, new(capacity)));
                var fits = StepFormula<Scalar>.Memory(pass, plan, offloaded).Value <= capacity
                    && (offloaded * pass.LayerKept * plan.InFlight).Value <= host;
                var lanes = traffic.Single();
                var seconds = StepFormula<Scalar>.Step(pass, plan, lanes.Sharded(pass, plan), lanes.AtTheEnd(pass, plan), offloaded).Value;
                if (fits && seconds < expected)
                {
                    (expected, policy, layers) = (seconds, p, offloaded.Value);
                }
            }

            var fastest = double.PositiveInfinity;
            Assert.Equal(policy, columns.Fastest(plan, traffic, capacity, host, most, ref fastest, out var found));
            Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(fastest));
            Assert.Equal(layers, found);
        }
    });

    [Fact]
    public void Fastest_OnceWarm_AllocatesNothing()
    {
        var draw = new Draw(1);
        var (columns, _) = Columns(draw, 1);
        var (plan, traffic, _, _, most) = Plan(draw, columns);
        long Run(int times)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < times; i++)
            {
                var fastest = double.PositiveInfinity;
                columns.Fastest(plan, traffic, double.MaxValue, double.MaxValue, most, ref fastest, out _);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Run(100);
        Assert.Equal(0, Run(1000));
    }

    /// <summary>The policies of a random question's first layout, or of the next question with one.</summary>
    private static (LayoutColumns Columns, int Count) Columns(Draw draw, int seed)
    {
        while (true)
        {
            var question = RandomQuestion.Of(seed++, int.MaxValue);
            var space = new StrategySpace(question);
            foreach (var grid in space.Grid().Where(grid => space.Count(grid).ToUInt128() > 0))
            {
                var costs = new ShardCosts(question, space);
                var policies = new PolicyTable(space.Policies, costs.Sample());
                var experts = space.Experts(grid)[0];
                var layout = experts.Of(grid) with { MicroBatch = draw.One(space.MicroBatches(grid.Data)) };
                var dense = costs.Dense(layout)[draw.Whole(0, space.Sequences(layout.Tensor).Length - 1)];
                var body = dense.Body.Total;
                if (costs.Routed(layout)?[experts.Index] is { } routed)
                {
                    body.Add(routed.Body.Total, 1);
                }

                default(GroupExchange).AddTo(ref body, costs.Parameters, Overlap.None);
                var columns = new LayoutColumns(policies.Count);
                columns.Fill(policies, dense, body, dense.HostSeconds, costs.Age, space.Layers, double.PositiveInfinity);
                return (columns, policies.Count);
            }
        }
    }

    /// <summary>A plan of no particular strategy, on the scale of the columns' seconds and bytes.</summary>
    private static (StepPlan<Scalar> Plan, DataTraffic Traffic, double Capacity, double Host, int Most) Plan(Draw draw, LayoutColumns columns)
    {
        var (seconds, kept) = (columns.ShortestPass, columns.At(0).LayerKept.Value);
        var stages = draw.Whole(1, 8);
        var layers = draw.Whole(1, 12);
        Scalar Of(double least, double most) => new(draw.Between(least, most));
        var plan = new StepPlan<Scalar>(
            Of(0, 1), Of(0, 1), Of(0.2, 1), new(draw.Whole(0, 1)), new(1.0 / stages), Of(0, 2), new(draw.Whole(1, 64)), Of(0, 4), new(seconds * draw.Power(-2, 1)),
            new(draw.Chance(0.5) ? 0 : seconds * draw.Power(-2, 1)), new((kept + 1) / seconds * draw.Power(-1, 2)), new(kept * draw.Between(0, 10)), new(layers),
            new(draw.Between(1, 8)), Of(1, 1.2));
        var exchange = new DataExchange(seconds * draw.Power(-2, 1), seconds * draw.Power(-2, 1), seconds * draw.Power(-2, 1), seconds * draw.Power(-2, 1));
        (bool, bool) Choice() => draw.One((true, true), (true, false), (false, true));
        var traffic = new DataTraffic(exchange, draw.Chance(0.5), Choice(), Choice(), draw.Whole(0, 1), draw.Between(0, 0.4), draw.Between(0, 0.2));
        return (plan, traffic, kept * draw.Between(0, 80), draw.Chance(0.3) ? 0 : kept * draw.Between(0, 80), draw.Whole(0, layers));
    }
}
