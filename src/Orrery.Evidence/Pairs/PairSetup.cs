using System.Text.RegularExpressions;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Evidence.Training;

namespace Orrery.Evidence.Pairs;

/// <summary>All that a measured run was, as far as its row says: two rows are a pair where only one thing of it differs.</summary>
/// <param name="Release">The release or date of the source.</param>
/// <param name="Unread">Settings the row states and no prediction reads: they must agree all the more.</param>
/// <param name="Domain">Chips of a scale-up domain: a slice, where slices meet over a data-centre network.</param>
/// <param name="Batch">Sequences of a step; of one data-parallel rank once masked for scale at one batch a rank.</param>
public sealed partial record PairSetup(
    string Source, string Release, string Unread, string Stack, double? Date, string Model, int PredictionDepth, TrainingTask Task,
    double Batch, int Sequence, TrainingPrecision Precision, string System, int Domain, string Chip, int Chips, Strategy Strategy)
{
    private static readonly Strategy Blank = new() { TensorParallel = 1, PipelineParallel = 1, DataParallel = 1, MicroBatch = 1 };

    internal static PairSetup Of(TrainingCase one) => new(
        one.SourceName, ReleaseOf(one.Row), UnreadOf(one.Row.Settings), one.Stack.Id, one.Stack.Date,
        one.Workload.Model.Id, one.Workload.Model.MultiTokenPrediction, one.Workload.Task, one.Workload.GlobalBatch, one.Workload.SequenceLength,
        one.Workload.Precision, one.Cluster.System.Id, one.Cluster.System.ScaleUpDomain, one.Cluster.Chip.Id, one.Cluster.Chips, one.Strategy);

    /// <summary>The setup without what rows of a set may differ in; equal ones make a set. Scale has two: one global batch, or one batch a rank.</summary>
    public IEnumerable<PairSetup> Masked(PairKind kind)
    {
        switch (kind)
        {
            case PairKind.Strategy:
                yield return this with { Strategy = Blank with { Recompute = Strategy.Recompute } };
                break;
            case PairKind.Recompute:
                yield return this with { Strategy = Strategy with { Recompute = Recompute.None } };
                break;
            case PairKind.Plan:
                yield return this with { Strategy = Blank };
                break;
            case PairKind.Precision:
                yield return this with { Precision = default };
                break;
            case PairKind.Scale:
                var anySize = this with { Chips = 0, Strategy = Strategy with { DataParallel = 0 } };
                yield return anySize;
                yield return anySize with { Batch = Batch / Strategy.DataParallel, Sequence = -Sequence }; // the sign keeps the two apart
                break;
        }
    }

    /// <summary>Whether the one thing really differs.</summary>
    public bool Differs(PairKind kind, PairSetup other) => kind switch
    {
        PairKind.Strategy => Strategy != other.Strategy,
        PairKind.Recompute => Strategy.Recompute != other.Strategy.Recompute,
        PairKind.Plan => Strategy != other.Strategy,
        PairKind.Precision => Precision != other.Precision,
        _ => Chips != other.Chips,
    };

    /// <summary>A bracketed table number is no release: tables of one report belong together.</summary>
    private static string ReleaseOf(TrainingRow row) =>
        row.Release() is var release && release.StartsWith("Table", StringComparison.Ordinal) ? row.Date : release;

    private static string UnreadOf(string settings) =>
        string.Join(';', settings.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(setting => !Read().IsMatch(setting)).Order(StringComparer.Ordinal));

    /// <summary>Settings that strategy, workload or precision already say.</summary>
    [GeneratedRegex(
        @"^(AC=|AsyncTP$|vanilla TP$|float8 (linears|tensorwise|rowwise)$|grad_accum=|precision_mode=|sharding_strategy=|act_cpu_offload="
        + @"|(no )?sequence_parallel|SP=|SEQ_PARALLEL=|TP_COMM_OVERLAP=|OVERLAP_GRAD_REDUCE=|OVERLAP_PARAM_GATHER=|(MCORE|LAYER)_CUDA_GRAPH="
        + @"|ASYM_PP_|(embedding|loss)_counted_in_pp_split|mtp_num_layers=|fp8_recipe=|FP8=|FP8_RECIPE=|quantization=|remat_policy="
        + @"|(ici_|dcn_)?(fsdp|data|tensor|context)(_parallelism)?=)",
        RegexOptions.CultureInvariant)]
    private static partial Regex Read();
}
