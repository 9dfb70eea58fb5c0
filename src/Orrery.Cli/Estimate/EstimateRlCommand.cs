using System.CommandLine;
using System.Text.Json.Nodes;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Sensitivity;
using Orrery.Planning.Reinforcement;
using Orrery.Planning.Training;

namespace Orrery.Cli.Estimate;

/// <summary><c>orrery estimate rl</c>: rollout, log-probabilities, training and weight sync as one step.</summary>
internal static class EstimateRlCommand
{
    public static Command Create()
    {
        var command = new Command("rl", "One step of reinforcement learning: long-tailed rollout, log-probabilities, training and weight sync");
        var options = new EstimateRlOptions();
        options.AddTo(command);
        return command.ChecksNames(options.LookUp).Answers(parsed => Ask(options.Read(parsed)), hasTable: true);
    }

    private static Answer Ask(EstimateRlRequest request)
    {
        using var interrupt = new Interrupt();
        Progress.Say("planning training and playing rollouts ...");
        var plan = RlEstimator.Plan(request.Question, request.Strategy, interrupt.Token);
        interrupt.Token.ThrowIfCancellationRequested();
        if (plan.Estimate is not { Training.Memory.Fits: true } estimate)
        {
            var why = plan.Estimate is { } tooLarge
                ? $"Training with that strategy does not fit: it needs {tooLarge.Training.Memory.Total} a chip and there is {tooLarge.Training.Memory.Capacity}."
                : plan.UntrainedPlan is { } untrained
                ? "Training does not fit: " + WhyNothingFits.Reason(untrained, interrupt.Token)
                : $"No layout of {request.Question.Sampler.Chips} chips holds a sequence of {request.Question.Input + request.Question.Outputs.Most} tokens beside the weights.";
            return new Answer
            {
                Schema = "orrery.estimate.rl/1",
                Text = screen => screen.Line(screen.Bold("No. " + why)),
                Inputs = () => Inputs(request),
                Result = () => new JsonObject { ["answers"] = false, ["why_not"] = why },
                Csv = () => new Table(new Column("part"), new Column("seconds"), new Column("share")),
                Diagnostics = request.Warnings,
                Code = ExitCode.No,
            };
        }

        var levers = RlLeverEffect.On(estimate);
        var range = RlRange.Of(request.Catalog, estimate);
        return new Answer
        {
            Schema = "orrery.estimate.rl/1",
            Text = screen => EstimateRlText.Write(screen, request, estimate, levers, range),
            Inputs = () => Inputs(request),
            Result = () => Result(estimate, levers, range),
            Csv = () => EstimateRlText.Parts(estimate, raw: true),
            Diagnostics = request.Warnings,
        };
    }

    private static JsonObject Inputs(EstimateRlRequest request)
    {
        var question = request.Question;
        return new JsonObject
        {
            ["model"] = question.Model.Id,
            ["system"] = question.Cluster.System.Id,
            ["chips"] = question.Cluster.Chips,
            ["rollout_chips"] = question.RolloutChips,
            ["engine"] = question.Engine.Id,
            ["stack"] = question.Stack.Id,
            ["precision"] = Words.Of(Words.Precisions, question.Precision),
            ["prompts"] = question.Prompts,
            ["group"] = question.Group,
            ["isl_tokens"] = question.Input,
            ["osl_mean_tokens"] = question.Outputs.Mean,
            ["osl_p99_tokens"] = question.Outputs.P99,
            ["max_output_tokens"] = question.Outputs.Most,
            ["forward_passes"] = question.ForwardPasses,
            ["off_policy"] = question.IsOffPolicy,
            ["command"] = request.Command,
        };
    }

    private static JsonObject Result(RlEstimate estimate, IReadOnlyList<RlLeverEffect> levers, RlRange range)
    {
        var times = estimate.Times;
        return new JsonObject
        {
            ["answers"] = true,
            ["step_s"] = Json.Of(times.Step),
            ["parts"] = new JsonObject
            {
                ["exposed_rollout_s"] = Json.Of(times.ExposedRollout),
                ["forward_s"] = Json.Of(times.Forward),
                ["training_s"] = Json.Of(times.Training),
                ["sync_s"] = Json.Of(times.Sync),
                ["state_moves_s"] = Json.Of(times.Moves),
            },
            ["rollout_s"] = Json.Of(times.Rollout),
            ["rollout_share"] = Json.Of(estimate.RolloutShare),
            ["rollout_tail_share"] = Json.Of(estimate.TailShare),
            ["tokens_per_step"] = Json.Of(estimate.Tokens),
            ["output_tokens"] = Json.Of(estimate.Rollout.OutputTokens),
            ["longest_output_tokens"] = estimate.Rollout.Outputs.Max(),
            ["tokens_per_s"] = Json.Of(estimate.TokensPerSecond),
            ["tokens_per_s_per_chip"] = Json.Of(estimate.TokensPerSecondPerChip),
            ["running_per_replica"] = Json.Of(estimate.Rollout.Running),
            ["rollout_pool"] = ServingText.Json(estimate.Rollout.Deployment.Main),
            ["rollout_weights"] = Words.Of(Words.WeightFormats, estimate.Rollout.Precision.Dense),
            ["strategy"] = StrategyText.Json(estimate.Training.Strategy),
            ["training_sequence_tokens"] = estimate.Training.Workload.SequenceLength,
            ["training_mfu"] = Json.Of(estimate.Training.Mfu),
            ["limited_by"] = levers[0].Lever.Id,
            ["levers"] = Json.Array(levers, effect => new JsonObject { ["id"] = effect.Lever.Id, ["rate_factor"] = LeverEffect.Step, ["throughput_gain"] = Json.Of(effect.Gain) }),
            ["step_low_s"] = Json.Of(range.Step.Low),
            ["step_high_s"] = Json.Of(range.Step.High),
            ["rollout_low_s"] = Json.Of(range.Rollout.Low),
            ["rollout_high_s"] = Json.Of(range.Rollout.High),
            ["training_low_s"] = Json.Of(range.Training.Low),
            ["training_high_s"] = Json.Of(range.Training.High),
        };
    }
}
