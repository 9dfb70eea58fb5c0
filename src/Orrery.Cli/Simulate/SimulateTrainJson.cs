using System.Text.Json.Nodes;
using Orrery.Cli.Estimate;
using Orrery.Cli.Shell;
using Orrery.Domain.Strategies;
using Orrery.Simulation.Timeline;

namespace Orrery.Cli.Simulate;

/// <summary>A played step for programs; base units, named in the keys.</summary>
internal static class SimulateTrainJson
{
    public static JsonObject Inputs(SimulateTrainRequest request, string command)
    {
        var inputs = EstimateTrainJson.Inputs(request.Run, command);
        inputs["seed"] = request.Options.Seed;
        inputs["iterations"] = request.Options.Iterations;
        inputs["expert_spread"] = Json.Of(request.Options.ExpertSpread);
        return inputs;
    }

    public static JsonObject Result(TimelineStudy study, string? trace) => new()
    {
        ["iteration_s"] = Json.Of(study.MeanStep),
        ["even_iteration_s"] = Json.Of(study.Step),
        ["closed_form_iteration_s"] = Json.Of(study.Estimate.Iteration.Value),
        ["difference"] = Json.Of((study.MeanStep / study.Estimate.Iteration.Value) - 1),
        ["fits"] = study.Estimate.Memory.Fits,
        ["parts"] = Json.Array(study.Effects, effect => new JsonObject
        {
            ["part"] = TimelineWords.Key(effect.Effect),
            ["closed_form_s"] = Json.Of(effect.Closed),
            ["timeline_s"] = Json.Of(effect.Played),
            ["why"] = TimelineWords.Why(effect.Effect),
        }),
        ["stages"] = Json.Array(Enumerable.Range(0, study.Plan.Stages), stage => new JsonObject
        {
            ["stage"] = stage,
            ["layers"] = OnStage(study.Plan, stage).Sum(work => work.Layers),
            ["utilisation"] = Json.Of(study.Utilisation[stage]),
        }),
        ["noise"] = new JsonObject
        {
            ["ranks_in_step"] = study.Noise.RanksInStep,
            ["replicas"] = study.Noise.Replicas,
            ["mean_slow_down"] = Json.Of(study.Noise.MeanSlowDown),
            ["expert_ranks"] = study.Noise.ExpertRanks,
            ["expert_spread"] = Json.Of(study.Noise.ExpertSpread),
        },
        ["iterations_s"] = Json.Array(study.Steps, step => Json.Of(step)),
        ["iteration_p50_s"] = study.Steps.Count > 0 ? Json.Of(StepSpread.Quantile(study.Steps, 0.5)) : null,
        ["iteration_p90_s"] = study.Steps.Count > 0 ? Json.Of(StepSpread.Quantile(study.Steps, 0.9)) : null,
        ["events"] = study.Events,
        ["trace"] = trace,
    };

    /// <summary>The virtual stages that a rank holds, those of both ways under DualPipe.</summary>
    public static IEnumerable<StageWork> OnStage(TimelinePlan plan, int stage) => plan.Schedule == PipelineSchedule.DualPipe
        ? [plan.Work[stage], plan.Work[plan.Stages - 1 - stage]]
        : plan.Work.Where((_, virtualStage) => virtualStage % plan.Stages == stage);
}
