using System.Globalization;
using System.Text.RegularExpressions;
using Orrery.Analysis.Models;
using Orrery.Analysis.Training;
using Orrery.Catalog;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Evidence.Training;

/// <summary>Turns a row into a case, or says what its source does not state.</summary>
internal sealed partial class RowInterpreter(OrreryCatalog catalog, IReadOnlyList<SourceRules> rules, Func<string, SoftwareStack> stacks)
{
    private readonly Dictionary<string, SoftwareStack> _stacks = [];

    /// <summary>Null with the missing columns, or the unknown name, in <paramref name="reason"/>.</summary>
    public TrainingCase? Interpret(TrainingRow row, out string reason)
    {
        reason = "";
        var missing = new List<string>();
        if (catalog.FindSystemOf(row.Chip, row.System) is not { } system)
        {
            reason = $"unknown chip '{row.Chip}'";
            return null;
        }

        if (catalog.FindModel(row.Model) is not { } model)
        {
            reason = $"unknown model '{row.Model}'";
            return null;
        }

        if (rules.FirstOrDefault(rule => rule.Applies(row, system.Chip.Vendor)) is not { } source)
        {
            reason = $"no rules for source '{row.Source}'";
            return null;
        }

        if (source.System.Length > 0)
        {
            system = catalog.System(source.System);
        }

        if (RowSettings.PredictionDepth(row) is { } depth)
        {
            model = model with { MultiTokenPrediction = depth };
        }

        if (source.PackedSample is { } sample && SamplesPattern().IsMatch(row.Notes))
        {
            model = Packed(model, sample);
        }

        if (row.Chips is not { } chips)
        {
            missing.Add("chips");
            chips = 1;
        }

        var batch = row.GlobalBatch ?? (row.Derived("gbs") is { } noted and >= 1 and < int.MaxValue ? (int)noted : null);
        if (batch is null)
        {
            missing.Add("gbs_sequences");
        }

        var sequence = row.SequenceLength ?? source.SequenceLength ?? (PackedPattern().IsMatch(row.Notes) ? source.PackedSequence : null);
        if (sequence is null)
        {
            missing.Add("seq_len");
        }

        var stated = row.Precision.Length > 0 ? row.Precision : source.Precision;
        if (RowWords.Precision(row, stated) is not { } precision)
        {
            if (stated.Length > 0)
            {
                reason = $"unknown precision '{stated}'";
                return null;
            }

            missing.Add("precision");
            precision = TrainingPrecision.Bf16;
        }

        var sharding = RowWords.Sharding(row, source);
        var tensor = row.TensorParallel ?? source.TensorParallel ?? (IsFsdp(sharding) ? (int?)1 : null);
        var stages = row.PipelineParallel ?? (IsFsdp(sharding) ? (int?)1 : null) ?? (source.TensorParallel is null ? (int?)null : 1);
        if (tensor is null)
        {
            missing.Add("tp");
        }

        if (stages is null)
        {
            missing.Add("pp");
        }

        if (missing.Count > 0)
        {
            reason = "the source does not state " + string.Join(", ", missing);
            return null;
        }

        var context = row.ContextParallel ?? 1;
        var inner = (long)tensor!.Value * stages!.Value;
        if (inner > chips || chips % (inner * context) != 0)
        {
            reason = $"tp {tensor} x pp {stages} x cp {context} does not divide chips {chips}";
            return null;
        }

        var replicas = (int)(chips / (inner * context));
        if (batch!.Value < replicas && replicas % batch.Value == 0)
        {
            // Fewer sequences than data-parallel ranks: each must have been spread over several of them.
            context *= replicas / batch.Value;
            replicas = batch.Value;
        }

        var slices = RowSettings.Slices(row);
        if (slices is { } count && replicas % count == 0)
        {
            // Slices meet over the data-centre network, and replicate what each shards.
            system = system.WithDomain(chips / count);
            sharding = sharding == Sharding.Zero3 && RowSettings.ReplicatesSlices(row) ? Sharding.Hsdp : sharding;
        }

        var micro = MicroBatch(row, source, batch.Value, replicas, stages.Value);
        var virtualStages = row.VirtualStages ?? VirtualStages(row, source, model, stages.Value);
        var workload = new TrainingWorkload(model, batch.Value, sequence!.Value, precision, row.Task switch
        {
            var task when task.Contains("lora", StringComparison.OrdinalIgnoreCase) => TrainingTask.Lora,
            var task when task.Contains("sft", StringComparison.OrdinalIgnoreCase) => TrainingTask.FineTune,
            _ => TrainingTask.Pretrain,
        })
        {
            Fp8Attention = RowSettings.Fp8Attention(row),
        };
        var strategy = new Strategy
        {
            TensorParallel = tensor.Value,
            PipelineParallel = stages.Value,
            ContextParallel = context,
            DataParallel = replicas,
            VirtualStages = stages == 1 ? 1 : Math.Max(1, virtualStages),
            ExpertParallel = model.IsMixtureOfExperts ? row.ExpertParallel ?? 1 : 1,
            ExpertTensorParallel = ExpertTensor(row, model, tensor.Value),
            MicroBatch = micro,
            SequenceParallel = tensor > 1 && !RowSettings.ForbidsSequenceParallel(row) && (source.SequenceParallel || RowSettings.StatesSequenceParallel(row)),
            Sharding = sharding,
            ShardRanks = RowSettings.ShardRanks(row) is var axis and > 0 ? axis : sharding == Sharding.Hsdp ? replicas / (slices ?? 1) : 0,
            Schedule = row.Notes.Contains("DualPipe", StringComparison.Ordinal) || source.Schedule == "dual-pipe" ? PipelineSchedule.DualPipe : PipelineSchedule.OneForwardOneBackward,
            Recompute = RowSettings.Recompute(row, source.Recompute, system.Chip.Vendor == "Google"),
            OffloadedLayers = row.OffloadedLayers ?? RowSettings.OffloadedLayers(row, model),
            Overlap = RowWords.Overlaps(row, source),
            Graphs = RowSettings.Graphs(row),
            Dispatch = RowWords.Dispatch(row, source),
            DropsTokens = RowSettings.DropsTokens(row),
            EmbeddingAndLossCountAsLayers = RowSettings.CountsEmbeddingAndLoss(row),
        };
        if (LayoutCheck.Broken(strategy, workload) is { } broken)
        {
            reason = broken;
            return null;
        }

        return Judged(row, source, workload, strategy, new Cluster(system, chips), out reason);
    }

    /// <summary>Where short samples are packed into a sequence, attention starts anew with each.</summary>
    private static Transformer Packed(Transformer model, int sample) => model with
    {
        Layers =
        [
            .. model.Layers.Select(run => run.Layer.Mixer is Attention attention
                ? run with { Layer = run.Layer with { Mixer = attention with { Window = sample, Chunked = true } } }
                : run),
        ],
    };

    /// <summary>The first quantity the source states: tokens/s, iteration time, TFLOP/s, MFU; then what its notes derive.</summary>
    private TrainingCase? Judged(TrainingRow row, SourceRules source, TrainingWorkload workload, Strategy strategy, Cluster cluster, out string reason)
    {
        reason = "";
        var (metric, unit, measured) = row switch
        {
            { TokensPerSecondPerChip: { } tokens } => ("tokens_per_s_per_chip", "tokens/s", tokens),
            { IterationSeconds: { } seconds } => ("iteration_s", "s", seconds),
            { ModelTflopsPerSecondPerChip: { } flops } => ("model_tflops_per_s_per_chip", "TFLOP/s", flops),
            { MfuPercent: { } mfu } => ("mfu_percent", "%", mfu),
            _ when row.Derived("tokens_per_s_per_chip") is { } tokens => ("tokens_per_s_per_chip", "tokens/s", tokens),
            _ when row.Derived("iteration_s") is { } seconds => ("iteration_s", "s", seconds),
            _ => ("", "", 0),
        };
        if (metric.Length == 0)
        {
            reason = "the source does not state tokens_per_s_per_chip, iteration_s, model_tflops_per_s_per_chip or mfu_percent";
            return null;
        }

        var count = RowSettings.FlopCount(row, source.Flops);
        var convention = count == FlopCount.Causal ? FlopConvention.Causal : FlopConvention.FullAttention;
        var perToken = ModelCounts.Training(workload.Model, workload.SequenceLength, convention, frozenWeights: workload.Task == TrainingTask.Lora);
        if (count == FlopCount.Hardware)
        {
            var forward = ModelCounts.Forward(workload.Model, workload.SequenceLength, convention);
            perToken += forward.Total - forward.Head; // layers run again, the head does not
        }

        var stack = Stack(source.Stack) with { Date = row.Year() ?? source.Year };
        return new TrainingCase(row, source.Name, workload, strategy, cluster, stack, metric, unit, measured, perToken);
    }

    private SoftwareStack Stack(string id) => _stacks.TryGetValue(id, out var stack) ? stack : _stacks[id] = stacks(id);

    private static bool IsFsdp(Sharding sharding) => sharding is Domain.Strategies.Sharding.Zero2 or Domain.Strategies.Sharding.Zero3 or Domain.Strategies.Sharding.Hsdp;

    private static int MicroBatch(TrainingRow row, SourceRules source, int batch, int replicas, int stages)
    {
        var whole = Math.Max(1, batch / replicas);
        if (source.MicroBatch == "whole")
        {
            return whole;
        }

        if (row.MicroBatch is { } stated)
        {
            return Math.Clamp((int)Math.Round(stated), 1, whole);
        }

        // Unstated: what pipelines use, and without one a few sequences as far as the batch has them.
        const int WithoutPipeline = 4;
        return source.MicroBatch.Length > 0 ? int.Parse(source.MicroBatch, CultureInfo.InvariantCulture) : stages > 1 ? 1 : Math.Min(WithoutPipeline, whole);
    }

    /// <summary>Stated in the notes, else as the source's rules say.</summary>
    private static int VirtualStages(TrainingRow row, SourceRules source, Transformer model, int stages)
    {
        var noted = VirtualPattern().Match(row.Notes);
        if (noted.Success && int.TryParse(noted.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        if (int.TryParse(source.VirtualStages, CultureInfo.InvariantCulture, out var fixedStages))
        {
            return fixedStages;
        }

        if (source.VirtualStages != "most" || stages == 1)
        {
            return 1;
        }

        const int Most = 12;
        for (var chunks = Most; chunks > 1; chunks--)
        {
            if (model.LayerCount % (stages * chunks) == 0 || (model.LayerCount + 2) % (stages * chunks) == 0)
            {
                return chunks;
            }
        }

        return 1;
    }

    private static int ExpertTensor(TrainingRow row, Transformer model, int tensor)
    {
        if (!model.IsMixtureOfExperts || row.ExpertTensorParallel is not null)
        {
            return model.IsMixtureOfExperts ? row.ExpertTensorParallel!.Value : 1;
        }

        var noted = ExpertTensorPattern().Match(row.Notes);
        return noted.Success && int.TryParse(noted.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var number) ? number
            : row.ExpertParallel is null ? tensor : 1;
    }

    [GeneratedRegex(@"sequences? of 8192", RegexOptions.CultureInvariant)]
    private static partial Regex PackedPattern();

    [GeneratedRegex(@"packed \w+ sequences", RegexOptions.CultureInvariant)]
    private static partial Regex SamplesPattern();

    [GeneratedRegex(@"\b(?:VP|interleave) (\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex VirtualPattern();

    [GeneratedRegex(@"\bETP(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex ExpertTensorPattern();
}
