using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Interchange.LaunchFlags;
using Xunit;

namespace Orrery.Interchange.Tests.LaunchFlags;

public sealed class MindSpeedLaunchTests
{
    private static readonly Strategy Experts = LaunchCases.Plain with { ContextParallel = 1, Sharding = Sharding.Zero1, SequenceParallel = true };

    [Fact]
    public void MindSpeed_folds_a_dual_pipe_and_overlaps_dispatch_in_it()
    {
        var launch = Write(Experts with { Schedule = PipelineSchedule.DualPipe, Overlap = Overlap.ExpertParallel | Overlap.GradientReduce });

        Has(launch, "--schedules-method dualpipev", "--moe-fb-overlap");
        Assert.DoesNotContain("--overlap-grad-reduce", launch.Text, StringComparison.Ordinal);
        Assert.Contains(launch.Gaps, gap => gap.Setting == "overlap gradient-reduce");
    }

    [Fact]
    public void MindSpeed_overlaps_dispatch_in_one_batch_without_a_second_one() =>
        Has(Write(Experts with { Overlap = Overlap.ExpertParallel }), "--moe-alltoall-overlap-comm", "--moe-token-dispatcher-type alltoall");

    [Fact]
    public void MindSpeed_overlaps_tensor_parallelism_of_dense_models_only()
    {
        var strategy = Experts with { ExpertParallel = 1, Overlap = Overlap.TensorParallel };

        Has(Write(strategy, "llama-3.1-70b"), "--use-ascend-mc2");
        Assert.Contains(Write(strategy).Gaps, gap => gap.Setting == "overlap tensor-parallel");
    }

    [Fact]
    public void MindSpeed_recomputes_norms_and_activations_by_flags_of_its_own() =>
        Has(Write(Experts with { Recompute = Recompute.Normalization | Recompute.Activation }), "--recompute-norm", "--recompute-activation-function");

    [Fact]
    public void MindSpeed_swaps_the_optimizer() => Has(Write(Experts with { Offload = Offload.OptimizerState }), "--swap-optimizer");

    [Fact]
    public void MindSpeed_counts_leading_dense_layers() => Has(Write(Experts), "--first-k-dense-replace 3", "--moe-layer-freq 1", "--multi-latent-attention");

    [Fact]
    public void MindSpeed_tunes_with_its_own_script()
    {
        var launch = LaunchFormats.Write(
            LaunchFormat.MindSpeed, LaunchCases.Workload("llama-3.1-70b") with { Task = TrainingTask.Lora }, Experts with { ExpertParallel = 1 }, LaunchCases.Node);

        Assert.Contains("posttrain_gpt.py", launch.Text, StringComparison.Ordinal);
        Has(launch, "--finetune", "--stage sft", "--lora-target-modules linear_qkv linear_proj linear_fc1 linear_fc2");
        Assert.Contains("--lora-r ", Assert.Single(launch.Gaps).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void MindSpeed_has_no_fp4_of_another_vendor() =>
        Assert.Contains(
            LaunchFormats.Write(LaunchFormat.MindSpeed, LaunchCases.Workload("deepseek-v3", TrainingPrecision.Nvfp4), Experts, LaunchCases.Node).Gaps,
            gap => gap.Setting == "precision");

    private static LaunchText Write(Strategy strategy, string model = "deepseek-v3") => LaunchCases.Write(LaunchFormat.MindSpeed, strategy, model);

    private static void Has(LaunchText launch, params string[] flags)
    {
        var lines = launch.Text.Split('\n').Select(line => line.TrimEnd('\\').Trim()).ToList();
        Assert.All(flags, flag => Assert.Contains(flag, lines));
    }
}
