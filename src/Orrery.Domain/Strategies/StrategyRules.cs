using System.Globalization;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Workloads;

namespace Orrery.Domain.Strategies;

/// <summary>What a strategy must satisfy before a workload can be laid out with it at all.</summary>
public static class StrategyRules
{
    public const string Code = "ORR0205";

    /// <summary>Every rule that is broken, each with the values that would satisfy it.</summary>
    public static IReadOnlyList<Diagnostic> Check(Strategy strategy, TrainingWorkload workload, int chips)
    {
        var broken = new DiagnosticList();
        var model = workload.Model;
        void Break(string message, string hint = "") => broken.Error(Code, message, hint: hint);

        Divides(strategy, chips, Break);
        Heads(strategy, model, Break);
        Stages(strategy, model, Break);
        EdgeStages(strategy, model, Break);
        Memory(strategy, Break);
        Batch(strategy, workload, Break);
        Experts(strategy, model, Break);
        return broken;
    }

    /// <summary>Interleaving deals micro-batches to chunks in rounds of as many as there are stages.</summary>
    public static bool CanInterleave(long microBatches, int stages) => microBatches % stages == 0;

    /// <summary>Whether there are enough micro-batches for the bubble that a schedule promises: one a stage for zero-bubble, two and an even number for DualPipe.</summary>
    public static bool CanFill(PipelineSchedule schedule, long microBatches, int stages) => schedule switch
    {
        PipelineSchedule.ZeroBubble => microBatches >= stages,
        PipelineSchedule.DualPipe => microBatches >= 2L * stages && microBatches % 2 == 0,
        _ => true,
    };

    private static void Divides(Strategy s, int chips, Action<string, string> broken)
    {
        if (s.Chips != chips)
        {
            var others = s.TensorParallel * (long)s.ContextParallel * s.PipelineParallel;
            broken(
                Text($"tp {s.TensorParallel} x cp {s.ContextParallel} x pp {s.PipelineParallel} x dp {s.DataParallel} is {others * s.DataParallel} ranks, expected the {chips} chips asked for"),
                chips % others == 0 ? Text($"dp {chips / others} uses them all") : Text($"tp x cp x pp must divide {chips}"));
        }

        if (s.Sharding == Sharding.Hsdp && (s.ShardRanks < 1 || s.DataParallel % s.ShardRanks != 0))
        {
            broken(Text($"shard-ranks is {s.ShardRanks}, expected a divisor of dp {s.DataParallel}"), Choices(s.DataParallel));
        }

        if (s.Sharding != Sharding.Hsdp && s.ShardRanks > 0)
        {
            broken(Text($"shard-ranks is {s.ShardRanks}, and only hsdp shards over some of the data-parallel ranks"), "give --sharding hsdp, or leave --shard-ranks out");
        }
    }

    private static void Heads(Strategy s, Transformer model, Action<string, string> broken)
    {
        var heads = model.Layers.Select(run => run.Layer.Mixer).OfType<Mixer>().Select(mixer => mixer.DealtHeads).Distinct();
        foreach (var count in heads.Where(count => count % s.TensorParallel != 0))
        {
            broken(Text($"tp is {s.TensorParallel}, which does not divide the {count} heads of {model.Id}"), Choices(count));
        }
    }

    private static void Stages(Strategy s, Transformer model, Action<string, string> broken)
    {
        var layers = model.LayerCount + model.MultiTokenPrediction + (s.EmbeddingAndLossCountAsLayers ? 2 : 0);
        if ((long)s.PipelineParallel * s.VirtualStages > layers)
        {
            broken(
                Text($"pp {s.PipelineParallel} x vp {s.VirtualStages} is {s.PipelineParallel * s.VirtualStages} stages, expected no more than the {layers} layers of {model.Id}"),
                "");
        }

        if (s.OffloadedLayers > layers)
        {
            broken(Text($"offload is {s.OffloadedLayers}, expected no more than the {layers} layers of {model.Id}"), "");
        }

        if (s.VirtualStages > 1 && s.PipelineParallel == 1)
        {
            broken(Text($"vp is {s.VirtualStages} without a pipeline"), "give --pp 2 or more, or leave --vp out");
        }

        if (s.Schedule != PipelineSchedule.OneForwardOneBackward && s.PipelineParallel == 1)
        {
            broken("a pipeline schedule is named without a pipeline", "give --pp 2 or more, or leave --schedule out");
        }
    }

    private static void EdgeStages(Strategy s, Transformer model, Action<string, string> broken)
    {
        if (s.FirstStageLayers is null && s.LastStageLayers is null)
        {
            return;
        }

        if (s is not { FirstStageLayers: { } first, LastStageLayers: { } last })
        {
            broken("only one of first-stage-layers and last-stage-layers is given", "give both, or neither");
            return;
        }

        if (s.PipelineParallel == 1 || s.VirtualStages > 1 || s.EmbeddingAndLossCountAsLayers || s.Schedule == PipelineSchedule.DualPipe)
        {
            broken("edge stages of their own sizes need a plain pipeline", "leave --vp, --embedding-counts-as-layer and dualpipe out and give --pp 2 or more");
            return;
        }

        var layers = model.LayerCount + model.MultiTokenPrediction;
        var others = s.PipelineParallel - 2;
        var rest = layers - first - last;
        if (first < 1 || last < 1 || rest < others || (others == 0 && rest != 0))
        {
            broken(
                Text($"first-stage-layers {first} and last-stage-layers {last} leave {rest} of {layers} layers to {others} stages, expected at least one a stage and none left over"),
                others == 0 ? Text($"the two must sum to {layers}") : "");
        }
    }

    private static void Memory(Strategy s, Action<string, string> broken)
    {
        if (s.Sharding == Sharding.Zero2 && s.PipelineParallel > 1)
        {
            broken("zero2 is given with a pipeline, whose micro-batches add up gradients that zero2 would have shared out already", "give --sharding zero1");
        }

        if (s.Offload.HasFlag(Offload.Weights) && (s.Sharding is Sharding.Zero3 or Sharding.Hsdp))
        {
            broken("weights are to wait in host memory and to be sharded over ranks", "leave one of --offload-weights and --sharding zero3 or hsdp out");
        }

        if (s.KeepGathered && !s.SequenceParallel)
        {
            broken("keep-gathered is given without sequence parallelism, which is what gathers", "give --sequence-parallel, or leave --keep-gathered out");
        }

        if (s.SequenceParallel && s.TensorParallel == 1)
        {
            broken("sequence parallelism is given without tensor parallelism", "give --tp 2 or more, or leave --sequence-parallel out");
        }
    }

    private static void Batch(Strategy s, TrainingWorkload workload, Action<string, string> broken)
    {
        var step = (long)s.DataParallel * s.MicroBatch;
        var microBatches = workload.GlobalBatch / step;
        if (s.VirtualStages > 1 && !CanInterleave(microBatches, s.PipelineParallel))
        {
            broken(
                Text($"vp {s.VirtualStages} interleaves {microBatches} micro-batches over pp {s.PipelineParallel} stages, expected a multiple of {s.PipelineParallel} of them"),
                "change --mbs, --dp or --gbs, or leave --vp out");
        }

        if (!CanFill(s.Schedule, microBatches, s.PipelineParallel))
        {
            var needed = s.Schedule == PipelineSchedule.DualPipe ? 2 * s.PipelineParallel : s.PipelineParallel;
            broken(
                Text($"{microBatches} micro-batches do not fill the schedule over pp {s.PipelineParallel} stages, expected at least {needed}{(s.Schedule == PipelineSchedule.DualPipe ? " and an even number" : "")}"),
                "change --mbs, --dp or --gbs, or take --schedule 1f1b");
        }

        if (workload.GlobalBatch % step != 0)
        {
            broken(
                Text($"a global batch of {workload.GlobalBatch} sequences is not a multiple of dp {s.DataParallel} x mbs {s.MicroBatch}"),
                Text($"{Math.Max(1, workload.GlobalBatch / step) * step} is"));
        }

        if (workload.SequenceLength % s.ContextParallel != 0)
        {
            broken(Text($"cp is {s.ContextParallel}, which does not divide the sequence length {workload.SequenceLength}"), "");
        }
    }

    private static void Experts(Strategy s, Transformer model, Action<string, string> broken)
    {
        if (!model.IsMixtureOfExperts)
        {
            if (s.ExpertParallel > 1 || s.ExpertTensorParallel > 1)
            {
                broken(Text($"ep or etp is given, but {model.Id} has no experts"), "leave --ep and --etp out");
            }

            return;
        }

        var experts = model.Layers.Select(run => run.Layer.FeedForward).OfType<MixtureOfExperts>().Min(moe => moe.Experts);
        if (experts % s.ExpertParallel != 0)
        {
            broken(Text($"ep is {s.ExpertParallel}, which does not divide the {experts} experts of {model.Id}"), Choices(experts));
        }

        var group = (long)s.ExpertParallel * s.ExpertTensorParallel;
        var ranks = (long)s.TensorParallel * s.ContextParallel * s.DataParallel;
        if (ranks % group != 0)
        {
            broken(Text($"ep {s.ExpertParallel} x etp {s.ExpertTensorParallel} is {group} ranks, expected a divisor of tp x cp x dp = {ranks}"), "");
        }
    }

    private static string Choices(int number) =>
        "choose " + string.Join(", ", Enumerable.Range(1, number).Where(candidate => number % candidate == 0)
            .Select(candidate => candidate.ToString(CultureInfo.InvariantCulture)));

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
