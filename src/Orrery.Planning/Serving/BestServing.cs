namespace Orrery.Planning.Serving;

/// <summary>The best few deployments so far, each of another layout or format, and how they are ranked.</summary>
internal sealed class BestServing(ServingPlanQuestion question)
{
    private readonly List<(ServingCandidate Candidate, Rank Rank)> _kept = [];

    public IReadOnlyList<ServingCandidate> Kept => [.. _kept.Select(item => item.Candidate)];

    /// <summary>Replicas of so many chips that the question is answered with, where each serves so many requests a second.</summary>
    public int Replicas(int chips, double requestsPerSecond) => question.Rate is { } rate
        ? (int)Math.Min(int.MaxValue, Math.Ceiling((rate / requestsPerSecond) - 1e-9))
        : question.Cluster.Chips / chips;

    /// <summary>Whether a deployment of so many chips that serves at most so many requests a second could be among the best.</summary>
    public bool CouldEnter(long chips, double requestsPerSecond) =>
        chips <= question.Cluster.Chips && (_kept.Count < question.Keep || RankOf(chips, requestsPerSecond).CompareTo(_kept[^1].Rank) > 0);

    public void Offer(ServingCandidate candidate)
    {
        var rank = RankOf(candidate.Deployment.Chips, candidate.RequestsPerSecond);
        if (candidate.Deployment.Chips > question.Cluster.Chips)
        {
            return;
        }

        var same = _kept.FindIndex(item => item.Candidate.Kind == candidate.Kind);
        if (same >= 0)
        {
            if (rank.CompareTo(_kept[same].Rank) <= 0)
            {
                return;
            }

            _kept.RemoveAt(same);
        }

        var at = _kept.FindIndex(item => rank.CompareTo(item.Rank) > 0);
        _kept.Insert(at < 0 ? _kept.Count : at, (candidate, rank));
        if (_kept.Count > question.Keep)
        {
            _kept.RemoveAt(question.Keep);
        }
    }

    /// <summary>More requests a second are better; where a rate is given, fewer chips are, and then more requests.</summary>
    private Rank RankOf(long chips, double requestsPerSecond) => new(question.Rate is null ? 0 : -chips, requestsPerSecond);

    private readonly record struct Rank(double First, double Second) : IComparable<Rank>
    {
        public int CompareTo(Rank other) => First != other.First ? First.CompareTo(other.First) : Second.CompareTo(other.Second);
    }
}
