using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Analysis.Serving;

/// <summary>One batch that starts together: its prompts, then all its steps.</summary>
/// <param name="PrefillSeconds">Until all prompts are computed.</param>
/// <param name="PrefillStep">A step of prompts, as many as it takes at once.</param>
/// <param name="DecodeStep">A step in the middle of the output.</param>
/// <param name="DecodeSteps">Steps until the last token.</param>
public sealed record StaticBatch(double PrefillSeconds, ServingTimes PrefillStep, ServingTimes DecodeStep, double DecodeSteps)
{
    public double Seconds => PrefillSeconds + (DecodeSteps * DecodeStep.Total);

    /// <summary>
    /// Equation: the sum of steps of as many prompts as a step takes, times <c>(stages + turns - 1) / stages</c> where micro-batches take turns;
    /// then <c>(output - 1) / tokens a step</c> decode steps.
    /// Assumption: the step at the middle of the output stands for all. Source: definition.
    /// </summary>
    /// <param name="batch">Requests of one replica.</param>
    public static StaticBatch Of(ServingStep step, ServingWorkload workload, ServingLayout layout, double batch)
    {
        var stages = layout.PipelineParallel;
        var turns = Math.Max(1, Math.Min(stages, batch));
        var prompt = workload.MeanPrefill;
        var cached = workload.Input.Mean - prompt;
        var atOnce = Math.Max(1, Math.Floor(step.Engine.StepTokens / prompt)) * layout.AttentionDataParallel;
        var first = step.Parts(StepLoad.Prefill(Math.Min(batch / turns, atOnce), prompt, cached));
        var prefill = 0.0;
        for (var left = batch / turns; left > 0; left -= atOnce)
        {
            prefill += left >= atOnce ? first.Total : step.Seconds(StepLoad.Prefill(left, prompt, cached));
        }

        prefill *= (stages + turns - 1.0) / stages;
        var decode = step.Parts(StepLoad.Decode(batch / turns, workload.MeanKeys));
        return new StaticBatch(prefill, first, decode, workload.DecodeSteps);
    }
}
