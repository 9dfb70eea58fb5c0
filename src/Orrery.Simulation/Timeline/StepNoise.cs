using Orrery.Simulation.Engine;
using Orrery.Simulation.Timeline.Schedules;

namespace Orrery.Simulation.Timeline;

/// <summary>What differs from rank to rank and step to step, and how much.</summary>
/// <remarks>
/// Equation: a rank's ops take <c>1 + b (x - H(8))</c> times as long in a step, x exponential with mean 1; ranks that meet in every layer go
/// at the pace of the slowest. The mean of the largest of n such x is the harmonic number H(n), which grows by ln 2 a doubling, as
/// the closed form's jitter grows by a share a doubling. With <c>b = jitter / (H(chips) - H(8))</c> the slowest of all ranks is slower, in the
/// mean, by the share that the closed form adds.
/// Loads of expert ranks in a layer are normal with standard deviation <see cref="ExpertSpread"/> of their mean; the fullest of the group rules.
/// </remarks>
/// <param name="RanksInStep">Ranks of one pipeline stage that meet in every layer.</param>
/// <param name="Replicas">How many such groups a stage has: whole pipelines that meet only at the end of a step.</param>
/// <param name="MeanSlowDown">b.</param>
/// <param name="FreeRanks">Ranks up to which meeting costs nothing: their part is in what kernels reach.</param>
/// <param name="ExpertRanks">Ranks of an expert group; 1 where there is none.</param>
/// <param name="ExpertSpread">Standard deviation of a rank's load over its mean.</param>
public sealed record StepNoise(int RanksInStep, int Replicas, double MeanSlowDown, int FreeRanks, int ExpertRanks, double ExpertSpread)
{
    /// <summary>Slow-downs of one replica's stages in one step.</summary>
    /// <param name="random">The step's stream; replicas draw one after the other.</param>
    public void DrawSlowDowns(ref RandomStream random, Span<double> stages)
    {
        var reference = Harmonic(FreeRanks);
        for (var i = 0; i < stages.Length; i++)
        {
            // The largest of n: its distribution is that of one to the power n.
            var largest = -Math.Log(1 - Math.Pow(random.NextUniform(), 1.0 / RanksInStep));
            stages[i] = Math.Max(0, 1 + (MeanSlowDown * (Math.Min(largest, 1e3) - reference)));
        }
    }

    /// <summary>By task, how far the fullest expert rank is above the mean, averaged over the layers of its virtual stage.</summary>
    public void DrawExpertExcess(ref RandomStream random, TimelinePlan plan, PipelineLanes lanes, double[] excess)
    {
        for (var task = 0; task < excess.Length; task++)
        {
            var layers = plan.Work[lanes.VirtualStage(lanes.LaneOf(task))].ExpertLayers;
            var sum = 0.0;
            for (var layer = 0; layer < layers; layer++)
            {
                sum += Math.Max(0, NormalQuantile.Of(Math.Pow(random.NextUniform(), 1.0 / ExpertRanks)));
            }

            excess[task] = layers == 0 ? 0 : ExpertSpread * sum / layers;
        }
    }

    internal static double Harmonic(int n)
    {
        var sum = 0.0;
        for (var i = 1; i <= n; i++)
        {
            sum += 1.0 / i;
        }

        return sum;
    }
}
