using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Reliability;
using Orrery.Quantities;

namespace Orrery.Analysis.Reliability;

/// <summary>Predicts in closed form what failures leave of a job's time; see the model book, "Failures".</summary>
public static class GoodputEstimator
{
    /// <summary>
    /// Interruptions add over parts.
    /// Equation: <c>r = site sum over causes of (parts x rate x share that interrupts)</c>.
    /// Assumption: parts fail independently at constant rates; a job stops when any of its parts stops it. Source: llama-3 (rates add to the whole), rsc-2024 (1/N).
    /// </summary>
    /// <param name="checkpoint">Weights and optimizer state, over all chips.</param>
    /// <param name="leastInterval">No checkpoint comes sooner: one step.</param>
    /// <param name="interval">Work between two checkpoints; null for the best.</param>
    /// <exception cref="MissingFactException">The catalog has no failure profile or no parts for the system.</exception>
    public static Goodput Estimate(Cluster cluster, Bytes checkpoint, Seconds leastInterval, Seconds? interval = null)
    {
        if (Unknown(cluster.System) is { } missing)
        {
            throw new MissingFactException(missing);
        }

        var profile = cluster.System.Failures!;
        var causes = profile.Causes.Select(cause =>
        {
            var parts = PartCounts.Of(cluster, cause.Part);
            return (Cause: cause, Parts: parts, Rate: profile.SiteFactor.Value.Value * parts * cause.Rate.Value.Value * cause.Interrupts.Value.Value);
        }).ToList();
        var all = new PerSecond(causes.Sum(cause => cause.Rate));
        var hardware = causes.Where(cause => cause.Cause.IsHardware).Sum(cause => cause.Rate);

        var write = checkpoint.Value / (profile.Checkpoint.Bandwidth.Value.Value * cluster.Chips);
        var blocked = new Seconds(write * profile.Checkpoint.Blocking.Value.Value);
        var best = Math.Max(CheckpointInterval.Best(all, blocked).Value, Math.Max(write - blocked.Value, leastInterval.Value));
        var plan = new CheckpointPlan(checkpoint, new Seconds(write), blocked, interval ?? new Seconds(best), interval is null);

        var operations = profile.Recovery;
        var recovery = new Seconds(operations.Detection.Value.Value + operations.Restart.Value.Value + write);
        var spares = (int)Math.Ceiling(operations.Spares.Value.Value * PartCounts.Of(cluster, FailingPart.Host));
        var waiting = SpareHosts.Waiting(new PerSecond(hardware * operations.Replaced.Value.Value), operations.Repair.Value, spares);
        var time = WallTime.Of(all, plan.Interval, blocked, recovery, plan.Lag, waiting);
        return new Goodput
        {
            Cluster = cluster,
            Profile = profile,
            Checkpoint = plan,
            Recovery = recovery,
            Interruptions = all,
            Spares = spares,
            Time = time,
            Causes =
            [
                .. causes.Select(cause => new CauseLoss(
                    cause.Cause, cause.Parts, new PerSecond(cause.Rate), Share(cause.Rate, all.Value),
                    (Share(cause.Rate, all.Value) * (time.LostWork + time.Recovery)) + (cause.Cause.IsHardware ? Share(cause.Rate, hardware) * time.Waiting : 0)))
                    .OrderByDescending(cause => cause.Lost).ThenBy(cause => cause.Cause.Id, StringComparer.Ordinal),
            ],
        };
    }

    /// <summary>What the catalog lacks for an estimate; null where it lacks nothing.</summary>
    public static string? Unknown(AiSystem system) =>
        system.Failures is null ? $"the catalog names no failure profile for {system.Id}"
        : system.Parts is null ? $"the catalog does not say what parts {system.Id} has"
        : null;

    private static double Share(double rate, double all) => all > 0 ? rate / all : 0;
}
