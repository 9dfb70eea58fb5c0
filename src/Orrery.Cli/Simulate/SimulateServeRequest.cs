using Orrery.Cli.Shell;
using Orrery.Interchange.RequestTraces;
using Orrery.Simulation.Requests;

namespace Orrery.Cli.Simulate;

/// <summary>A fully resolved question: a deployment, and the requests that it gets.</summary>
/// <param name="LoadOptions">How requests come, as it would be typed.</param>
/// <param name="Trace">The trace they come from; null where they are drawn.</param>
/// <param name="RequestsPath">Where every request is written; null for nowhere.</param>
internal sealed record SimulateServeRequest(ServingRequest Run, ServingScenario Scenario, string LoadOptions, RequestTrace? Trace, string? TracePath, string? RequestsPath)
{
    public string Command
    {
        get
        {
            var run = Run;
            return $"orrery simulate serve {run.ModelText}@{run.Cluster.System.Id}:{run.Cluster.Chips} {ServingText.Options(run.Workload, withLengths: Trace is null)} "
                + $"{ServingText.Options(run.Deployment)} {LoadOptions} {ServingText.Options(run.Engine)}";
        }
    }
}
