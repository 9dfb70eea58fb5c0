using Orrery.Analysis.Training;
using Orrery.Domain;
using Orrery.Evidence.Training;

namespace Orrery.Evidence.Calibration;

/// <summary>Fits the free parameters of the software stacks to measured training steps.</summary>
internal sealed class TrainingFit
{
    /// <summary>Relative error of a row that counts as one standard deviation, unless somebody knows better: about the noise between releases of one stack.</summary>
    public const double UsualRowError = 0.06;

    private readonly FitPlan _plan;
    private readonly TrainingCase[] _cases;
    private readonly double[] _weights;
    private readonly FitParameter[] _free;
    private readonly int[][] _rowsOf;

    public TrainingFit(FitPlan plan, IReadOnlyList<TrainingCase> cases)
    {
        _plan = plan;
        _cases = [.. cases];
        _free = [.. plan.Free];
        var sizes = _cases.GroupBy(GroupOf).ToDictionary(group => group.Key, group => group.Count());
        _weights = [.. _cases.Select(one => Math.Pow(sizes[GroupOf(one)], -0.25))];
        _rowsOf = [.. _free.Select(RowsThatSee)];
    }

    public IReadOnlyList<FitParameter> Free => _free;

    /// <summary>Relative error of a row that counts as one standard deviation.</summary>
    public double RowError { get; init; } = UsualRowError;

    /// <summary>Share of a predicted step that counts, where a part of it is left out to see what it was worth; null for all of it.</summary>
    public Func<TrainingCase, TrainingEstimate, double>? Rest { get; init; }

    /// <summary>A group of rows that are never split between fitting and judging: one model on one chip from one source.</summary>
    public static string GroupOf(TrainingCase one) => $"{one.Workload.Model.Id}|{one.Cluster.Chip.Generation}|{one.SourceName}";

    /// <summary>What a row that is far off counts.</summary>
    public RobustLoss Loss { get; init; } = RobustLoss.Cauchy;

    public LeastSquares.Result Run(IReadOnlyCollection<int> used)
    {
        var rows = used.Order().ToArray();
        var place = new Dictionary<int, int>();
        for (var i = 0; i < rows.Length; i++)
        {
            place[rows[i]] = i;
        }

        void Residuals(double[] x, int? only, double[] r)
        {
            var stacks = Stacks(x);
            foreach (var row in only is { } a ? _rowsOf[a].Where(place.ContainsKey) : rows)
            {
                r[place[row]] = Residual(row, stacks);
            }
        }

        return LeastSquares.Minimise(
            [.. _free.Select(p => Math.Log(p.Prior))],
            [.. _free.Select(p => p.Deviation)],
            [.. _free.Select(p => Math.Log(Math.Max(p.Low, p.Prior * 1e-3)))],
            [.. _free.Select(p => Math.Log(p.High))],
            rows.Length,
            Residuals,
            loss: Loss);
    }

    public IReadOnlyDictionary<FitParameter, double> Values(double[] point)
    {
        var values = new Dictionary<FitParameter, double>();
        for (var i = 0; i < _free.Length; i++)
        {
            values[_free[i]] = Math.Exp(point[i]);
        }

        return values;
    }

    /// <summary>Predicted over measured, less one, on some rows at a point.</summary>
    public IEnumerable<(int Row, double Error)> Errors(double[] point, IEnumerable<int> rows)
    {
        var stacks = Stacks(point);
        return rows.Select(row => (row, Math.Exp(LogRatio(row, stacks)) - 1));
    }

    /// <summary>What each row adds to the cost that the fit makes least, before priors: <c>ln(1 + r^2)</c>.</summary>
    public IEnumerable<double> Losses(double[] point, IEnumerable<int> rows)
    {
        var stacks = Stacks(point);
        return rows.Select(row => Residual(row, stacks)).Select(LeastSquares.Loss);
    }

    private Dictionary<string, Domain.Software.SoftwareStack> Stacks(double[] point)
    {
        var values = Values(point);
        return _plan.Stacks.ToDictionary(stack => stack.Id, stack => _plan.Resolve(stack.Id, values));
    }

    private double Residual(int row, Dictionary<string, Domain.Software.SoftwareStack> stacks) =>
        _weights[row] * LogRatio(row, stacks) / RowError;

    private double LogRatio(int row, Dictionary<string, Domain.Software.SoftwareStack> stacks)
    {
        var one = _cases[row];
        var estimate = TrainingEstimator.Estimate(one.Workload, one.Strategy, one.Cluster, stacks[one.Stack.Id] with { Date = one.Stack.Date });
        var predicted = one.InMetric(estimate.TokensPerSecondPerChip / (Rest?.Invoke(one, estimate) ?? 1), estimate.Peak.Value);
        return Math.Log(predicted / one.Measured);
    }

    /// <summary>Rows whose stack holds the parameter itself or inherits it unchanged.</summary>
    private int[] RowsThatSee(FitParameter parameter)
    {
        var seeing = _plan.Stacks
            .Where(stack => stack.Id == parameter.Stack
                || (stack.BasedOn == parameter.Stack && stack.Parameters.All(own => own.Name != parameter.Name)))
            .Select(stack => stack.Id)
            .ToHashSet();
        return [.. Enumerable.Range(0, _cases.Length).Where(row => seeing.Contains(_cases[row].Stack.Id))];
    }
}
