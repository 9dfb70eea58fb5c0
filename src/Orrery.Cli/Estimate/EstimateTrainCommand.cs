using System.CommandLine;
using System.Globalization;
using Orrery.Analysis.Reliability;
using Orrery.Analysis.Training;
using Orrery.Cli.Shell;
using Orrery.Comparison.Sensitivity;
using Orrery.Comparison.Uncertainty;
using Orrery.Quantities;

namespace Orrery.Cli.Estimate;

/// <summary><c>orrery estimate train</c>: how long a step takes, and where the time and the memory go.</summary>
internal static class EstimateTrainCommand
{
    public static Command Create()
    {
        var command = new Command("train", "One training step of a model on so many chips, with the strategy given");
        var options = new EstimateTrainOptions();
        options.AddTo(command);
        var interval = Amount.Time("--checkpoint-interval", "Work between two checkpoints, such as 600s (default: the best interval)");
        command.Options.Add(interval);
        return command.ChecksNames(options.LookUp).Answers(parsed => Ask(options.Read(parsed), parsed.GetValue(interval)), hasTable: true);
    }

    private static Answer Ask(EstimateTrainRequest request, double? intervalSeconds)
    {
        var estimate = TrainingEstimator.Estimate(request.Workload, request.Strategy, request.Cluster, request.Stack);
        var levers = LeverEffect.On(estimate, request.Stack);
        var range = PredictionRange.Of(RangeEnds.Of(request.Catalog, estimate.Cluster.System, request.Stack), estimate);
        var interval = PredictionInterval.Of(IntervalText.Residuals(), estimate, request.Stack, range);
        Seconds? checkpoints = intervalSeconds is { } seconds ? new Seconds(seconds) : null;
        var goodput = (TrainingGoodput.Of(estimate, checkpoints), GoodputText.Range(request.Catalog, estimate, checkpoints));
        var command = StrategyText.Command(
            request.ModelText, request.Cluster.System.Id, request.Cluster.Chips, request.Workload, request.Strategy, request.Stack.Id)
            + (intervalSeconds is { } every ? string.Create(CultureInfo.InvariantCulture, $" --checkpoint-interval {every}s") : "");
        return new Answer
        {
            Schema = "orrery.estimate.train/1",
            Text = screen => EstimateTrainText.Write(screen, request, estimate, levers, range, interval, goodput, command),
            Inputs = () => EstimateTrainJson.Inputs(request, command),
            Result = () => EstimateTrainJson.Result(estimate, levers, range, interval, goodput),
            Csv = () => EstimateTrainText.Parts(estimate, raw: true),
            Diagnostics = request.Warnings,
            Code = estimate.Memory.Fits ? ExitCode.Answered : ExitCode.No,
        };
    }
}
