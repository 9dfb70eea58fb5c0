using Orrery.Analysis.Reliability;
using Orrery.Analysis.Training;
using Orrery.Comparison.Delivered;
using Orrery.Quantities;

namespace Orrery.Comparison.Scaling;

/// <summary>The best that a number of chips does; the strategy may leave some of them idle.</summary>
/// <param name="Chips">The chips there are.</param>
/// <param name="Best">On the chips that it uses.</param>
/// <param name="Run">The run it is a step of; null where no run is asked about.</param>
public sealed record ScalePoint(int Chips, TrainingEstimate Best, TrainingRun? Run)
{
    public int UsedChips => Best.Strategy.Chips;

    public double IdleShare => 1 - ((double)UsedChips / Chips);

    public double Systems => (double)Chips / Best.Cluster.System.Chips;

    /// <summary>What failures leave of the steps.</summary>
    public TrainingGoodput Goodput { get; } = TrainingGoodput.Of(Best);

    /// <summary>After failures, as <see cref="TrainingGoodput.Counted"/>; that of the steps alone is <see cref="Best"/>'s.</summary>
    public double TokensPerSecond => Goodput.Counted;

    /// <summary>Over all chips, idle ones too; so is <see cref="Mfu"/>.</summary>
    public double TokensPerSecondPerChip => TokensPerSecond / Chips;

    public double Mfu => Best.Mfu * UsedChips / Chips;

    /// <summary>1 where no run is asked about.</summary>
    public double StatisticalEfficiency => Run?.StatisticalEfficiency(Best.Workload.TokensPerStep) ?? 1;

    /// <summary>
    /// What counts when points are ranked: tokens a second, less those that only make up for the size of the batch. The run's
    /// tokens over it are its time, so that at one batch it ranks as throughput does and at several as time to train.
    /// </summary>
    public double UsefulTokensPerSecond => TokensPerSecond * StatisticalEfficiency;

    /// <summary>With failures; null where no run is asked about.</summary>
    public Seconds? TimeToTrain => Run is { } run ? new Seconds(run.Time(Best).Value / Goodput.Share) : null;

    /// <summary>
    /// How soon and how late the run may end by what the catalog does not know exactly, the law of the batch taken as it is; null where no run is asked about
    /// or the result has no range.
    /// </summary>
    /// <param name="result">Of this point, with its ranges.</param>
    public (Seconds Soonest, Seconds Latest)? TimeRange(DeliveredResult result) => TimeToTrain is { } time && result.SpeedRange is var (slower, faster)
        ? (new Seconds(time.Value / faster), new Seconds(time.Value / slower))
        : null;

    /// <summary>The chips that the best strategy uses and no more.</summary>
    public ScalePoint WithoutIdleChips => this with { Chips = UsedChips };
}
