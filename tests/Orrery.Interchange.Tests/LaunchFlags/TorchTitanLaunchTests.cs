using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Interchange.LaunchFlags;
using Xunit;

namespace Orrery.Interchange.Tests.LaunchFlags;

public sealed class TorchTitanLaunchTests
{
    private static readonly Strategy Sharded = new()
    {
        TensorParallel = 4, ContextParallel = 2, PipelineParallel = 4, DataParallel = 8, VirtualStages = 2, MicroBatch = 1, SequenceParallel = true,
        Sharding = Sharding.Zero3, Recompute = Recompute.Full, Overlap = Overlap.GradientReduce | Overlap.ParameterGather,
        EmbeddingAndLossCountAsLayers = true,
    };

    [Fact]
    public void TorchTitan_names_every_degree()
    {
        var launch = Write(Sharded);

        Has(
            launch, "name = \"llama3\"", "flavor = \"405B\"", "[parallelism]", "data_parallel_replicate_degree = 1", "data_parallel_shard_degree = 8",
            "fsdp_reshard_after_forward = \"always\"", "tensor_parallel_degree = 4", "context_parallel_degree = 2", "pipeline_parallel_degree = 4",
            "pipeline_parallel_schedule = \"Interleaved1F1B\"", "pipeline_parallel_microbatch_size = 1", "pipeline_parallel_layers_per_stage = 16",
            "[activation_checkpoint]", "mode = \"full\"", "[training]", "seq_len = 4096", "global_batch_size = 1024", "local_batch_size = 128");
        Assert.Empty(launch.Gaps);
    }

    [Fact]
    public void TorchTitan_replicates_groups_of_shards() =>
        Has(Write(Sharded with { Sharding = Sharding.Hsdp, ShardRanks = 4 }), "data_parallel_replicate_degree = 2", "data_parallel_shard_degree = 4");

    [Fact]
    public void TorchTitan_says_zero1_becomes_zero2() =>
        Assert.Contains(Write(Sharded with { Sharding = Sharding.Zero1 }).Gaps, gap => gap.Setting == "sharding");

    [Fact]
    public void TorchTitan_accumulates_without_a_pipeline() =>
        Has(Write(Sharded with { PipelineParallel = 1, VirtualStages = 1, EmbeddingAndLossCountAsLayers = false, DataParallel = 32 }), "local_batch_size = 1");

    [Fact]
    public void TorchTitan_checkpoints_by_operator_with_norms_and_activations()
    {
        var launch = Write(Sharded with { Recompute = Recompute.AlternateGemms | Recompute.Normalization | Recompute.Activation });

        Has(launch, "mode = \"selective\"", "selective_ac_option = \"op\"");
        Assert.Empty(launch.Gaps);
    }

    [Theory]
    [InlineData(TrainingPrecision.Fp8, "converters = [\"quantize.linear.float8\"]", "recipe_name = \"tensorwise\"")]
    [InlineData(TrainingPrecision.Fp8Rowwise, "converters = [\"quantize.linear.float8\"]", "recipe_name = \"rowwise\"")]
    [InlineData(TrainingPrecision.Mxfp8, "converters = [\"quantize.linear.mx\"]", "recipe_name = \"mxfp8_cublas\"")]
    public void TorchTitan_converts_and_compiles(TrainingPrecision precision, string converters, string recipe)
    {
        var launch = LaunchFormats.Write(LaunchFormat.TorchTitan, LaunchCases.Workload("llama-3.1-405b", precision), Sharded, LaunchCases.Node);

        Has(launch, converters, recipe, "[compile]", "enable = true");
        Assert.Empty(launch.Gaps);
    }

    [Fact]
    public void TorchTitan_takes_uneven_ends_off_an_even_split()
    {
        // 126 layers: 31 + 32 + 32 + 31.
        var launch = Write(Sharded with { VirtualStages = 1, EmbeddingAndLossCountAsLayers = false, FirstStageLayers = 31, LastStageLayers = 31 });

        Has(
            launch, "pipeline_parallel_layers_per_stage = 32", "pipeline_parallel_first_stage_less_layers = 1", "pipeline_parallel_last_stage_less_layers = 1");
        Assert.Empty(launch.Gaps);
    }

    private static LaunchText Write(Strategy strategy) => LaunchCases.Write(LaunchFormat.TorchTitan, strategy, "llama-3.1-405b");

    private static void Has(LaunchText launch, params string[] expected)
    {
        var lines = launch.Text.Split('\n');
        Assert.All(expected, line => Assert.Contains(line, lines));
    }
}
