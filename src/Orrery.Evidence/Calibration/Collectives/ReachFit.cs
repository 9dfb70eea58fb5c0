using Orrery.Domain.Hardware;
using Orrery.Evidence.Calibration.Kernels;

namespace Orrery.Evidence.Calibration.Collectives;

/// <summary>One operation's fit.</summary>
/// <param name="Curves">The curves of the reach that it moved.</param>
/// <param name="Before">Errors of the same rows with the reach as it was.</param>
public sealed record ReachOutcome(TimedOperation Operation, IReadOnlyList<string> Curves, int Rows, ErrorSummary Before, RelativeFitResult Fit)
{
    /// <summary>A parameter's value as a catalog file writes it; the parameter by its name in the fit, "all_reduce.startup".</summary>
    public static string Text(string name, double value) =>
        KernelFitPlan.ReachFields.First(field => field.Name == name[(name.LastIndexOf('.') + 1)..]).Text(value);
}

/// <summary>Fits what collectives reach on one tier, one operation after another.</summary>
/// <param name="plan">What may move, and how far.</param>
/// <param name="present">The reach before the fit.</param>
/// <param name="systemWith">The system with another reach on that tier.</param>
/// <param name="adds">The tier's switches add up, so that an all-reduce of more than two has a curve of its own.</param>
internal sealed class ReachFit(PlannedOp plan, CollectiveReach present, Func<CollectiveReach, AiSystem> systemWith, bool adds)
{
    private const string PairLoss = "pair_loss";

    /// <summary>The fitted reach, and each operation's fit; operations without rows keep what they had.</summary>
    public (CollectiveReach Reach, IReadOnlyList<ReachOutcome> Operations) Run(IReadOnlyList<ReachRow> rows, int folds)
    {
        var reach = present;
        var outcomes = new List<ReachOutcome>();
        foreach (var operation in Enum.GetValues<TimedOperation>())
        {
            ReachRow[] own = [.. rows.Where(row => row.Operation == operation)];
            if (own.Length > 0)
            {
                (reach, var outcome) = Fit(operation, own, reach, folds);
                outcomes.Add(outcome);
            }
        }

        // What was not measured follows the common values: those of sends where there are some, else of the operation most like them.
        if (outcomes.All(outcome => outcome.Operation != TimedOperation.SendReceive)
            && new[] { ReachCurve.AllGather, ReachCurve.ReduceScatter, ReachCurve.AllReduce, ReachCurve.AllToAll }
                .FirstOrDefault(curve => outcomes.Any(outcome => outcome.Curves.Contains(curve.Name))) is { } like)
        {
            reach = ReachCurve.Common.Set(reach, like.In(reach));
        }

        return (reach, outcomes);
    }

    private (CollectiveReach, ReachOutcome) Fit(TimedOperation operation, ReachRow[] rows, CollectiveReach reach, int folds)
    {
        var (found, outcome) = Fit(operation, rows, reach, folds, withNewPairLoss: true);

        // Where there was no loss of pairs, one that rows do not show is none.
        return outcome.Fit.Variables.Any(variable =>
            variable.Name.EndsWith(PairLoss, StringComparison.Ordinal) && IsNew(variable.Name) && variable.StandardError > RelativeFit.UndeterminedShare)
            ? Fit(operation, rows, reach, folds, withNewPairLoss: false)
            : (found, outcome);
    }

    /// <summary>Whether the tier had no loss of pairs on a variable's curve.</summary>
    private bool IsNew(string variable) => ReachCurve.All.First(curve => variable.StartsWith(curve.Name + ".", StringComparison.Ordinal)).In(present).PairLoss == 0;

    private (CollectiveReach, ReachOutcome) Fit(TimedOperation operation, ReachRow[] rows, CollectiveReach reach, int folds, bool withNewPairLoss)
    {
        var curves = CurvesOf(operation, rows);
        var fitted = new List<(ReachCurve Curve, string Field)>();
        var variables = new List<FitVariable>();
        foreach (var curve in curves)
        {
            var start = curve.In(reach);
            foreach (var parameter in plan.Parameters.Where(parameter => IsSeen(parameter.Field.Name, curve, rows)
                && (parameter.Field.Name != PairLoss || withNewPairLoss || start.PairLoss > 0)))
            {
                fitted.Add((curve, parameter.Field.Name));
                variables.Add(parameter.Variable(Value(start, parameter.Field.Name)) with { Name = curve.Name.Length > 0 ? $"{curve.Name}.{parameter.Field.Name}" : parameter.Field.Name });
            }
        }

        var basis = curves.Aggregate(reach, (built, curve) => curve.Set(built, curve.In(reach)));
        CollectiveReach With(double[] values)
        {
            var built = basis;
            for (var i = 0; i < values.Length; i++)
            {
                built = fitted[i].Curve.Set(built, Put(fitted[i].Curve.In(built), fitted[i].Field, values[i]));
            }

            return built;
        }

        var fit = new RelativeFit(
            variables, [.. rows.Select(row => new FitRow(row.Seconds, row.Size))],
            values =>
            {
                var system = systemWith(With(values));
                return row => rows[row].Predicted(system);
            },
            plan.Error).Run(folds);
        var old = systemWith(present);
        var before = RelativeFitResult.Summary(rows.Select(row => (row.Predicted(old) / row.Seconds) - 1));
        return (With(fit.Values), new ReachOutcome(operation, [.. curves.Select(curve => curve.Name)], rows.Length, before, fit));
    }

    private List<ReachCurve> CurvesOf(TimedOperation operation, ReachRow[] rows) => operation switch
    {
        // Two ranks never meet in the switches; more of them take the better of both ways.
        TimedOperation.AllReduce when adds && rows.All(row => row.Meeting > 2) => [ReachCurve.InNetwork],
        TimedOperation.AllReduce when adds && rows.Any(row => row.Meeting > 2) => [ReachCurve.AllReduce, ReachCurve.InNetwork],
        TimedOperation.AllReduce => [ReachCurve.AllReduce],
        TimedOperation.AllGather => [ReachCurve.AllGather],
        TimedOperation.ReduceScatter => [ReachCurve.ReduceScatter],
        TimedOperation.AllToAll => [ReachCurve.AllToAll],
        TimedOperation.SendReceive => [ReachCurve.Common],
        _ => [ReachCurve.OneShot],
    };

    /// <summary>What sets numbers of ranks apart stays as it was where there is only one of them, the loss of pairs where there are no pairs.</summary>
    private static bool IsSeen(string field, ReachCurve curve, ReachRow[] rows) => field switch
    {
        PairLoss => curve.Name is not ("in_network" or "one_shot" or "") && rows.Any(row => row.Meeting == 2) && rows.Any(row => row.Meeting > 2),
        "startup_per_rank" => rows.Select(row => row.Meeting).Distinct().Skip(1).Any(),
        _ => true,
    };

    /// <summary>One number of a curve by its name in the catalog.</summary>
    public static double Value(OperationReach curve, string field) => field switch
    {
        "fraction" => curve.Fraction,
        PairLoss => curve.PairLoss,
        "startup" => curve.StartupS,
        "startup_per_rank" => curve.StartupPerRankS,
        _ => curve.HalfBytes,
    };

    private static OperationReach Put(OperationReach curve, string field, double value) => field switch
    {
        "fraction" => curve with { Fraction = value },
        PairLoss => curve with { PairLoss = value },
        "startup" => curve with { StartupS = value },
        "startup_per_rank" => curve with { StartupPerRankS = value },
        _ => curve with { HalfBytes = value },
    };
}
