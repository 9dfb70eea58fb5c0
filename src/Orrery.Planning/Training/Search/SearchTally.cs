namespace Orrery.Planning.Training.Search;

/// <summary>How many strategies were evaluated and ruled out, by reason.</summary>
internal struct SearchTally
{
    private const int Reasons = 8;

    public StrategyCount Evaluated;
    private Counts _ruledOut;

    public readonly StrategyCount this[RuledOut reason] => _ruledOut[(int)reason];

    public void Add(RuledOut reason, StrategyCount strategies) => _ruledOut[(int)reason] += strategies;

    public void Add(in SearchTally other)
    {
        Evaluated += other.Evaluated;
        for (var i = 0; i < Reasons; i++)
        {
            _ruledOut[i] += other._ruledOut[i];
        }
    }

    [System.Runtime.CompilerServices.InlineArray(Reasons)]
    private struct Counts
    {
        private StrategyCount _first;
    }
}
