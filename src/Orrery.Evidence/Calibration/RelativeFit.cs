using MathNet.Numerics.LinearAlgebra;

namespace Orrery.Evidence.Calibration;

/// <summary>
/// Fits positive numbers to measured times, which count by their relative error; says how well rows determine each number and how far
/// off rows are that a fit has not seen. See the model book, "Calibration to one's own measurements".
/// </summary>
/// <param name="variables">What may move, each with its prior and its bounds.</param>
/// <param name="rows">What was measured.</param>
/// <param name="predictAt">For values in the variables' order, the predicted time of a row; safe to use from many threads.</param>
/// <param name="scale">Relative error that counts as one standard deviation of a row.</param>
internal sealed class RelativeFit(
    IReadOnlyList<FitVariable> variables, IReadOnlyList<FitRow> rows, Func<double[], Func<int, double>> predictAt, double scale)
{
    private const int Steps = 80;

    /// <summary>A number whose standard error is above this share of its prior's was not determined by the rows.</summary>
    public const double UndeterminedShare = 0.5;

    /// <summary>Loss by which rows rule out that a variable stays where it was: two standard deviations.</summary>
    private const double MostLoss = 4;

    /// <summary>Fits on all rows, then judges every group by a fit on the others.</summary>
    /// <param name="folds">Parts that the groups are dealt into; no more than there are groups. Below 2 nothing is left out.</param>
    public RelativeFitResult Run(int folds)
    {
        var all = Enumerable.Range(0, rows.Count).ToArray();
        var kept = new HashSet<int>();
        var needed = new HashSet<int>();
        var (values, bound, errors) = Fit(all, kept);
        while (Loosest(errors, [.. kept, .. needed, .. bound]) is { } loose)
        {
            var without = Fit(all, [.. kept, loose]);
            if (Loss(without.Values) > Loss(values) + MostLoss)
            {
                needed.Add(loose); // known on one side only: where it was is not possible
                continue;
            }

            kept.Add(loose);
            (values, bound, errors) = without;
        }

        var found = variables.Select((variable, i) => new FittedVariable(
            variable.Name, values[i], variable.Prior, kept.Contains(i) ? variable.Deviation : errors[i], variable.Low, variable.High,
            kept.Contains(i) ? Determination.Undetermined : bound.Contains(i) ? Determination.AtBound : Determination.ByRows));
        return new RelativeFitResult([.. found], Errors(values, all), LeftOut(all, kept, folds), rows.Select(row => row.Group).Distinct().Count());
    }

    /// <summary>Predicted over measured, less one, of some rows.</summary>
    public double[] Errors(double[] values, IReadOnlyList<int> chosen)
    {
        var predict = predictAt(values);
        return [.. chosen.Select(row => (predict(row) / rows[row].Measured) - 1)];
    }

    /// <summary>The variable least determined, where one is not determined at all.</summary>
    private int? Loosest(double[] errors, HashSet<int> settled)
    {
        var share = Enumerable.Range(0, variables.Count).Where(i => !settled.Contains(i))
            .Select(i => (Variable: i, Share: errors[i] / variables[i].Deviation)).OrderByDescending(item => item.Share).FirstOrDefault();
        return share.Share > UndeterminedShare ? share.Variable : null;
    }

    /// <summary>What the rows add to the cost that the fit makes least.</summary>
    private double Loss(double[] values) => Errors(values, [.. Enumerable.Range(0, rows.Count)])
        .Select(error => Math.Log(1 + error) / scale).Sum(r => 2 * (Math.Sqrt(1 + (r * r)) - 1));

    private double[] LeftOut(int[] all, HashSet<int> kept, int folds)
    {
        var error = Enumerable.Repeat(double.NaN, all.Length).ToArray();
        var groups = rows.Select(row => row.Group).Distinct().Order(StringComparer.Ordinal).ToList();
        var parts = Math.Min(folds, groups.Count);
        if (parts < 2)
        {
            return error;
        }

        // Dealt in the order of a fixed hash, one after another: parts as even as can be, neighbours in name apart.
        var dealt = groups.OrderBy(group => LeftOutResiduals.Dealt(group, int.MaxValue), StringComparer.Ordinal)
            .Select((group, at) => (group, at)).ToDictionary(item => item.group, item => item.at % parts, StringComparer.Ordinal);
        var fold = all.Select(row => dealt[rows[row].Group]).ToArray();
        Parallel.For(0, parts, part =>
        {
            int[] held = [.. all.Where(row => fold[row] == part)];
            var values = Fit([.. all.Where(row => fold[row] != part)], kept).Values;
            foreach (var (row, at) in Errors(values, held).Select((value, at) => (value, at)))
            {
                error[held[at]] = row;
            }
        });
        return error;
    }

    /// <summary>Best values of all variables but those kept at their priors; those that end on a bound; standard errors of the logarithms.</summary>
    private (double[] Values, HashSet<int> AtBound, double[] Errors) Fit(int[] used, HashSet<int> kept)
    {
        var values = variables.Select(variable => variable.Prior).ToArray();
        var bound = new HashSet<int>();
        var released = new HashSet<int>();
        while (true)
        {
            int[] free = [.. Enumerable.Range(0, values.Length).Where(i => !kept.Contains(i) && !bound.Contains(i))];
            var point = Minimise(used, free, values);
            foreach (var (i, at) in free.Select((i, at) => (i, at)))
            {
                values[i] = Math.Exp(point[at]);
            }

            // What stops at a bound stays there while the others find their place anew; it comes back if it is then pulled inward.
            int[] stopped = [.. free.Where(i => IsAtBound(values[i], variables[i]))];
            bound.UnionWith(stopped);
            if (stopped.Length > 0)
            {
                continue;
            }

            int[] inward = [.. bound.Where(i => !released.Contains(i) && IsPulledInward(used, values, i)).Order()];
            if (inward.Length == 0)
            {
                return (values, bound, StandardErrors(used, free, values));
            }

            bound.ExceptWith(inward);
            released.UnionWith(inward);
        }
    }

    /// <summary>Whether the cost falls from a variable's bound towards what is possible.</summary>
    private bool IsPulledInward(int[] used, double[] values, int variable)
    {
        const double Step = 1e-3;
        var bounds = variables[variable];
        var inward = Math.Abs(Math.Log(values[variable] / bounds.Low)) < Math.Abs(Math.Log(values[variable] / bounds.High)) ? Step : -Step;
        var moved = (double[])values.Clone();
        moved[variable] *= Math.Exp(inward);
        double Cost(double[] at)
        {
            var r = new double[used.Length];
            Residuals(used, [], at, [], r);
            var away = Math.Log(at[variable] / bounds.Prior) / bounds.Deviation;
            return r.Sum(value => 2 * (Math.Sqrt(1 + (value * value)) - 1)) + (away * away);
        }

        return Cost(moved) < Cost(values);
    }

    private static bool IsAtBound(double value, FitVariable variable) =>
        Math.Abs(Math.Log(value / variable.Low)) < 1e-9 || Math.Abs(Math.Log(value / variable.High)) < 1e-9;

    private double[] Minimise(int[] used, int[] free, double[] values)
    {
        if (free.Length == 0)
        {
            return [];
        }

        double[] At() => [.. free.Select(i => Math.Log(values[i]))];
        double[] Of(Func<FitVariable, double> what) => [.. free.Select(i => what(variables[i]))];
        return LeastSquares.Minimise(
            Of(variable => Math.Log(variable.Prior)), Of(variable => variable.Deviation), Of(variable => Math.Log(variable.Low)), Of(variable => Math.Log(variable.High)),
            used.Length, (x, _, r) => Residuals(used, free, values, x, r), Steps, At(), loss: RobustLoss.PseudoHuber).Point;
    }

    private void Residuals(int[] used, int[] free, double[] values, double[] x, double[] r)
    {
        var at = (double[])values.Clone();
        for (var i = 0; i < free.Length; i++)
        {
            at[free[i]] = Math.Exp(x[i]);
        }

        var predict = predictAt(at);
        for (var i = 0; i < used.Length; i++)
        {
            r[i] = Math.Log(predict(used[i]) / rows[used[i]].Measured) / scale;
        }
    }

    /// <summary>
    /// From the curvature and from how the groups pull against each other: rows of one group are not independent of each other, and the
    /// form itself is wrong by more than the noise. The prior counts as one more observation.
    /// </summary>
    private double[] StandardErrors(int[] used, int[] free, double[] values)
    {
        const double Step = 1e-4;
        var errors = variables.Select(variable => variable.Deviation).ToArray();
        if (free.Length == 0)
        {
            return errors;
        }

        double[] x = [.. free.Select(i => Math.Log(values[i]))];
        var r = new double[used.Length];
        Residuals(used, free, values, x, r);
        var jacobian = Matrix<double>.Build.Dense(used.Length, free.Length);
        for (var a = 0; a < free.Length; a++)
        {
            var moved = (double[])x.Clone();
            moved[a] += Step;
            var at = new double[used.Length];
            Residuals(used, free, values, moved, at);
            for (var i = 0; i < used.Length; i++)
            {
                jacobian[i, a] = (at[i] - r[i]) / Step;
            }
        }

        var normal = Matrix<double>.Build.Dense(free.Length, free.Length);
        var spread = Matrix<double>.Build.Dense(free.Length, free.Length);
        for (var a = 0; a < free.Length; a++)
        {
            normal[a, a] = spread[a, a] = 1 / (variables[free[a]].Deviation * variables[free[a]].Deviation);
        }

        // With hardly more groups than variables their pulls say little: then each row speaks for itself.
        var groups = used.Select(row => rows[row].Group).Distinct().Count();
        var byRow = groups < 2 * free.Length;
        var units = Enumerable.Range(0, used.Length).GroupBy(i => byRow ? $"{i}" : rows[used[i]].Group, StringComparer.Ordinal).ToList();
        var correction = units.Count > 1 ? units.Count / (units.Count - 1.0) : 1;
        foreach (var unit in units)
        {
            var pull = Vector<double>.Build.Dense(free.Length);
            foreach (var i in unit)
            {
                var weight = 1 / Math.Sqrt(1 + (r[i] * r[i]));
                var row = jacobian.Row(i);
                pull += weight * r[i] * row;
                normal += weight * row.OuterProduct(row);
            }

            spread += correction * pull.OuterProduct(pull);
        }

        // Few rows can be met nearly exactly; that makes them no surer than a row is.
        var inverse = normal.Inverse();
        var variance = (inverse * spread * inverse).Diagonal();
        for (var a = 0; a < free.Length; a++)
        {
            errors[free[a]] = Math.Sqrt(Math.Max(inverse[a, a], variance[a]));
        }

        return errors;
    }
}
