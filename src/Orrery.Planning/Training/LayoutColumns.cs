using System.Numerics;
using System.Runtime.CompilerServices;
using Orrery.Analysis.Training;

namespace Orrery.Planning.Training;

/// <summary>All recompute policies of one shard and one placement, side by side: what <see cref="StepFormula{T}"/> takes, in columns.</summary>
internal sealed class LayoutColumns
{
    private readonly double[] _backward;
    private readonly double[] _pass;
    private readonly double[] _kept;
    private readonly double[] _working;
    private double _forward, _headForward, _headBackward;
    private readonly int _count;

    public LayoutColumns(int policies)
    {
        _count = policies;
        var padded = (policies + Vector<double>.Count - 1) / Vector<double>.Count * Vector<double>.Count;
        (_backward, _pass, _kept, _working) = (new double[padded], new double[padded], new double[padded], new double[padded]);
    }

    public double Forward => _forward;

    /// <summary>The longest backward pass: room to hide under that no policy exceeds.</summary>
    public double LongestBackward { get; private set; }

    public double ShortestPass { get; private set; }

    /// <summary>Bytes a layer keeps under the policy that keeps the least.</summary>
    public double LeastKept { get; private set; }

    public double HeadSeconds => _headForward + _headBackward;

    /// <summary>Fills the columns for one micro-batch of all layers, exchanges included.</summary>
    /// <param name="hostSeconds">Host seconds to launch it.</param>
    /// <param name="age">What all device times are multiplied with.</param>
    public void Fill(PolicyTable policies, DenseShard dense, in LayerCost body, double hostSeconds, double age, double layers)
    {
        var shard = dense.Shard;
        var input = 2.0 * shard.Workload.Model.Hidden * shard.OuterTokens;
        policies.Fill(body, input * layers, _backward, _kept, _working);
        var (forward, backward) = (body.Forward.Total, body.Backward.Total);
        _forward = forward * age;
        _headForward = dense.Head.Forward.Total * age;
        _headBackward = dense.Head.Backward.Total * age;
        (LongestBackward, ShortestPass, LeastKept) = (0, double.PositiveInfinity, double.PositiveInfinity);
        for (var p = 0; p < _count; p++)
        {
            var compute = forward + backward + _backward[p];
            _backward[p] = (backward + _backward[p]) * age;
            _pass[p] = compute * StepPlans.HostFloor(hostSeconds / compute) * age;
            _kept[p] /= layers;
            _working[p] /= layers;
            LongestBackward = Math.Max(LongestBackward, _backward[p]);
            ShortestPass = Math.Min(ShortestPass, _pass[p]);
            LeastKept = Math.Min(LeastKept, _kept[p]);
        }

        for (var p = _count; p < _pass.Length; p++)
        {
            // Lanes beyond the last policy repeat it: they are as good and come later.
            (_backward[p], _pass[p], _kept[p], _working[p]) = (_backward[_count - 1], _pass[_count - 1], _kept[_count - 1], _working[_count - 1]);
        }
    }

    /// <summary>The pass of one policy.</summary>
    public PassCost<Scalar> At(int policy) => new(
        new(_forward), new(_backward[policy]), new(_pass[policy]), new(_headForward), new(_headBackward), new(HeadSeconds),
        new(_kept[policy]), new(_working[policy]));

    /// <summary>A pass that no policy beats in any respect.</summary>
    public PassCost<Scalar> Least() => new(
        new(_forward), new(LongestBackward), new(ShortestPass), new(_headForward), new(_headBackward), new(HeadSeconds), new(0), new(0));

    /// <summary>
    /// Seconds of a step that no policy beats when a stage may keep so much: what does not fit must run again or wait in host memory, and
    /// then a micro-batch of a stage takes at least the link's time out and in, whatever it runs beside.
    /// </summary>
    /// <param name="whole">Share of all layers on the fullest stage, at least.</param>
    /// <param name="stages">Stages.</param>
    /// <param name="bubble">The least bubble over the pipeline's pass.</param>
    /// <param name="keptBytes">Bytes a chip has for activations.</param>
    /// <param name="kept">Layers times micro-batches that the fullest stage keeps, at least.</param>
    /// <param name="inFlight">Micro-batches it keeps of each, at most.</param>
    /// <param name="hostRate">Bytes a second to host memory; 0 where nothing may wait there.</param>
    public double LeastTight(double whole, double stages, double bubble, double microBatches, double keptBytes, double kept, double inFlight, double hostRate)
    {
        var least = double.PositiveInfinity;
        for (var p = 0; p < _count; p++)
        {
            var over = (kept * _kept[p]) + _working[p] - keptBytes;
            if (over > 0 && hostRate == 0)
            {
                continue;
            }

            var moving = over > 0 ? 2 * over / inFlight / hostRate : 0;
            var stage = Math.Max(moving, Math.Max(whole * _pass[p], (_pass[p] + HeadSeconds) / stages));
            least = Math.Min(least, (microBatches * stage) + (bubble * (_pass[p] + HeadSeconds)));
        }

        return least;
    }

    /// <summary>
    /// The fastest policy that fits under a plan; -1 where none is faster than <paramref name="fastest"/>, which it then lowers.
    /// Allocates nothing. Compiled at full effort at once: it is most of a search, and a search is over before a second tier would come.
    /// </summary>
    /// <param name="mostOffloaded">Layers that may wait in host memory; each policy offloads as few of them as make it fit.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Fastest(in StepPlan<Scalar> plan, in DataTraffic data, double capacity, double hostCapacity, double mostOffloaded, ref double fastest, out double offloaded)
    {
        var best = -1;
        offloaded = 0;
        var wide = Broadcast(plan);
        var traffic = data.Broadcast();
        var (limit, hostLimit, most) = (Wide.Of(capacity), Wide.Of(hostCapacity), Wide.Of(mostOffloaded));
        var (forward, headForward, headBackward, head) = (Wide.Of(_forward), Wide.Of(_headForward), Wide.Of(_headBackward), Wide.Of(HeadSeconds));
        var none = new Vector<double>(double.PositiveInfinity);
        for (var p = 0; p < _pass.Length; p += Vector<double>.Count)
        {
            var pass = new PassCost<Wide>(
                forward, new(new Vector<double>(_backward, p)), new(new Vector<double>(_pass, p)), headForward, headBackward, head,
                new(new Vector<double>(_kept, p)), new(new Vector<double>(_working, p)));
            var layers = Wide.Min(most, StepFormula<Wide>.OffloadNeeded(pass, wide, limit));
            var memory = StepFormula<Wide>.Memory(pass, wide, layers);
            var host = layers * pass.LayerKept * wide.InFlight;
            var seconds = StepFormula<Wide>.Step(pass, wide, traffic.Sharded(pass, wide), traffic.AtTheEnd(pass, wide), layers);
            var fits = Vector.LessThanOrEqual(memory.Value, limit.Value) & Vector.LessThanOrEqual(host.Value, hostLimit.Value);
            var found = Vector.ConditionalSelect(fits, seconds.Value, none);
            if (Vector.LessThanAny(found, new Vector<double>(fastest)))
            {
                for (var lane = 0; lane < Vector<double>.Count; lane++)
                {
                    if (found[lane] < fastest)
                    {
                        (fastest, offloaded, best) = (found[lane], layers.Value[lane], p + lane);
                    }
                }
            }
        }

        return Math.Min(best, _count - 1);
    }

    private static StepPlan<Wide> Broadcast(in StepPlan<Scalar> s) => new(
        Of(s.Full), Of(s.Headed), Of(s.HeadShare), Of(s.HeadFloor), Of(s.Stage), Of(s.Bubble), Of(s.MicroBatches), Of(s.Hidden), Of(s.Fixed),
        Of(s.HostWeights), Of(s.HostRate), Of(s.StaticBytes), Of(s.Layers), Of(s.InFlight), Of(s.Jitter));

    private static Wide Of(Scalar value) => Wide.Of(value.Value);
}
