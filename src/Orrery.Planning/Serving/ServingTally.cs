namespace Orrery.Planning.Serving;

/// <summary>Counts what a search has accounted for.</summary>
internal sealed class ServingTally
{
    private readonly Dictionary<ServingRuledOut, long> _ruledOut = [];

    public long Layouts { get; set; }
    public long Points { get; set; }
    public long Evaluated { get; set; }
    public long Pairs { get; set; }
    public bool IsStopped { get; set; }

    public void RuleOut(ServingRuledOut reason, long points)
    {
        if (points > 0)
        {
            _ruledOut[reason] = _ruledOut.GetValueOrDefault(reason) + points;
        }
    }

    public ServingProof Proof() => new(Layouts, Points, Evaluated, _ruledOut, Pairs, !IsStopped);
}
