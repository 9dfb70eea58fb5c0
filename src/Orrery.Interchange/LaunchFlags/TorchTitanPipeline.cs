using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Interchange.LaunchFlags;

/// <summary>The pipeline of a torchtitan job: degree, schedule and how layers are dealt.</summary>
internal static class TorchTitanPipeline
{
    public static void Write(TomlText toml, GapList gaps, TrainingWorkload workload, Strategy s)
    {
        toml.Add("pipeline_parallel_degree", s.PipelineParallel);
        if (s.PipelineParallel == 1)
        {
            gaps.AddWhen(
                s.EmbeddingAndLossCountAsLayers || s.FirstStageLayers is not null || s.LastStageLayers is not null || s.VirtualStages > 1
                || s.Schedule != PipelineSchedule.OneForwardOneBackward,
                "pp", $"Without a pipeline no layers are dealt to stages.");
            return;
        }

        toml.AddText("pipeline_parallel_schedule", Schedule(s, gaps));
        toml.Add("pipeline_parallel_microbatch_size", s.MicroBatch);
        Layers(toml, gaps, workload.Model.LayerCount, s);
    }

    /// <summary>A schedule that goes down the ranks and up again, with two stages on each.</summary>
    private static bool Folded(Strategy s) =>
        s.Schedule == PipelineSchedule.DualPipe || (s.Schedule == PipelineSchedule.ZeroBubble && s.VirtualStages == 1);

    private static string Schedule(Strategy s, GapList gaps)
    {
        var folded = Folded(s);
        gaps.AddWhen(
            folded && s.VirtualStages != 2, "vp",
            $"The V-shaped schedules of torchtitan hold two stages a rank, and the strategy has {s.VirtualStages}.");
        gaps.AddWhen(
            s.Schedule == PipelineSchedule.DualPipe, "schedule", $"torchtitan's DualPipeV folds one copy of the model into a V; it keeps no second copy as DualPipe does.");
        return s.Schedule switch
        {
            PipelineSchedule.DualPipe => "DualPipeV",
            PipelineSchedule.ZeroBubble => folded ? "ZBVZeroBubble" : "InterleavedZeroBubble",
            _ => s.VirtualStages > 1 ? "Interleaved1F1B" : "1F1B",
        };
    }

    /// <summary>torchtitan deals layers evenly and then takes some off the first and the last stage.</summary>
    private static void Layers(TomlText toml, GapList gaps, int layers, Strategy s)
    {
        var stages = s.PipelineParallel * (Folded(s) ? 2 : s.VirtualStages);
        if (s.FirstStageLayers is { } first && s.LastStageLayers is { } last)
        {
            var (between, middle) = (stages - 2, layers - first - last);
            if (stages == s.PipelineParallel && between > 0 && middle % between == 0 && middle / between is var each && each >= Math.Max(first, last))
            {
                Deal(toml, each, each - first, each - last);
            }
            else
            {
                gaps.Add(
                    "first-stage, last-stage",
                    $"torchtitan takes layers off the ends of an even split; {first} on the first and {last} on the last of {stages} stages are given with module_fqns_per_model_part.");
            }

            gaps.AddWhen(s.EmbeddingAndLossCountAsLayers, "embedding-and-loss-count", $"Stages given by their number of layers leave nothing to count embedding and loss as.");
            return;
        }

        var ends = s.EmbeddingAndLossCountAsLayers ? 1 : 0;
        Deal(toml, (layers + (2 * ends) + stages - 1) / stages, ends, ends);
        gaps.AddWhen(
            (layers + (2 * ends)) % stages != 0, "pp", $"{stages} stages do not divide the layers, and torchtitan counts a stage's layers rounded up; check the number of stages.");
    }

    private static void Deal(TomlText toml, int each, int lessFirst, int lessLast)
    {
        toml.Add("pipeline_parallel_layers_per_stage", each);
        toml.Add("pipeline_parallel_first_stage_less_layers", lessFirst);
        toml.Add("pipeline_parallel_last_stage_less_layers", lessLast);
    }
}
