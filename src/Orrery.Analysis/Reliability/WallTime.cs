using Orrery.Quantities;

namespace Orrery.Analysis.Reliability;

/// <summary>Where the wall-clock time of a job goes, as shares that sum to one.</summary>
/// <param name="Useful">Steps whose work is kept: the effective training time ratio (ETTR).</param>
/// <param name="LostWork">Steps and writing that a failure undid.</param>
/// <param name="Recovery">Detection, restart and reading of the checkpoint.</param>
/// <param name="Checkpoints">Writing of checkpoints, as far as steps stand still.</param>
/// <param name="Waiting">No host left to run on: waiting for a repair.</param>
public sealed record WallTime(double Useful, double LostWork, double Recovery, double Checkpoints, double Waiting)
{
    /// <summary>
    /// Shares of a job that fails at a rate r, whatever it does at the moment.
    /// Equation: with interval t, blocked writing w, recovery u and x = t + w: useful <c>e^(-r (u + l)) r t / (e^(r x) - 1)</c>, writing the same
    /// with w for t, recovery and redoing of the lag <c>1 - e^(-r (u + l))</c>, in the ratio u to l, lost work the rest; all times 1 - waiting.
    /// Assumption: failures are a Poisson process at one rate, through recovery too; a failure during recovery starts it anew; the lag l is the work between the state
    /// that a checkpoint holds and the moment it is safe in storage, done again after each failure. Source: daly-2006.
    /// </summary>
    /// <param name="failures">At least 0.</param>
    /// <param name="interval">Work between two checkpoints; above 0.</param>
    /// <param name="waiting">As <see cref="SpareHosts.Waiting"/> says.</param>
    public static WallTime Of(PerSecond failures, Seconds interval, Seconds blocked, Seconds recovery, Seconds lag, double waiting)
    {
        if (failures.Value <= 0)
        {
            var all = double.IsPositiveInfinity(interval.Value) ? 0 : blocked.Value / (interval.Value + blocked.Value);
            return new WallTime(1 - all, 0, 0, all, 0);
        }

        var rate = failures.Value;
        var segment = rate * (interval.Value + blocked.Value);
        var after = recovery.Value + lag.Value;
        var again = -CheckpointInterval.Expm1(-rate * after);
        var working = 1 - again;
        var kept = segment > 0 ? working * segment / CheckpointInterval.Expm1(segment) : working;
        var useful = segment > 0 ? kept * (rate * interval.Value / segment) : kept;
        var running = 1 - waiting;
        var recovering = after > 0 ? again * recovery.Value / after : 0;
        return new WallTime(
            useful * running, (working - kept + again - recovering) * running, recovering * running, (kept - useful) * running, waiting);
    }

    /// <summary>
    /// The effective training time ratio to first order.
    /// Equation: <c>(1 - r (u + t / 2)) / (1 + w / t)</c>. Assumption: at most one failure between two checkpoints, none during recovery; below 0 where there are more.
    /// Source: rsc-2024.
    /// </summary>
    public static double FirstOrder(PerSecond failures, Seconds interval, Seconds blocked, Seconds recovery) =>
        (1 - (failures.Value * (recovery.Value + (interval.Value / 2)))) / (1 + (blocked.Value / interval.Value));
}
