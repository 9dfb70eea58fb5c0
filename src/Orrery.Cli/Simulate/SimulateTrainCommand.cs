using System.CommandLine;
using System.Globalization;
using Orrery.Cli.Shell;
using Orrery.Simulation.Timeline;

namespace Orrery.Cli.Simulate;

/// <summary><c>orrery simulate train</c>: one training step as a timeline of every pipeline stage, beside the closed form.</summary>
internal static class SimulateTrainCommand
{
    public static Command Create()
    {
        var command = new Command("train", "One training step event by event: every stage and stream, uneven ranks, a trace to look at");
        var options = new SimulateTrainOptions();
        options.AddTo(command);
        return command.ChecksNames(options.LookUp).Answers(parsed => Ask(options.Read(parsed)), hasTable: true);
    }

    private static Answer Ask(SimulateTrainRequest request)
    {
        var run = request.Run;
        var study = TimelineStudy.Of(run.Workload, run.Strategy, run.Cluster, run.Stack, request.Options);
        if (request.TracePath is { } path)
        {
            TimelineTrace.Write(path, study);
        }

        return new Answer
        {
            Schema = "orrery.simulate.train/1",
            Text = screen => SimulateTrainText.Write(screen, request, study, Command(request)),
            Inputs = () => SimulateTrainJson.Inputs(request, Command(request)),
            Result = () => SimulateTrainJson.Result(study, request.TracePath),
            Csv = () => SimulateTrainText.Effects(study, raw: true),
            Diagnostics = run.Warnings,
            Code = study.Estimate.Memory.Fits ? ExitCode.Answered : ExitCode.No,
        };
    }

    private static string Command(SimulateTrainRequest request)
    {
        var (run, options) = (request.Run, request.Options);
        var command = StrategyText.Command(run.ModelText, run.Cluster.System.Id, run.Cluster.Chips, run.Workload, run.Strategy, run.Stack.Id, "simulate");
        var spread = options.ExpertSpread is { } share ? string.Create(CultureInfo.InvariantCulture, $" --expert-spread {share}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{command} --seed {options.Seed} --iterations {options.Iterations}{spread}");
    }
}
