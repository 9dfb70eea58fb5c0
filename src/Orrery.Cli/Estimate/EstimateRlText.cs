using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Sensitivity;
using Orrery.Planning.Reinforcement;

namespace Orrery.Cli.Estimate;

/// <summary>A step of reinforcement learning for people: the answer first, then where it goes, why, how sure, and how to ask again.</summary>
internal static class EstimateRlText
{
    public static void Write(Screen screen, EstimateRlRequest request, RlEstimate estimate, IReadOnlyList<RlLeverEffect> levers, RlRange range)
    {
        var (question, times, rollout, training) = (estimate.Question, estimate.Times, estimate.Rollout, estimate.Training);
        screen.Line(screen.Bold($"{Number.Time(times.Step)} a step; {Number.Text(estimate.TokensPerSecond)} tokens/s end to end, {Number.Text(estimate.TokensPerSecondPerChip)} a chip; rollout is {Number.Percent(estimate.RolloutShare)} of the step."));
        screen.Line($"{question.Model.Name} on {Number.Count(question.Cluster.Chips)} chips of {question.Cluster.System.Name}, {Number.Count(question.Prompts)} prompts of {Number.Count(question.Input)} tokens, {Number.Count(question.Group)} outputs each, "
            + $"{Number.Count(rollout.OutputTokens / question.Sequences)} tokens in the mean and {Number.Count(rollout.Outputs.Max())} the longest; {Chips(question)}");
        screen.Heading("Where the step goes");
        Parts(estimate, raw: false).WriteTo(screen, indent: 2);
        if (times.Overlaps)
        {
            screen.Line($"  Rollout takes {Number.Time(times.Rollout)} beside {Number.Time(times.Forward + times.Training)} of log-probabilities and training on the outputs of the step before: the slower one counts.");
        }

        screen.Heading("The rollout");
        screen.Line($"  {Words.Of(Words.WeightFormats, rollout.Precision.Dense)} weights, {ServingText.Short(rollout.Deployment)}; engine {question.Engine.Name}; played request by request.");
        screen.Line($"  {Number.Text(rollout.OutputTokens / rollout.Seconds)} output tokens/s; a replica runs {Number.Count(rollout.Running)} sequences at once in the mean. The last tenth of the sequences takes {Number.Time(rollout.Seconds - rollout.SecondsTo90)}, {Number.Percent(estimate.TailShare)} of the rollout.");
        screen.Heading("The training");
        screen.Line($"  {Words.Of(Words.Precisions, question.Precision)}, {StrategyText.Short(training.Strategy)}; stack {question.Stack.Name}; {Number.Percent(training.Mfu)} MFU on sequences packed to {Number.Count(training.Workload.SequenceLength)} tokens.");
        screen.Heading("Why");
        screen.Line($"  Throughput gained from 10 % more of each, deployment and strategy held: {string.Join(", ", levers.Take(4).Select(effect => $"{effect.Lever.Name} {Number.Change(effect.Gain)}"))}.");
        screen.Heading("How sure");
        screen.Line("  No interval: evidence/ holds no measured steps of reinforcement learning. What follows is from the catalog's ranges alone.");
        screen.Line($"  {Number.Time(range.Step.Low)} to {Number.Time(range.Step.High)} a step; rollout {Number.Time(range.Rollout.Low)} to {Number.Time(range.Rollout.High)}, training {Number.Time(range.Training.Low)} to {Number.Time(range.Training.High)}.");
        screen.Heading("Again");
        screen.Line("  " + request.Command);
    }

    /// <summary>Disjoint parts of the step and their sum; <paramref name="raw"/> for programs.</summary>
    public static Table Parts(RlEstimate estimate, bool raw)
    {
        var times = estimate.Times;
        var table = raw
            ? new Table(new Column("part"), new Column("seconds"), new Column("share"))
            : new Table(new Column(""), new Column("time", Align.Right), new Column("share", Align.Right));
        Row("exposed_rollout", times.Overlaps ? "rollout that training does not hide" : "rollout, to the last token", times.ExposedRollout);
        Row("forward", "log-probabilities (forward)", times.Forward);
        Row("training", "training", times.Training);
        Row("sync", "weights to the chips that sample", times.Sync);
        Row("state_moves", "training state to host memory and back", times.Moves);
        Row("step", "the step", times.Step);
        return table;

        void Row(string id, string name, double seconds)
        {
            if (raw)
            {
                table.Add(id, Number.Raw(seconds), Number.Raw(seconds / times.Step));
            }
            else if (seconds > 0)
            {
                table.Add(name, Number.Time(seconds), Number.Percent(seconds / times.Step));
            }
        }
    }

    private static string Chips(RlQuestion question) => question.RolloutChips is { } chips
        ? $"{Number.Count(chips)} chips sample and {Number.Count(question.Trainer.Chips)} train{(question.IsOffPolicy ? ", one step off-policy" : ", in turn")}"
        : "all chips sample, then train";
}
