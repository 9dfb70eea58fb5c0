using Orrery.Catalog;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain.Hardware;

namespace Orrery.Policy.Fleets;

/// <summary>Fleets asked the same question: plans made once, then every input drawn over its range.</summary>
/// <param name="Inputs">Everything that was drawn.</param>
/// <param name="Plans">By system.</param>
public sealed record FleetStudy(
    FleetQuestion Question, IReadOnlyList<FleetResult> Results, IReadOnlyList<FleetInput> Inputs, IReadOnlyDictionary<string, PlannedChip> Plans)
{
    // A share of the spread below this cannot be told from chance with a thousand draws or more.
    private const double LeastShare = 0.01;

    /// <summary>Plans, draws and sums up; the same at any number of threads.</summary>
    /// <param name="training">Residuals of training that intervals are made of; so for serving.</param>
    /// <param name="progress">Told what is being planned.</param>
    /// <exception cref="OperationCanceledException">Stopped before there was an answer.</exception>
    public static FleetStudy Of(
        OrreryCatalog catalog, FleetQuestion question, IReadOnlyList<Fleet> fleets, ResidualTable training, ResidualTable serving,
        Action<string> progress, CancellationToken stop = default)
    {
        var plans = new FleetPlanner(catalog, question, training, serving).Plan(fleets, progress, stop);
        return Of(question, fleets, plans, new PaperH100e(catalog), stop);
    }

    /// <summary>The same on plans that are made already.</summary>
    public static FleetStudy Of(
        FleetQuestion question, IReadOnlyList<Fleet> fleets, IReadOnlyDictionary<string, PlannedChip> plans, PaperH100e paper, CancellationToken stop = default)
    {
        var inputs = new FleetInputs();
        var models = fleets.Select(fleet => new FleetModel(fleet, question, plans, paper, inputs)).ToList();
        var draws = Draw(inputs.All, question, stop);
        var ranks = new Dictionary<FleetInput, double[]>(ReferenceEqualityComparer.Instance);
        foreach (var (input, at) in inputs.All.Select((input, at) => (input, at)).Where(entry => entry.input.IsRanged))
        {
            ranks[input] = RankCorrelation.Ranks([.. draws.Select(draw => draw[at])]);
        }

        var values = inputs.All.Select(input => input.Value).ToArray();
        return new FleetStudy(question, [.. fleets.Zip(models, (fleet, model) => Result(fleet, model, question, values, draws, ranks, stop))], inputs.All, plans);
    }

    private static double[][] Draw(IReadOnlyList<FleetInput> inputs, FleetQuestion question, CancellationToken stop)
    {
        var draws = new double[question.Samples][];
        Parallel.For(0, question.Samples, new ParallelOptions { CancellationToken = stop }, at =>
            draws[at] = [.. inputs.Select(input => input.Draw(question.Seed, at))]);
        return draws;
    }

    private static FleetResult Result(
        Fleet fleet, FleetModel model, FleetQuestion question, double[] values, double[][] draws, Dictionary<FleetInput, double[]> ranks, CancellationToken stop)
    {
        var count = FleetFigures.All.Count;
        var figures = new double[count];
        var holdings = new List<HoldingResult>();
        model.Evaluate(values, figures, holdings.Add);
        var drawn = new double[draws.Length][];
        Parallel.For(0, draws.Length, new ParallelOptions { CancellationToken = stop }, at =>
        {
            drawn[at] = new double[count];
            model.Evaluate(draws[at], drawn[at]);
        });

        return new FleetResult(
            fleet, FleetFigures.All.ToDictionary(figure => figure, figure => Quantity(figure, figures[(int)figure], [.. drawn.Select(draw => draw[(int)figure])], question, ranks)),
            holdings, FleetGaps.Of(fleet, holdings, model.Plans), drawn);
    }

    private static FleetQuantity Quantity(FleetFigure figure, double value, double[] drawn, FleetQuestion question, Dictionary<FleetInput, double[]> ranks)
    {
        var (low, high) = Interval(drawn, question.Level);
        var own = RankCorrelation.Ranks(drawn);
        var drivers = ranks.Select(entry => new FleetDriver(entry.Key, Math.Pow(RankCorrelation.Of(entry.Value, own), 2)))
            .Where(driver => driver.Share >= LeastShare)
            .OrderByDescending(driver => driver.Share).ThenBy(driver => driver.Input.Name, StringComparer.Ordinal);
        return new FleetQuantity(figure, value, low, high, [.. drivers]);
    }

    /// <summary>The middle share of draws, linear between them.</summary>
    public static (double Low, double High) Interval(IReadOnlyList<double> drawn, double level)
    {
        var sorted = drawn.Order().ToArray();
        return (At((1 - level) / 2), At((1 + level) / 2));

        double At(double share)
        {
            var place = share * (sorted.Length - 1);
            var below = (int)Math.Floor(place);
            var above = Math.Min(below + 1, sorted.Length - 1);
            return sorted[below] == sorted[above] ? sorted[below] : sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
        }
    }
}
