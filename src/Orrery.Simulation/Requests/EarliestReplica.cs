using System.Numerics;

namespace Orrery.Simulation.Requests;

/// <summary>Which of many clocks is due first, the lower place where two are: a tree of winners, set anew in steps that grow with the logarithm.</summary>
internal sealed class EarliestReplica
{
    private readonly int _leaves;
    private readonly double[] _at;
    private readonly int[] _winner;

    public EarliestReplica(int count)
    {
        _leaves = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, count));
        _at = new double[_leaves];
        Array.Fill(_at, double.PositiveInfinity);
        _winner = new int[2 * _leaves];
        for (var i = 0; i < _leaves; i++)
        {
            _winner[_leaves + i] = i;
        }

        for (var node = _leaves - 1; node >= 1; node--)
        {
            _winner[node] = _winner[2 * node];
        }
    }

    public int Place => _winner[1];

    public double At => _at[_winner[1]];

    public void Set(int place, double at)
    {
        _at[place] = at;
        for (var node = (_leaves + place) / 2; node >= 1; node /= 2)
        {
            var (left, right) = (_winner[2 * node], _winner[(2 * node) + 1]);
            _winner[node] = _at[right] < _at[left] ? right : left;
        }
    }
}
