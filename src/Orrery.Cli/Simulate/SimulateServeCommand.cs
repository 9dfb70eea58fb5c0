using System.CommandLine;
using Orrery.Cli.Estimate;
using Orrery.Cli.Shell;
using Orrery.Comparison.Sensitivity;
using Orrery.Simulation.Requests;

namespace Orrery.Cli.Simulate;

/// <summary>Everything that <c>simulate serve</c> found.</summary>
/// <param name="Levers">What 10 % more of each resource would gain, from the closed form; empty where it has none for the load.</param>
/// <param name="Range">What the catalog's ranges leave open, from the closed form.</param>
internal sealed record SimulateServeAnswer(ServingOutcome Outcome, IReadOnlyList<ServingLeverEffect> Levers, ServingRange? Range)
{
    /// <summary>Requests come at a rate that the deployment does not keep up with.</summary>
    public bool IsOverloaded => Outcome.Scenario.Arrivals is Arrivals.AtRate && QueueGrowth.Of(Outcome.Log);
}

/// <summary><c>orrery simulate serve</c>: requests one by one through the schedulers of a deployment, beside the closed form.</summary>
internal static class SimulateServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Requests one by one through a deployment: percentiles, goodput, queues over time");
        var options = new SimulateServeOptions();
        options.AddTo(command);
        return command.ChecksNames(options.LookUp).Answers(parsed => Ask(options.Read(parsed)), hasTable: true);
    }

    private static Answer Ask(SimulateServeRequest request)
    {
        var answer = Play(request);
        return new Answer
        {
            Schema = "orrery.simulate.serve/1",
            Text = screen => SimulateServeText.Write(screen, request, answer),
            Inputs = () => SimulateServeJson.Inputs(request),
            Result = () => SimulateServeJson.Result(request, answer),
            Csv = () => SimulateServeTables.Percentiles(answer.Outcome.Log, raw: true),
            Diagnostics = request.Run.Warnings,
            Code = !answer.Outcome.IsWhole ? ExitCode.Interrupted
                : answer.Outcome.Log.Finished == 0 || answer.IsOverloaded ? ExitCode.No
                : ExitCode.Answered,
        };
    }

    private static SimulateServeAnswer Play(SimulateServeRequest request)
    {
        using var interrupt = new Interrupt();
        using var file = request.RequestsPath is { } path ? new RequestsCsv(path) : null;
        var progress = Progress.Watch("simulating");
        var outcome = ServingSimulation.Run(
            request.Scenario, file is null ? null : file.Finished, file is null ? null : file.Refused,
            arrived => progress((double)arrived / request.Scenario.Requests), interrupt.Token);
        file?.Keep(); // of a run that was stopped too, with what is finished
        return outcome.Estimate is { } estimate && estimate.LargestBatch >= 1
            ? new SimulateServeAnswer(outcome, ServingLeverEffect.On(estimate), ServingRange.Of(request.Run.Catalog, estimate))
            : new SimulateServeAnswer(outcome, [], null);
    }
}
