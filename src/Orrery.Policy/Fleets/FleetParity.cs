using Orrery.Domain.Hardware;

namespace Orrery.Policy.Fleets;

/// <summary>One figure of a fleet over that of another; the interval is of the ratio draw by draw, so that what both share cancels.</summary>
public sealed record FigureRatio(FleetFigure Figure, double Value, double Low, double High);

/// <summary>How many chips of one system, joined in one cluster, do another fleet's largest run.</summary>
/// <param name="Chips">Infinite where no number looked into does; so may be the ends of its interval.</param>
/// <param name="Has">Chips in the largest cluster of the system that the fleet has.</param>
/// <param name="LookedUpTo">Chips.</param>
public sealed record ChipsForRun(AiSystem System, double Chips, double Low, double High, double Has, double LookedUpTo);

/// <summary>A fleet beside the one asked about first.</summary>
/// <param name="Run">Of the system that needs the fewest paper H100 equivalents; null where no system of the fleet trains anything.</param>
public sealed record FleetParity(FleetResult First, FleetResult Other, IReadOnlyList<FigureRatio> Ratios, ChipsForRun? Run)
{
    // No cluster that anybody has announced is larger.
    private const int MostChips = 5_000_000;

    private const int Step = 4;

    public FigureRatio this[FleetFigure figure] => Ratios[(int)figure];

    /// <summary>Chips of the other fleet's mix that do as much as the first; null of figures that do not add up over chips.</summary>
    public double? ChipsToMatch(FleetFigure figure) => figure.IsSum() && this[figure].Value > 0 ? Other[FleetFigure.Chips].Value / this[figure].Value : null;

    /// <param name="planner">Plans clusters larger than any that the fleet has.</param>
    public static FleetParity Of(FleetStudy study, FleetResult first, FleetResult other, FleetPlanner planner, Action<string> progress, CancellationToken stop = default)
    {
        var ratios = FleetFigures.All.Select(figure =>
        {
            var (low, high) = FleetStudy.Interval(
                [.. first.Draws.Zip(other.Draws, (one, another) => Over(another[(int)figure], one[(int)figure]))], study.Question.Level);
            return new FigureRatio(figure, Over(other[figure].Value, first[figure].Value), low, high);
        }).ToList();
        return new FleetParity(first, other, ratios, Match(study, first, other, planner, progress, stop));
    }

    private static double Over(double value, double first) => first > 0 ? value / first : value > 0 ? double.PositiveInfinity : 1;

    private static ChipsForRun? Match(FleetStudy study, FleetResult first, FleetResult other, FleetPlanner planner, Action<string> progress, CancellationToken stop)
    {
        var best = other.Holdings.Where(holding => holding.LargestRun > 0).MaxBy(holding => holding.LargestRun);
        if (best is null)
        {
            return null;
        }

        var question = study.Question;
        var curve = study.Plans[best.Holding.System.Id].Run;
        var nodes = curve.Filled();
        var inputs = study.Inputs.ToDictionary(input => input.Name);
        double At(string name, int draw) => draw < 0 ? inputs[name].Value : inputs[name].Draw(question.Seed, draw);
        DrawnCurve Drawn(int draw) => new(
            nodes, CriticalPower.Of(question.Law, At(InputNames.Coefficient(question.Law), draw), At(InputNames.Exponent(question.Law), draw), curve.Parameters),
            At(InputNames.Training(InputNames.Dense, curve.System), draw), At(InputNames.Failures(curve.System), draw), question.Seconds);
        double Chips(int draw, double run) => Drawn(draw).ChipsFor(run / curve.FlopPerToken);

        // Up to where nine draws in ten are answered, as far as there is an answer.
        var target = first[FleetFigure.ClusterRun];
        while (curve.Nodes[^1].Chips < MostChips && Chips(-1, Math.Max(target.High, target.Value)) * Step > curve.Nodes[^1].Chips)
        {
            var next = curve.Nodes[^1].Chips * Step;
            progress($"planning {curve.System.Id} on {next} chips ...");
            curve = planner.Extended(curve, next, stop);
            nodes = curve.Filled();
        }

        var (low, high) = FleetStudy.Interval(
            [.. Enumerable.Range(0, question.Samples).Select(draw => Chips(draw, first.Draws[draw][(int)FleetFigure.ClusterRun]))], question.Level);
        return new ChipsForRun(curve.System, Chips(-1, target.Value), low, high, best.LargestCluster, curve.Nodes[^1].Chips);
    }
}
