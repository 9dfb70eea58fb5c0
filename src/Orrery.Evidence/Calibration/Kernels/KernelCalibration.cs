using Orrery.Catalog;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Evidence.Calibration.Collectives;
using Orrery.Evidence.Kernels;

namespace Orrery.Evidence.Calibration.Kernels;

/// <summary>One kernel's fit.</summary>
/// <param name="Section">Part of the profile: "gemm", "decode", ...</param>
/// <param name="Key">Its key there: "bf16", "fp8_192", ...</param>
/// <param name="Before">Errors of the same rows by the profile the fit started from; null where that has no such kernel.</param>
/// <param name="Values">Every parameter of the kernel as a catalog file writes it.</param>
public sealed record KernelOutcome(string Section, string Key, int Rows, ErrorSummary? Before, RelativeFitResult Fit, IReadOnlyList<FittedText> Values);

/// <summary>A parameter as a catalog file writes it.</summary>
/// <param name="Low">Least possible, likewise; of use where no row determines it.</param>
/// <param name="Was">Before the fit.</param>
public sealed record FittedText(string Name, string Text, string Was, string Low, string High, Determination Determination);

/// <summary>What came of a fit to kernel timings.</summary>
/// <param name="From">The profile that the fit started from, which gives what the files do not hold.</param>
/// <param name="Skipped">Rows left out, by reason.</param>
public sealed record KernelCalibrationResult(
    Chip Chip, KernelProfile From, KernelProfile Profile, IReadOnlyList<string> Files, IReadOnlyList<KernelOutcome> Kernels,
    IReadOnlyList<ReachOutcome> Collectives, IReadOnlyDictionary<string, int> Skipped);

/// <summary>Fits a chip's kernel profile to timings.</summary>
public static class KernelCalibration
{
    /// <summary>Fits as many kernels as the files hold.</summary>
    /// <param name="paths">Files named SYSTEM_OP.csv, folders of them, CSV files of matrix products.</param>
    /// <param name="chipName">The chip, where file names do not say.</param>
    /// <param name="from">The profile to start from; null for the chip's own.</param>
    /// <param name="planPath">Priors and bounds: <c>evidence/kernel-fit.yaml</c>.</param>
    /// <param name="folds">Parts that the shapes are dealt into, each judged by a fit on the others; below 2 for none.</param>
    /// <exception cref="InvalidInputException">Files, names or cells are wrong; with every finding at its place.</exception>
    public static KernelCalibrationResult Run(
        OrreryCatalog catalog, IReadOnlyList<string> paths, string? chipName, string? from, string planPath, int folds)
    {
        var plan = KernelFitPlan.Load(planPath);
        var (chip, timings) = KernelMeasurements.Load(catalog, paths, chipName);
        var start = from is not null ? catalog.Kernels(from) : chip.Kernels ?? throw new InvalidInputException(new Diagnostic(
            Severity.Error, DiagnosticCode.MissingKey, $"the chip '{chip.Id}' names no kernel profile to start from",
            Hint: "--from PROFILE names one, for example generic; 'orrery catalog list kernels' has them all"));
        var rows = new KernelRows(timings, start);
        var units = rows.Units.Select(unit => Predictable(KernelBench.Of(catalog, chip, start), plan, unit, rows)).Where(unit => unit.Rows.Count > 0).ToArray();
        rows.ThrowOnErrors(); // every cell has been read by now

        // Kernels are apart from each other, so their fits run beside each other; the results stand in the profile's order.
        var found = new KernelOutcome[units.Length];
        var bench = KernelBench.Of(catalog, chip, start);
        Parallel.For(0, units.Length, at => found[at] = Fit(bench, plan.Ops[units[at].Section.Name], units[at], folds));
        var profile = start;
        foreach (var (unit, outcome) in units.Zip(found))
        {
            profile = unit.Section.With(profile, unit.Key, Whole(plan.Ops[unit.Section.Name], unit, start, outcome.Fit.Values));
        }

        var (reach, collectives) = Reach(chip, start, plan, rows, folds);
        return new KernelCalibrationResult(
            chip, start, profile with { ScaleUpReach = reach }, [.. timings.Select(file => file.File)], found, collectives, rows.Skipped);
    }

    private static (CollectiveReach?, IReadOnlyList<ReachOutcome>) Reach(Chip chip, KernelProfile start, KernelFitPlan plan, KernelRows rows, int folds)
    {
        if (rows.Collectives.Count == 0)
        {
            return (start.ScaleUpReach, []);
        }

        if (start.ScaleUpReach is not { } present || CollectiveTable.Domain(chip, present) is null)
        {
            rows.Skip(start.ScaleUpReach is null ? $"the profile '{start.Id}' has no scale_up_reach to start from" : $"the chip '{chip.Id}' has no scale-up bandwidth");
            return (start.ScaleUpReach, []);
        }

        return new ReachFit(plan.Ops[KernelFitPlan.Reach], present, reach => CollectiveTable.Domain(chip, reach)!, present.InNetwork is not null).Run(rows.Collectives, folds);
    }

    /// <summary>The unit without the rows that the form does not predict on this chip, whatever the parameters.</summary>
    private static KernelUnit Predictable(KernelBench bench, KernelFitPlan plan, KernelUnit unit, KernelRows rows)
    {
        var op = plan.Ops[unit.Section.Name];
        var whole = bench with { Kernels = unit.Section.With(bench.Kernels, unit.Key, Whole(op, unit, bench.Kernels, [.. Moving(op, unit, bench.Kernels).Select(variable => variable.Prior)])) };
        return unit with
        {
            Rows = [.. unit.Rows.Where(row =>
            {
                var reason = row.Table.Predict(whole, row.Cells, row.Column).SkipReason;
                if (reason is not null)
                {
                    rows.Skip(reason);
                }

                return reason is null;
            })],
        };
    }

    private static KernelOutcome Fit(KernelBench bench, PlannedOp op, KernelUnit unit, int folds)
    {
        var start = bench.Kernels;
        var result = new RelativeFit(
            Moving(op, unit, start), [.. unit.Rows.Select(row => new FitRow(row.Seconds, row.Shape))],
            values =>
            {
                var at = bench with { Kernels = unit.Section.With(start, unit.Key, Whole(op, unit, start, values)) };
                return row => unit.Rows[row].Table.Predict(at, unit.Rows[row].Cells, unit.Rows[row].Column).Seconds;
            },
            op.Error).Run(folds);
        var before = unit.Section.Has(start, unit.Key)
            ? RelativeFitResult.Summary(unit.Rows.Select(row => (row.Table.Predict(bench, row.Cells, row.Column).Seconds / row.Seconds) - 1))
            : null;
        return new KernelOutcome(unit.Section.Name, unit.Key, unit.Rows.Count, before, result, Texts(op, unit, start, result));
    }

    private static List<FitVariable> Moving(PlannedOp op, KernelUnit unit, KernelProfile start)
    {
        var present = unit.Section.Read(start, unit.Key);
        return [.. unit.Section.Fields.Select((field, i) => (Parameter: op[field.Name], Present: present[i]))
            .Where(item => item.Parameter.MayMove(unit.Key)).Select(item => item.Parameter.Variable(item.Present))];
    }

    /// <summary>All parameters of the kernel, those that moved at the given values.</summary>
    private static double[] Whole(PlannedOp op, KernelUnit unit, KernelProfile start, IReadOnlyList<double> moved)
    {
        var fields = unit.Section.Fields;
        var present = unit.Section.Read(start, unit.Key);
        var values = new double[fields.Count];
        var next = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = op[fields[i].Name];
            values[i] = parameter.MayMove(unit.Key) ? moved[next++] : parameter.Otherwise ?? (present[i] > 0 ? present[i] : parameter.Prior);
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (op[fields[i].Name] is { TiedTo: { } other } tied && !tied.MayMove(unit.Key))
            {
                values[i] = values[fields.Select((field, at) => (field, at)).First(item => item.field.Name == other).at];
            }
        }

        return values;
    }

    private static FittedText[] Texts(PlannedOp op, KernelUnit unit, KernelProfile start, RelativeFitResult result)
    {
        var whole = Whole(op, unit, start, result.Values);
        return [.. unit.Section.Fields.Select((field, i) =>
        {
            var moved = result.Variables.FirstOrDefault(variable => variable.Name == field.Name);
            var parameter = op[field.Name];
            return new FittedText(
                field.Name, field.Text(whole[i]), field.Text(moved?.Prior ?? whole[i]), field.Text(parameter.Low), field.Text(parameter.High),
                moved?.Determination ?? Determination.ByRows);
        })];
    }
}
