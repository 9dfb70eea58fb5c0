using System.Globalization;
using System.Text.Json.Nodes;
using Orrery.Cli.Terminal;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Cli.Shell;

/// <summary>A strategy as options of the command line, which is also how people talk about it.</summary>
internal static class StrategyText
{
    /// <summary>"--tp 8 --pp 9 --dp 1 ...": what is not at its plainest value.</summary>
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

        Degree("tp", s.TensorParallel, plain: 0);
        Degree("pp", s.PipelineParallel);
        Degree("dp", s.DataParallel, plain: 0);
        Degree("cp", s.ContextParallel);
        Degree("ep", s.ExpertParallel);
        Degree("etp", s.ExpertTensorParallel);
        Degree("vp", s.VirtualStages);
        Degree("mbs", s.MicroBatch, plain: 0);
        Degree("offload", s.OffloadedLayers, plain: 0);
        Degree("shard-ranks", s.ShardRanks, plain: 0);
        words.Add($"--sharding {Words.Of(Words.Shardings, s.Sharding)}");
        words.Add($"--recompute {Words.OfFlags(Words.Recomputes, s.Recompute)}");
        words.Add($"--overlap {Words.OfFlags(Words.Overlaps, s.Overlap)}");
        if (s.SequenceParallel)
        {
            words.Add("--sequence-parallel");
        }

        if (s.EmbeddingAndLossCountAsLayers)
        {
            words.Add("--embedding-counts-as-layer");
        }

        if (s.PipelineParallel > 1)
        {
            words.Add($"--schedule {Words.Of(Words.Schedules, s.Schedule)}");
        }

        if (s.Graphs != GraphCapture.None)
        {
            words.Add($"--graphs {Words.Of(Words.Graphs, s.Graphs)}");
        }

        if (s.ExpertParallel > 1 && s.Dispatch != ExpertDispatch.Deduplicated)
        {
            words.Add($"--dispatch {Words.Of(Words.Dispatches, s.Dispatch)}");
        }

        return string.Join(' ', words);
    }

    /// <summary>"tp 8, pp 9, dp 1, ...": short, for people; what decides the time and the memory.</summary>
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

        Degree("tp", s.TensorParallel, always: true);
        Degree("cp", s.ContextParallel);
        Degree("pp", s.PipelineParallel, always: true);
        Degree("vp", s.VirtualStages);
        Degree("dp", s.DataParallel, always: true);
        Degree("ep", s.ExpertParallel);
        Degree("etp", s.ExpertTensorParallel);
        Degree("mbs", s.MicroBatch, always: true);
        words.Add(Words.Of(Words.Shardings, s.Sharding) + (s.Sharding == Sharding.Hsdp ? $" over {Number.Count(s.ShardRanks)}" : ""));
        if (s.SequenceParallel)
        {
            words.Add("sequence-parallel");
        }

        if (s.PipelineParallel > 1 && s.Schedule != PipelineSchedule.OneForwardOneBackward)
        {
            words.Add(Words.Of(Words.Schedules, s.Schedule));
        }

        if (s.OffloadedLayers > 0)
        {
            words.Add($"{Number.Count(s.OffloadedLayers)} layers offloaded");
        }

        if (s.Recompute != Recompute.None)
        {
            words.Add($"recompute {Words.OfFlags(Words.Recomputes, s.Recompute)}");
        }

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
        ["vp"] = s.VirtualStages,
        ["mbs"] = s.MicroBatch,
        ["sequence_parallel"] = s.SequenceParallel,
        ["sharding"] = Words.Of(Words.Shardings, s.Sharding),
        ["shard_ranks"] = s.ShardRanks,
        ["schedule"] = Words.Of(Words.Schedules, s.Schedule),
        ["recompute"] = Words.OfFlags(Words.Recomputes, s.Recompute),
        ["offloaded_layers"] = s.OffloadedLayers,
        ["overlap"] = Words.OfFlags(Words.Overlaps, s.Overlap),
        ["graphs"] = Words.Of(Words.Graphs, s.Graphs),
        ["embedding_counts_as_layer"] = s.EmbeddingAndLossCountAsLayers,
        ["dispatch"] = Words.Of(Words.Dispatches, s.Dispatch),
    };

    /// <summary>The command that asks for exactly this estimate again.</summary>
    public static string Command(string model, string system, int chips, TrainingWorkload workload, Strategy strategy, string stack) =>
        string.Create(CultureInfo.InvariantCulture,
            $"./orrery estimate train {Quoted($"{model}@{system}:{chips}")} {Options(strategy)} --gbs {workload.GlobalBatch} --seq {workload.SequenceLength} --precision {Words.Of(Words.Precisions, workload.Precision)}{(workload.Task == TrainingTask.Pretrain ? "" : $" --task {Words.Of(Words.Tasks, workload.Task)}")} --stack {stack}");

    /// <summary>A word for the shell: in quotes where a bare one would be split or expanded.</summary>
    public static string Quoted(string word) =>
        word.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_.:/@".Contains(letter, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
