using Orrery.Analysis.Training;
using Orrery.Catalog;
using Orrery.Comparison.Sensitivity;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Evidence.Training;

namespace Orrery.Evidence.Transfer;

/// <summary>One measured run on hardware that nothing was fitted to; all values are of its own quantity.</summary>
/// <param name="IsMfu">The quantity is MFU in per cent; tokens/s a chip where not, which the source states then.</param>
/// <param name="Guess">With the first of each list of settings.</param>
/// <param name="SweepLow">The least over all settings that can be laid out and fit in memory.</param>
/// <param name="RangeLow">The best guess at the worse end of the catalog's ranges of chip, kernels, fabric and stack.</param>
/// <param name="Widest">The input that widens that range most.</param>
/// <param name="WithNumber">The best guess with the one number fitted to the other rows.</param>
/// <param name="Tried">Combinations of settings that can be laid out and fit in memory.</param>
public sealed record TransferResult(
    string Id, string Model, string Chip, int Chips, string Why, bool IsMfu, double Measured, double Guess, double SweepLow, double SweepHigh, double RangeLow, double RangeHigh,
    string Widest, double WithNumber, int Tried)
{
    public double Error => (Guess / Measured) - 1;

    public double ErrorWithNumber => (WithNumber / Measured) - 1;

    /// <summary>From the least over settings at the worse end of the ranges to the most at the better end.</summary>
    public (double Low, double High) Whole => (SweepLow * RangeLow / Guess, SweepHigh * RangeHigh / Guess);

    public bool IsHeld => Whole.Low <= Measured && Measured <= Whole.High;
}

/// <summary>What the catalog's unfitted stack makes of runs on hardware of its vendor.</summary>
/// <param name="Number">Factor on the rate of products that would meet all rows best.</param>
public sealed record TransferReport(IReadOnlyList<TransferResult> Rows, string Stack, double Number);

/// <summary>Predicts runs on a vendor's chips by transfer alone, then with one number of the stack fitted to the other rows.</summary>
public static class TransferValidation
{
    /// <summary>The number: what the stack's products reach over the kernel profile that was carried over.</summary>
    public const string Fitted = "gemm_reach.default";

    private const double Least = 0.3;
    private const double Most = 1.8;

    /// <exception cref="InvalidInputException">A file is malformed; every finding is in it.</exception>
    public static TransferReport Run(OrreryCatalog catalog, string rowsPath, string settingsPath)
    {
        var diagnostics = new DiagnosticList();
        var measured = TrainingRow.Load(rowsPath, diagnostics).ToDictionary(row => row.Id, StringComparer.Ordinal);
        diagnostics.ThrowOnErrors();
        var cases = TransferRow.Load(settingsPath).Select(row => measured.TryGetValue(row.Id, out var source)
            ? Case.Of(catalog, row, source)
            : throw Wrong($"row '{row.Id}' is not among the training rows", $"did you mean '{Spelling.Closest(row.Id, measured.Keys)}'?")).ToList();
        var stack = cases[0].Stack;
        var number = Best(cases);
        var results = cases.Select(one => one.Judge(catalog, Best([.. cases.Where(other => other != one)]))).ToList();
        return new TransferReport(results, stack.Name, number);
    }

    /// <summary>The factor with the least squares of logarithms, by golden section; one number, so nothing else can go wrong.</summary>
    private static double Best(IReadOnlyList<Case> cases)
    {
        double Cost(double x) => cases.Sum(one => Math.Pow(Math.Log(one.Predict(one.Guess, Math.Exp(x)).Value / one.Measured), 2));
        var ratio = (Math.Sqrt(5) - 1) / 2;
        var (low, high) = (Math.Log(Least), Math.Log(Most));
        for (var i = 0; i < 40; i++)
        {
            var (a, b) = (high - (ratio * (high - low)), low + (ratio * (high - low)));
            (low, high) = Cost(a) < Cost(b) ? (low, b) : (a, high);
        }

        return Math.Exp((low + high) / 2);
    }

    private sealed record Case(
        TrainingRow Source, Transformer Model, Cluster Cluster, SoftwareStack Stack, double Measured, string Why, IReadOnlyList<TransferSettings> Settings)
    {
        public TransferSettings Guess => Settings[0];

        private bool IsMfu => Source.TokensPerSecondPerChip is null;

        public static Case Of(OrreryCatalog catalog, TransferRow row, TrainingRow source)
        {
            var system = catalog.FindSystemOf(source.Chip, source.System) ?? throw Wrong($"no system of the catalog has the chip '{source.Chip}'");
            var measured = source.TokensPerSecondPerChip ?? source.MfuPercent ?? throw Wrong($"row '{row.Id}' states neither tokens_per_s_per_chip nor mfu_percent");
            var model = catalog.Model(source.Model);
            var legal = row.Settings.Where(settings => Legal(settings, model, row.Chips)).ToList();
            var all = new Case(source, model, new Cluster(system, row.Chips), catalog.DefaultStack(system.Chip), measured, row.Why, legal);
            var fit = legal.Where(settings => all.Predict(settings).Estimate.Memory.Fits).ToList();
            if (fit.Count == 0)
            {
                throw Wrong($"row '{row.Id}': of {row.Settings.Count} combinations of settings {legal.Count} can be laid out on {row.Chips} chips of {system.Id}, none of which fits in memory");
            }

            return fit[0] == row.Settings[0] ? all with { Settings = fit } : throw Wrong(
                $"row '{row.Id}': the first of each list, its best guess, cannot be laid out on {row.Chips} chips of {system.Id} or does not fit in memory", "put a guess first that could have run");
        }

        public (double Value, TrainingEstimate Estimate) Predict(TransferSettings settings, double factor = 1)
        {
            var stack = Stack;
            if (factor != 1)
            {
                var reach = stack.Parameters[Fitted];
                stack = stack with { Parameters = new Dictionary<string, Domain.Sourced<double>>(stack.Parameters) { [Fitted] = reach with { Value = reach.Value * factor } } };
            }

            var estimate = TrainingEstimator.Estimate(Workload(settings, Model), Strategy(settings, Model, Cluster.Chips), Cluster, stack);
            return (Quantity(estimate), estimate);
        }

        public TransferResult Judge(OrreryCatalog catalog, double numberOfOthers)
        {
            var (guess, estimate) = Predict(Guess);
            var sweep = Settings.Select(settings => Predict(settings).Value).ToList();
            // Of the quantity itself: a peak that is lower makes a step slower and yet an MFU higher.
            var range = PredictionRange.Of(RangeEnds.Of(catalog, Cluster.System, Stack), estimate, one => 1 / Quantity(one));
            return new TransferResult(
                Source.Id, Model.Id, Cluster.Chip.Id, Cluster.Chips, Why, IsMfu, Measured, guess, sweep.Min(), sweep.Max(), 1 / range.Slowest, 1 / range.Fastest,
                range.Widest?.Input.Path ?? "", Predict(Guess, numberOfOthers).Value, sweep.Count);
        }

        private double Quantity(TrainingEstimate estimate) => IsMfu ? 100 * estimate.Mfu : estimate.TokensPerSecondPerChip;

        private static TrainingWorkload Workload(TransferSettings s, Transformer model) =>
            new(model, Math.Max(1, s.BatchTokens / s.Sequence), s.Sequence, TrainingPrecision.Bf16);

        private static Strategy Strategy(TransferSettings s, Transformer model, int chips) => new()
        {
            TensorParallel = s.TensorParallel,
            PipelineParallel = s.PipelineParallel,
            DataParallel = chips / (s.TensorParallel * s.PipelineParallel),
            VirtualStages = s.VirtualStages,
            ExpertParallel = model.IsMixtureOfExperts ? s.ExpertParallel : 1,
            MicroBatch = s.MicroBatch,
            SequenceParallel = true,
            Sharding = Sharding.Zero1,
            Recompute = s.Recompute,
            Overlap = Overlap.GradientReduce | Overlap.ParameterGather | (s.TensorOverlap ? Overlap.TensorParallel : Overlap.None),
            EmbeddingAndLossCountAsLayers = true,
        };

        private static bool Legal(TransferSettings s, Transformer model, int chips) =>
            chips % (s.TensorParallel * s.PipelineParallel) == 0 && StrategyRules.Check(Strategy(s, model, chips), Workload(s, model), chips).Count == 0;
    }

    private static InvalidInputException Wrong(string message, string hint = "") =>
        new(new Diagnostic(Severity.Error, DiagnosticCode.UnknownName, message, Hint: hint));
}
