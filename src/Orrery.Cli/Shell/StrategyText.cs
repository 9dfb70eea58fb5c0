using System.Globalization;
using System.Text.Json.Nodes;
using Orrery.Cli.Terminal;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Cli.Shell;

/// <summary>A strategy as options of the command line, which is also how people talk about it.</summary>
internal static class StrategyText
{
    /// <summary>"--tp 8 --pp 9 --dp 1 ...": what is not at its plainest value; <see cref="StrategyOptions"/> reads the same strategy back.</summary>
    public static string Options(Strategy s)
    {
        var words = new List<string>();
        void Degree(string name, int value, int plain = 1)
        {
            if (value != plain)
            {
                words.Add(string.Create(CultureInfo.InvariantCulture, $"--{name} {value}"));
            }
        }

        void Flag(string name, bool given)
        {
            if (given)
            {
                words.Add($"--{name}");
            }
        }

        Degree("tp", s.TensorParallel, plain: 0);
        Degree("pp", s.PipelineParallel);
        Degree("dp", s.DataParallel, plain: 0);
        Degree("cp", s.ContextParallel);
        Degree("ep", s.ExpertParallel);
        Degree("etp", s.ExpertTensorParallel);
        Degree("vp", s.VirtualStages);
        Degree("first-stage-layers", s.FirstStageLayers ?? 0, plain: 0);
        Degree("last-stage-layers", s.LastStageLayers ?? 0, plain: 0);
        Degree("mbs", s.MicroBatch, plain: 0);
        Degree("offload", s.OffloadedLayers, plain: 0);
        Flag("offload-weights", s.Offload.HasFlag(Offload.Weights));
        Flag("offload-optimizer", s.Offload.HasFlag(Offload.OptimizerState));
        Degree("shard-ranks", s.ShardRanks, plain: 0);
        words.Add($"--sharding {Words.Of(Words.Shardings, s.Sharding)}");
        words.Add($"--recompute {Words.OfFlags(Words.Recomputes, s.Recompute)}");
        words.Add($"--overlap {Words.OfFlags(Words.Overlaps, s.Overlap)}");
        Flag("sequence-parallel", s.SequenceParallel);
        Flag("keep-gathered", s.KeepGathered);
        Flag("drop-tokens", s.DropsTokens);
        Flag("embedding-counts-as-layer", s.EmbeddingAndLossCountAsLayers);
        if (s.PipelineParallel > 1)
        {
            words.Add($"--schedule {Words.Of(Words.Schedules, s.Schedule)}");
        }

        if (s.Graphs != GraphCapture.None)
        {
            words.Add($"--graphs {Words.Of(Words.Graphs, s.Graphs)}");
        }

        if (s.Dispatch != ExpertDispatch.Deduplicated)
        {
            words.Add($"--dispatch {Words.Of(Words.Dispatches, s.Dispatch)}");
        }

        if (s.Order != default)
        {
            words.Add($"--order {s.Order}");
        }

        return string.Join(' ', words);
    }

    /// <summary>"tp 8, pp 9, dp 1, ...": for people; whatever is not at its plainest value, so that two strategies never read alike.</summary>
    public static string Short(Strategy s)
    {
        var words = new List<string>();
        void Degree(string name, int value, bool always = false)
        {
            if (always || value > 1)
            {
                words.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {value}"));
            }
        }

        void If(bool given, string text)
        {
            if (given)
            {
                words.Add(text);
            }
        }

        Degree("tp", s.TensorParallel, always: true);
        Degree("cp", s.ContextParallel);
        Degree("pp", s.PipelineParallel, always: true);
        Degree("vp", s.VirtualStages);
        Degree("dp", s.DataParallel, always: true);
        Degree("ep", s.ExpertParallel);
        Degree("etp", s.ExpertTensorParallel);
        Degree("mbs", s.MicroBatch, always: true);
        words.Add(Words.Of(Words.Shardings, s.Sharding) + (s.Sharding == Sharding.Hsdp ? $" over {Number.Count(s.ShardRanks)}" : ""));
        If(s.SequenceParallel, "sequence-parallel");
        If(s.KeepGathered, "keep gathered");
        If(s.DropsTokens, "drop tokens");
        If(s.Schedule != PipelineSchedule.OneForwardOneBackward, Words.Of(Words.Schedules, s.Schedule));
        If(s.EmbeddingAndLossCountAsLayers, "embedding counts as layer");
        If(s.FirstStageLayers is not null || s.LastStageLayers is not null,
            $"{Layers(s.FirstStageLayers)} layers on the first stage and {Layers(s.LastStageLayers)} on the last");
        If(s.OffloadedLayers > 0, $"{Number.Count(s.OffloadedLayers)} layers offloaded");
        If(s.Offload.HasFlag(Offload.Weights), "weights offloaded");
        If(s.Offload.HasFlag(Offload.OptimizerState), "optimizer offloaded");
        If(s.Recompute != Recompute.None, $"recompute {Words.OfFlags(Words.Recomputes, s.Recompute)}");
        If(s.Overlap != StrategyOptions.PlainOverlap, $"overlap {Words.OfFlags(Words.Overlaps, s.Overlap)}");
        If(s.Graphs != GraphCapture.None, $"graphs {Words.Of(Words.Graphs, s.Graphs)}");
        If(s.Dispatch != ExpertDispatch.Deduplicated, $"dispatch {Words.Of(Words.Dispatches, s.Dispatch)}");
        If(s.Order != default, $"order {s.Order}");
        return string.Join(", ", words);
    }

    public static JsonObject Json(Strategy s) => new()
    {
        ["tp"] = s.TensorParallel,
        ["pp"] = s.PipelineParallel,
        ["dp"] = s.DataParallel,
        ["cp"] = s.ContextParallel,
        ["ep"] = s.ExpertParallel,
        ["etp"] = s.ExpertTensorParallel,
        ["order"] = s.Order.ToString(),
        ["vp"] = s.VirtualStages,
        ["first_stage_layers"] = s.FirstStageLayers,
        ["last_stage_layers"] = s.LastStageLayers,
        ["mbs"] = s.MicroBatch,
        ["sequence_parallel"] = s.SequenceParallel,
        ["keep_gathered"] = s.KeepGathered,
        ["drop_tokens"] = s.DropsTokens,
        ["sharding"] = Words.Of(Words.Shardings, s.Sharding),
        ["shard_ranks"] = s.ShardRanks,
        ["schedule"] = Words.Of(Words.Schedules, s.Schedule),
        ["recompute"] = Words.OfFlags(Words.Recomputes, s.Recompute),
        ["offloaded_layers"] = s.OffloadedLayers,
        ["offload_weights"] = s.Offload.HasFlag(Offload.Weights),
        ["offload_optimizer"] = s.Offload.HasFlag(Offload.OptimizerState),
        ["overlap"] = Words.OfFlags(Words.Overlaps, s.Overlap),
        ["graphs"] = Words.Of(Words.Graphs, s.Graphs),
        ["embedding_counts_as_layer"] = s.EmbeddingAndLossCountAsLayers,
        ["dispatch"] = Words.Of(Words.Dispatches, s.Dispatch),
    };

    /// <summary>The command that asks for exactly this estimate again, or another verb about the same run.</summary>
    public static string Command(string model, string system, int chips, TrainingWorkload workload, Strategy strategy, string stack, string verb = "estimate") =>
        string.Create(CultureInfo.InvariantCulture,
            $"./orrery {verb} train {Quoted($"{model}@{system}:{chips}")} {Options(strategy)} --gbs {workload.GlobalBatch} --seq {workload.SequenceLength} --precision {Words.Of(Words.Precisions, workload.Precision)}{(workload.Task == TrainingTask.Pretrain ? "" : $" --task {Words.Of(Words.Tasks, workload.Task)}")} --stack {stack}");

    private static string Layers(int? count) => count is { } layers ? Number.Count(layers) : "?";

    /// <summary>Without blanks at the end.</summary>
    public static string Spaced(string words) => words.TrimEnd();

    /// <summary>A word for the shell: in quotes where a bare one would be split or expanded.</summary>
    public static string Quoted(string word) =>
        word.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_.:/@,=+%".Contains(letter, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
