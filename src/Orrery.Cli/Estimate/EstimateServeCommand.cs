using System.CommandLine;
using Orrery.Analysis.Serving;
using Orrery.Cli.Shell;
using Orrery.Comparison.Sensitivity;

namespace Orrery.Cli.Estimate;

/// <summary><c>orrery estimate serve</c>: how fast a deployment serves, and where the time and the memory go.</summary>
internal static class EstimateServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "A model served on so many chips, with the deployment and the load given");
        var options = new ServingOptions();
        options.AddTo(command);
        return command.ChecksNames(options.LookUp).Answers(parsed => Ask(options.Read(parsed)), hasTable: true);
    }

    private static Answer Ask(ServingRequest request)
    {
        var estimate = ServingEstimator.Estimate(new ServingQuestion(
            request.Workload, request.Deployment, request.Load, request.Cluster.System, request.Engine));
        var levers = ServingLeverEffect.On(estimate);
        var range = ServingRange.Of(request.Catalog, estimate);
        var command = $"orrery estimate serve {request.ModelText}@{request.Cluster.System.Id}:{request.Cluster.Chips} {ServingText.Options(request.Workload)} "
            + $"{ServingText.Options(request.Deployment)}{ServingText.Options(request.Load)} {ServingText.Options(request.Engine)}";
        return new Answer
        {
            Schema = "orrery.estimate.serve/1",
            Text = screen => EstimateServeText.Write(screen, request, estimate, levers, range, command),
            Inputs = () => EstimateServeJson.Inputs(request, command),
            Result = () => EstimateServeJson.Result(estimate, levers, range),
            Csv = () => ServingTables.Parts(estimate, raw: true),
            Diagnostics = request.Warnings,
            Code = estimate.Answers ? ExitCode.Answered : ExitCode.No,
        };
    }
}
