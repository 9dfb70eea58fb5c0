namespace Orrery.Planning.Serving;

/// <summary>Deployments of which none does more for all and no less for each user than another.</summary>
internal sealed class ServingFrontier
{
    private readonly List<ServingCandidate> _points = [];

    /// <summary>The slowest for a user first.</summary>
    public IReadOnlyList<ServingCandidate> Points => [.. _points.OrderByDescending(point => point.Tpot)];

    public void Add(ServingCandidate candidate)
    {
        if (!_points.Exists(other => NoWorse(other, candidate)))
        {
            _points.RemoveAll(other => NoWorse(candidate, other));
            _points.Add(candidate);
        }
    }

    private static bool NoWorse(ServingCandidate one, ServingCandidate other) => one.Tpot <= other.Tpot && one.RequestsPerSecond >= other.RequestsPerSecond;
}
