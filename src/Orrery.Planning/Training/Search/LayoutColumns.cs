using System.Numerics;
using System.Runtime.CompilerServices;
using Orrery.Analysis.Training;

namespace Orrery.Planning.Training.Search;

/// <summary>
/// The recompute policies of one shard and one placement that may be fast enough, side by side: what <see cref="StepFormula{T}"/> takes,
/// in columns.
/// </summary>
internal sealed class LayoutColumns
{
    // Read once: code that asks for the width is not precompiled.
    private static readonly int Lanes = Vector<double>.Count;

    private readonly double[] _backward;
    private readonly double[] _pass;
    private readonly double[] _kept;
    private readonly double[] _working;
    private readonly int[] _policies;
    private readonly double[] _again;
    private double _forward, _headForward, _headBackward;

    public LayoutColumns(int policies)
    {
        var padded = (policies + Lanes - 1) / Lanes * Lanes;
        (_backward, _pass, _kept, _working) = (new double[padded], new double[padded], new double[padded], new double[padded]);
        (_policies, _again) = (new int[policies], new double[policies]);
    }

    /// <summary>Policies in the columns.</summary>
    public int Count { get; private set; }

    public double Forward => _forward;

    /// <summary>The longest backward pass: room to hide under that no policy exceeds.</summary>
    public double LongestBackward { get; private set; }

    public double ShortestPass { get; private set; }

    /// <summary>Bytes a layer keeps under the policy that keeps the least.</summary>
    public double LeastKept { get; private set; }

    public double HeadSeconds => _headForward + _headBackward;

    /// <summary>
    /// Fills the columns for one micro-batch of all layers, exchanges included, and leaves out policies whose pass alone is too long. Near
    /// the end of a search that is most of them: two thirds of all evaluations, and as many roots of <see cref="StepPlans.HostFloor"/>.
    /// </summary>
    /// <param name="hostSeconds">Host seconds to launch it.</param>
    /// <param name="age">What all device times are multiplied with.</param>
    /// <param name="longest">Seconds from which a pass is too long.</param>
    public void Fill(PolicyTable policies, DenseShard dense, in LayerCost body, double hostSeconds, double age, double layers, double longest)
    {
        var shard = dense.Shard;
        var input = 2.0 * shard.Workload.Model.Hidden * shard.OuterTokens;
        policies.Fill(body, input * layers, _again, _kept, _working);
        var (forward, backward) = (body.Forward.Total, body.Backward.Total);
        _forward = forward * age;
        _headForward = dense.HeadForward * age;
        _headBackward = dense.HeadBackward * age;
        (LongestBackward, ShortestPass, LeastKept) = (0, double.PositiveInfinity, double.PositiveInfinity);
        var count = 0;
        for (var p = 0; p < _again.Length; p++)
        {
            var compute = forward + backward + _again[p];
            var ratio = hostSeconds / compute;
            if (compute * StepPlans.HostFloorAtLeast(ratio) * age >= longest)
            {
                continue;
            }

            // In place: a policy's column is never behind its number.
            _backward[count] = (backward + _again[p]) * age;
            _pass[count] = compute * StepPlans.HostFloor(ratio) * age;
            _kept[count] = _kept[p] / layers;
            _working[count] = _working[p] / layers;
            _policies[count] = p;
            LongestBackward = Math.Max(LongestBackward, _backward[count]);
            ShortestPass = Math.Min(ShortestPass, _pass[count]);
            LeastKept = Math.Min(LeastKept, _kept[count]);
            count++;
        }

        Count = count;
        for (var p = count; p % Lanes != 0; p++)
        {
            // Lanes beyond the last policy repeat it: they are as good and come later.
            (_backward[p], _pass[p], _kept[p], _working[p]) = (_backward[count - 1], _pass[count - 1], _kept[count - 1], _working[count - 1]);
        }
    }

    /// <summary>The policy of a column.</summary>
    public int Policy(int column) => _policies[column];

    /// <summary>The pass of the policy of a column.</summary>
    public PassCost<Scalar> At(int column) => new(
        new(_forward), new(_backward[column]), new(_pass[column]), new(_headForward), new(_headBackward), new(HeadSeconds),
        new(_kept[column]), new(_working[column]));

    /// <summary>Seconds that no policy in the columns can beat under a plan: each of the step's parts at its least.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double LeastStep(in StepPlan<Scalar> plan, in DataTraffic data)
    {
        var least = new PassCost<Scalar>(
            new(_forward), new(LongestBackward), new(ShortestPass), new(_headForward), new(_headBackward), new(HeadSeconds), new(0), new(0));
        var traffic = (data with { Contention = 0 }).Single();
        return StepFormula<Scalar>.Step(least, plan, traffic.Sharded(least, plan), traffic.AtTheEnd(least, plan), default).Value;
    }

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
        for (var p = 0; p < Count; p++)
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
    /// The column of the fastest policy that fits under a plan; -1 where none is faster than <paramref name="fastest"/>, which it then lowers.
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
        for (var p = 0; p < Count; p += Vector<double>.Count)
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

        return Math.Min(best, Count - 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static StepPlan<Wide> Broadcast(in StepPlan<Scalar> s) => new(
        Of(s.Full), Of(s.Headed), Of(s.HeadShare), Of(s.HeadFloor), Of(s.Stage), Of(s.Bubble), Of(s.MicroBatches), Of(s.Hidden), Of(s.Fixed),
        Of(s.HostWeights), Of(s.HostRate), Of(s.StaticBytes), Of(s.Layers), Of(s.InFlight), Of(s.Jitter));

    private static Wide Of(Scalar value) => Wide.Of(value.Value);
}
