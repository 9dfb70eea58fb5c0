using Orrery.Comparison.Delivered;
using Orrery.Quantities;

namespace Orrery.Comparison.Scaling;

/// <summary>What more chips of a system bring on one workload, at a fixed batch (strong) or one that grows (weak).</summary>
/// <param name="Points">In order of chips; only those at which the model fits.</param>
/// <param name="WhyNot">Where there is no point: why.</param>
/// <param name="TooFew">Numbers of chips on which nothing fits.</param>
public sealed record ScalingCurve(
    Contestant Contestant, ScalingWorkload Workload, IReadOnlyList<ScalePoint> Points, IReadOnlyList<int> TooFew, string WhyNot)
{
    /// <summary>Numbers of chips that were not reached before the curve was stopped.</summary>
    public IReadOnlyList<int> NotReached { get; init; } = [];

    /// <summary>A doubling that gains less than this hardly pays: nine in ten of the chips added do nothing.</summary>
    public const double LeastGain = 0.1;

    /// <summary>A doubling that gains as much as this is nearly as good as a second cluster of the same size.</summary>
    public const double LinearGain = 0.8;

    public bool IsStrong => Workload.GlobalBatch is not null;

    /// <summary>Plans the best strategy at every number of chips; stopped early, keeps the points that are proven.</summary>
    /// <param name="progress">Told what is being planned.</param>
    /// <param name="share">Told the share of the numbers that is done.</param>
    public static ScalingCurve Of(
        Contestant contestant, ScalingWorkload workload, IReadOnlyList<int> counts, Action<string> progress, CancellationToken stop = default,
        Action<double>? share = null)
    {
        var system = new ScaledSystem(contestant, workload, progress);
        var tooFew = new List<int>();
        var reached = 0;
        try
        {
            for (; reached < counts.Count; reached++)
            {
                if (system.At(counts[reached], stop) is null)
                {
                    tooFew.Add(counts[reached]);
                }

                share?.Invoke((reached + 1.0) / counts.Count);
            }
        }
        catch (OperationCanceledException)
        {
            // What is proven so far is the answer, and NotReached says how far it goes.
        }

        var isNothing = system.Tried.Count == 0 && counts.Count > 0 && reached == counts.Count;
        return new ScalingCurve(contestant, workload, system.Tried, tooFew, isNothing ? system.WhyNothing(counts[^1], stop) : "")
        {
            NotReached = [.. counts.Skip(reached)],
        };
    }

    /// <summary>
    /// What a doubling of the chips gains on the way to a point, as a share; null for the first.
    /// Equation: <c>(rate / rate before)^(1 / log2(chips / chips before)) - 1</c>, the rate being the inverse of time to train.
    /// </summary>
    public double? Gain(int at) => at == 0 ? null : GainOf(Points[at - 1], Points[at]);

    /// <summary>As <see cref="Gain"/>, between two points with different numbers of chips.</summary>
    public static double GainOf(ScalePoint before, ScalePoint after) =>
        Math.Pow(after.UsefulTokensPerSecond / before.UsefulTokensPerSecond, 1 / Math.Log2((double)after.Chips / before.Chips)) - 1;

    /// <summary>What has taken most of what the chips added should have brought: the largest loss at the first point, the one that
    /// has grown most since at the others.</summary>
    public ScaleLoss Limit(int at) => at == 0 ? ScaleLoss.Largest(Points[0]) : ScaleLoss.Growth(Points[0], Points[at])[0];

    /// <summary>The point up to which every doubling gains <see cref="LinearGain"/> or more; the last one where all do.</summary>
    public int NearLinear
    {
        get
        {
            var at = 0;
            while (at < Points.Count - 1 && Gain(at + 1) >= LinearGain)
            {
                at++;
            }

            return at;
        }
    }

    /// <summary>The point that ends the run soonest, with the fewest chips of those that do.</summary>
    public ScalePoint Soonest => Points.MaxBy(point => point.UsefulTokensPerSecond)!;

    /// <summary>The fewest chips on the curve that end the run in time; null where none do.</summary>
    public ScalePoint? InTime(Seconds deadline) => Points.FirstOrDefault(point => point.TimeToTrain is { } time && time.Value <= deadline.Value);

    /// <summary>The first point after which no doubling on the curve gains <see cref="LeastGain"/>; null where the last one does.</summary>
    public int? LastWorthwhile
    {
        get
        {
            var at = Points.Count - 1;
            while (at > 0 && Gain(at) < LeastGain)
            {
                at--;
            }

            return at >= 0 && at < Points.Count - 1 ? at : null;
        }
    }
}
