using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Planning.Training;
using Orrery.Quantities;

namespace Orrery.Planning.Tests.Training;

/// <summary>Small questions of every kind: systems, models, stacks and limits that no catalog holds.</summary>
internal static class RandomQuestion
{
    /// <summary>A question whose space can be gone through; every seventh or so has room for all rank orders.</summary>
    public static PlanQuestion Small(int seed) => Of(seed, seed % 7 == 0 ? 40_000 : 5_000);

    /// <summary>A question whose space holds no more than so many strategies; limits are drawn until it does.</summary>
    public static PlanQuestion Of(int seed, int most)
    {
        var draw = new Draw(seed);
        var system = RandomSystem.Of(draw);
        var stack = Stack(draw);
        var chips = draw.One(1, 2, 3, 4, 6, 8, 8, 12, 12, 16, draw.Whole(1, 16));
        var workload = new TrainingWorkload(
            RandomModel.Of(draw), draw.One(1, 2, 4, 6, 8, 12, 16, 24), draw.One(48, 64, 256, 1024, 1536), TrainingPrecision.Bf16,
            draw.Chance(0.1) ? TrainingTask.Lora : TrainingTask.Pretrain);
        var question = new PlanQuestion(workload, new Cluster(system, chips), stack);
        var limits = question.Limits with
        {
            Graphs = draw.One(Enum.GetValues<GraphCapture>()),
            Dispatch = draw.One(Enum.GetValues<ExpertDispatch>()),
        };
        if (draw.Chance(0.2))
        {
            limits = limits with { Chips = new DegreeRange(draw.Whole(1, chips), draw.Whole(1, chips)) };
        }

        if (draw.Chance(0.1))
        {
            limits = limits with { Memory = draw.Between(0.5, 1.5) };
        }

        // Limits often leave nothing, which is worth a few cases only.
        PlanQuestion narrowed;
        do
        {
            narrowed = Narrowed(draw, question with { Limits = limits, Keep = 4 }, most);
        }
        while (Count(narrowed) == 0 && draw.Chance(0.9));
        return narrowed;
    }

    private static PlanQuestion Narrowed(Draw draw, PlanQuestion question, int most)
    {
        foreach (var narrow in draw.Shuffled(Narrowings).Take(draw.Whole(0, 3)))
        {
            question = question with { Limits = narrow(draw, question.Limits, question.Workload) };
        }

        while (Count(question) > (ulong)most)
        {
            question = question with { Limits = draw.One(Narrowings)(draw, question.Limits, question.Workload) };
        }

        return question;
    }

    /// <summary>Strategies of a question's space, without going through them.</summary>
    public static UInt128 Count(PlanQuestion question)
    {
        var space = new StrategySpace(question);
        UInt128 count = 0;
        foreach (var grid in space.Grid())
        {
            count += space.Count(grid).ToUInt128();
        }

        return count;
    }

    private static readonly Func<Draw, PlanLimits, TrainingWorkload, PlanLimits>[] Narrowings =
    [
        (draw, limits, _) => limits with { Order = draw.One([.. RankOrder.All]) },
        (draw, limits, _) => limits with { Order = draw.One([.. RankOrder.All]) },
        (draw, limits, workload) => limits with { Recompute = Policy(draw, workload) },
        (draw, limits, workload) => limits with { Recompute = Policy(draw, workload) },
        (draw, limits, _) => limits with { Overlap = (Overlap)draw.Whole(0, 15) },
        (_, limits, _) => limits with { UnevenStages = false },
        (draw, limits, _) => limits with { SequenceParallel = draw.Chance(0.5) },
        (draw, limits, _) => limits with { Shardings = draw.Some([.. limits.Shardings]) },
        (draw, limits, _) => limits with { Schedules = draw.Some([.. limits.Schedules]) },
        (draw, limits, _) => limits with { Tensor = Range(draw, limits.Tensor) },
        (draw, limits, _) => limits with { Context = Range(draw, limits.Context) },
        (draw, limits, _) => limits with { Pipeline = Range(draw, limits.Pipeline) },
        (draw, limits, _) => limits with { Data = Range(draw, limits.Data) },
        (draw, limits, _) => limits with { Expert = Range(draw, limits.Expert) },
        (draw, limits, _) => limits with { ExpertTensor = Range(draw, limits.ExpertTensor) },
        (draw, limits, _) => limits with { MicroBatch = Range(draw, limits.MicroBatch) },
        (draw, limits, _) => limits with { VirtualStages = draw.Chance(0.1) ? new DegreeRange(2, 3) : DegreeRange.UpTo(draw.Whole(1, 2)) },
        (_, limits, _) => limits with { OffloadActivations = false },
        (_, limits, _) => limits with { OffloadWeights = false },
        (_, limits, _) => limits with { OffloadOptimizerState = false },
    ];

    private static DegreeRange Range(Draw draw, DegreeRange now)
    {
        var least = draw.Chance(0.2) ? Math.Min(now.Most, draw.Whole(1, 3)) : now.Least;
        return new DegreeRange(least, Math.Max(least, Math.Min(now.Most, draw.Whole(1, 8))));
    }

    private static Recompute Policy(Draw draw, TrainingWorkload workload)
    {
        var policies = new StrategySpace(new PlanQuestion(workload, new Cluster(Catalogued.H100, 1), Catalogued.Megatron)).Policies;
        return draw.One([.. policies, Recompute.Full, Recompute.AlternateLayers, Recompute.AlternateGemms, Recompute.AlternateGemms | Recompute.CoreAttention, Recompute.Full | Recompute.WithoutLast]);
    }

    /// <summary>The shipped stack with every parameter somewhere in its range, and fixed times and bytes on the scale of tiny models.</summary>
    private static SoftwareStack Stack(Draw draw)
    {
        var parameters = new Dictionary<string, Sourced<double>>();
        foreach (var (name, value) in Catalogued.Megatron.Parameters.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            parameters[name] = Catalogued.Of(draw.Between(value.Low, value.High));
        }

        void Scale(double least, params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                parameters[name] = Catalogued.Of(parameters[name].Value * draw.Power(least, 0));
            }
        }

        Scale(-4, "fixed_step_s", "host_dense_s", "host_expert_s", "expert_serial_s", "expert_serial_per_expert_s", "reserve_bytes", "communication_bytes");
        if (draw.Chance(0.3))
        {
            parameters["unfused_score_bytes"] = Catalogued.Of(draw.Between(5, 16));
        }

        if (draw.Chance(0.3))
        {
            parameters["jitter_per_doubling"] = Catalogued.Of(draw.Between(0, 0.1));
        }

        return Catalogued.Megatron with
        {
            Parameters = parameters,
            Schedules = draw.Some(Enum.GetValues<PipelineSchedule>()),
            Shardings = draw.Some(Enum.GetValues<Sharding>()),
            Offloads = draw.Chance(0.4) ? [] : draw.Some(Enum.GetValues<OffloadTarget>()),
        };
    }
}
