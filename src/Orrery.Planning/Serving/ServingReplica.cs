using Orrery.Analysis.Serving;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Planning.Serving;

/// <summary>One replica in one layout and format, ready to be asked about batches.</summary>
internal sealed class ServingReplica
{
    public ServingReplica(ServingPlanQuestion question, ServingLayout layout, ServingPrecision precision)
    {
        (Layout, Precision, Workload) = (layout, precision, question.In(precision));
        Step = ServingStep.Create(Workload, layout, question.Cluster.System, question.Engine);
        Memory = ServingMemory.Of(Workload, layout, question.Cluster.Chip, Step.Engine);
        Largest = ServingEstimator.LargestBatch(
            new ServingQuestion(Workload, new ServingDeployment(new ServingPool(layout, 1)), ServingLoad.Full, question.Cluster.System, question.Engine), Memory, Step.Engine).Requests;
        MostSequences = Step.Engine.Sequences * Memory.Groups;
    }

    public ServingLayout Layout { get; }
    public ServingPrecision Precision { get; }
    public ServingWorkload Workload { get; }
    public ServingStep Step { get; }
    public ServingMemory Memory { get; }

    /// <summary>Requests that fit at once; 0 where not one does.</summary>
    public double Largest { get; }

    /// <summary>Requests that the engine runs at once.</summary>
    public double MostSequences { get; }

    /// <summary>What a step of decoding alone takes with so many requests running.</summary>
    public ServingTimes Decode(double batch) => Step.Parts(StepLoad.Decode(batch / Layout.PipelineParallel, Workload.MeanKeys));

    /// <summary>Seconds between tokens as they come to a client, from the time of a step of decoding alone.</summary>
    public double Tpot(double stepSeconds) => Step.Engine.Delivered(stepSeconds / Workload.TokensPerStep, Workload.Output.Mean).Tpot;
}
