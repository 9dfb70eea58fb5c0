using Orrery.Analysis.Reliability;
using Orrery.Analysis.Training;
using Orrery.Catalog;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Workloads;
using Orrery.Quantities;

namespace Orrery.Evidence.Reliability;

/// <summary>Predicts what a row is about, in base units.</summary>
internal sealed class ReliabilityPrediction(OrreryCatalog catalog)
{
    // The ratio that the interval of NinetyPercentInterval is asked for.
    private const double Ninety = 0.9;

    /// <param name="system">As a view of the catalog has it; not looked at where the quantity needs none.</param>
    /// <exception cref="MissingFactException">The reading lacks what its quantity needs; named by its key.</exception>
    public double Of(ReliabilityReading reading, AiSystem? system)
    {
        if (reading.Quantity == ReliabilityQuantity.Availability)
        {
            return 1 - SpareHosts.Waiting(new PerSecond(1 / Needed(reading.Mttf, "mttf").Value), Needed(reading.Repair, "repair"), 0);
        }

        var goodput = Goodput(reading, system ?? throw new MissingFactException("'system' is missing"));
        return reading.Quantity switch
        {
            ReliabilityQuantity.Mttf => goodput.Mttf.Value,
            ReliabilityQuantity.Interruptions => (reading.Cause.Length == 0
                ? goodput.Interruptions.Value
                : goodput.Causes.Where(cause => cause.Cause.Id == reading.Cause).Sum(cause => cause.Interruptions.Value)) * Time(reading),
            ReliabilityQuantity.NodeRate => goodput.Interruptions.Value / Hosts(goodput),
            ReliabilityQuantity.ChipTime => goodput.Mttf.Value * reading.Chips,
            ReliabilityQuantity.Ettr => goodput.Ettr,
            ReliabilityQuantity.Downtime => 1 - goodput.Ettr,
            ReliabilityQuantity.NinetyPercentInterval => IntervalFor(goodput.Interruptions),
            ReliabilityQuantity.WriteTime => goodput.Checkpoint.Write.Value,
            ReliabilityQuantity.CatchUp => (goodput.Checkpoint.Interval.Value / 2) + goodput.Checkpoint.Lag.Value + goodput.Checkpoint.Write.Value,
            ReliabilityQuantity.BrokenHosts =>
                goodput.Causes.Where(cause => cause.Cause.IsHardware).Sum(cause => cause.Interruptions.Value) * Time(reading) / Hosts(goodput),
            ReliabilityQuantity.PartFailures => goodput.Causes.Where(cause => cause.Cause.Part == Needed(reading.Part, "part"))
                .Sum(cause => cause.Interruptions.Value / cause.Parts) * Time(reading),
            ReliabilityQuantity.PartShare => goodput.ShareOf(Needed(reading.Part, "part")),
            ReliabilityQuantity.CheckpointBytesPerChip => goodput.Checkpoint.Size.Value / reading.Chips,
            _ => throw new MissingFactException("'quantity' is missing"),
        };
    }

    private Goodput Goodput(ReliabilityReading reading, AiSystem system)
    {
        if (reading.Chips < 1)
        {
            throw new MissingFactException("'chips' is missing");
        }

        var cluster = new Cluster(system, reading.Chips);
        var bytes = Checkpoint(reading, system.Chip);
        var profile = system.Failures ?? throw new MissingFactException(GoodputEstimator.Unknown(system) ?? "");
        if (reading.Restart is { } restart)
        {
            // A stated restart is all of it.
            profile = profile with
            {
                Recovery = profile.Recovery with
                {
                    Detection = profile.Recovery.Detection with { Value = default },
                    Restart = profile.Recovery.Restart with { Value = restart },
                },
            };
        }

        var job = Estimate();
        if (reading.Mttf is { } stated)
        {
            profile = profile with { SiteFactor = profile.SiteFactor with { Value = new Scalar(profile.SiteFactor.Value.Value * job.Mttf.Value / stated.Value) } };
            job = Estimate();
        }

        return job;

        // One second: no step is stated.
        Goodput Estimate() => GoodputEstimator.Estimate(cluster with { System = system with { Failures = profile } }, bytes, new Seconds(1), reading.Interval);
    }

    private Bytes Checkpoint(ReliabilityReading reading, Chip chip)
    {
        if (reading.Checkpoint is { } stated)
        {
            return stated;
        }

        if (reading.Model.Length > 0)
        {
            return CheckpointSize.Of(catalog.Model(reading.Model), TrainingParameters.For(catalog.DefaultStack(chip), chip, PrecisionRecipe.Of(TrainingPrecision.Bf16)));
        }

        return NeedsCheckpoint(reading.Quantity) ? throw new MissingFactException("'model' is missing") : default;
    }

    private static bool NeedsCheckpoint(ReliabilityQuantity? quantity) => quantity is ReliabilityQuantity.Ettr or ReliabilityQuantity.Downtime
        or ReliabilityQuantity.WriteTime or ReliabilityQuantity.CatchUp or ReliabilityQuantity.CheckpointBytesPerChip;

    /// <summary>By halving: the ratio falls as interval and restart grow together.</summary>
    private static double IntervalFor(PerSecond failures)
    {
        var (low, high) = (0.0, 1 / failures.Value);
        for (var step = 0; step < 100; step++)
        {
            var middle = new Seconds((low + high) / 2);
            (low, high) = WallTime.Of(failures, middle, default, middle, default, 0).Useful > Ninety ? (middle.Value, high) : (low, middle.Value);
        }

        return low;
    }

    private static double Hosts(Goodput goodput) => PartCounts.Of(goodput.Cluster, Domain.Reliability.FailingPart.Host);

    private static double Time(ReliabilityReading reading) => Needed(reading.Time, "time").Value;

    private static T Needed<T>(T? value, string key) where T : struct => value ?? throw new MissingFactException($"'{key}' is missing");
}
