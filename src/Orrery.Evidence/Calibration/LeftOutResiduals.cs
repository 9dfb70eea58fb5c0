using Orrery.Comparison.Uncertainty;
using Orrery.Evidence.Training;

namespace Orrery.Evidence.Calibration;

/// <summary>Predicts every fitted row by a fit that has not seen its group, its chip generation, its model's family.</summary>
internal sealed class LeftOutResiduals(TrainingFit fit, IReadOnlyList<TrainingCase> cases)
{
    private readonly int[] _all = [.. Enumerable.Range(0, cases.Count)];

    /// <summary>Residuals of the three ways to leave out, in the rows' order within each fold.</summary>
    /// <param name="folds">Parts that groups and families are dealt into; every chip generation is a part of its own.</param>
    public ResidualTable Of(int folds)
    {
        var parts = Parts(LeftOut.Group, TrainingFit.GroupOf, group => Dealt(group, folds))
            .Concat(Parts(LeftOut.Chip, Generation, generation => generation))
            .Concat(Parts(LeftOut.Model, Family, family => Dealt(family, folds)))
            .ToArray();

        // Each fit is deterministic and apart from the others; the results stand in the parts' order.
        var found = new Residual[parts.Length][];
        Parallel.For(0, parts.Length, at => found[at] = Judge(parts[at]));
        return new ResidualTable([.. found.SelectMany(rows => rows)]);
    }

    /// <summary>Dealt in the order of a fixed hash, so that neighbours in name fall into different parts.</summary>
    public static string Dealt(string name, int folds)
    {
        var hash = 2166136261u;
        foreach (var c in name)
        {
            hash = (hash ^ c) * 16777619u;
        }

        return FormattableString.Invariant($"{(hash ^ (hash >> 15)) % folds}");
    }

    private static string Generation(TrainingCase one) => one.Cluster.Chip.Generation;

    private static string Family(TrainingCase one) => TrainingValidation.FamilyOf(one.Workload.Model.Id);

    private IEnumerable<Part> Parts(LeftOut leftOut, Func<TrainingCase, string> name, Func<string, string> fold) => _all
        .GroupBy(row => fold(name(cases[row])))
        .OrderBy(rows => rows.Key, StringComparer.Ordinal)
        .Select(rows => new Part(leftOut, rows.Key, [.. rows]));

    private Residual[] Judge(Part part)
    {
        var held = part.Rows.ToHashSet();
        var point = fit.Run([.. _all.Where(row => !held.Contains(row))]).Point;
        return [.. fit.Errors(point, part.Rows).Select(error => Named(part, cases[error.Row], error.Error))];
    }

    private static Residual Named(Part part, TrainingCase one, double error)
    {
        // Of seconds, less is faster.
        var speed = one.Metric == "iteration_s" ? Math.Log(1 + error) : -Math.Log(1 + error);
        return new Residual(
            part.LeftOut, part.Fold, one.Row.Id, TrainingValidation.ClassOf(one), Generation(one), Family(one), one.Workload.Model.Id, one.SourceName, speed);
    }

    private sealed record Part(LeftOut LeftOut, string Fold, IReadOnlyList<int> Rows);
}
