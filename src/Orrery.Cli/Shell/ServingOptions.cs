using System.CommandLine;
using Orrery.Catalog;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Cli.Shell;

/// <summary>A fully resolved question about a deployment that is given.</summary>
/// <param name="ModelText">The model as it was typed: a name or a path.</param>
internal sealed record ServingRequest(
    OrreryCatalog Catalog, string ModelText, ServingWorkload Workload, ServingDeployment Deployment, ServingLoad Load, Cluster Cluster, ServingEngine Engine,
    IReadOnlyList<Diagnostic> Warnings);

/// <summary>The words of a question about a deployment that is given: workload, engine, layout and load.</summary>
/// <param name="withLoad">Adds <c>--batch</c>, <c>--concurrency</c> and <c>--rate</c>; a verb with loads of its own leaves them out and gets a full load.</param>
internal sealed class ServingOptions(bool withLoad = true)
{
    private readonly ServingWorkloadOptions _workload = new();
    private readonly ServingLayoutOptions _layout = new();
    private readonly Option<int?> _batch = Choice.Whole("--batch", "Static batch: requests that start together, over all replicas");
    private readonly Option<int?> _concurrency = Choice.Whole("--concurrency", "Requests in flight over all replicas, the next one sent when one is done");
    private readonly Option<double?> _rate = Amount.Rate("--rate", "Requests a second over all replicas");

    public void AddTo(Command command)
    {
        _workload.AddTo(command);
        _layout.AddTo(command);
        if (withLoad)
        {
            foreach (var option in new Option[] { _batch, _concurrency, _rate })
            {
                command.Options.Add(option);
            }
        }
    }

    /// <summary>Looks up the names alone.</summary>
    public void LookUp(ParseResult parsed, Facts facts) => _workload.LookUp(parsed, facts);

    /// <summary>Resolves every name, length and degree; all that is wrong is thrown at once.</summary>
    /// <param name="also">Looks at options of the verb's own; what is wrong with them is said with the rest.</param>
    /// <param name="lengths">Lengths that are known otherwise, in the mean; null where --isl and --osl say them.</param>
    public ServingRequest Read(ParseResult parsed, Action<Facts>? also = null, Func<(TokenRange Input, TokenRange Output)?>? lengths = null)
    {
        var facts = new Facts();
        also?.Invoke(facts);
        var known = lengths?.Invoke();
        _workload.CheckLengths(parsed, facts, known is not null);
        var (model, cluster, engine) = _workload.Names(parsed, facts);
        var workload = _workload.Workload(parsed, facts, model, cluster, known);
        var deployment = _layout.Read(parsed, facts, model, cluster.Chips);
        var load = withLoad ? Load(parsed, facts) : ServingLoad.Full;
        facts.Add(ServingRules.Check(deployment, workload, load, cluster.Chips));
        facts.Check();
        return new ServingRequest(facts.Catalog, _workload.ModelText(parsed), workload, deployment, load, cluster, engine, facts.Warnings);
    }

    private ServingLoad Load(ParseResult parsed, Facts facts)
    {
        var loads = new List<ServingLoad>();
        if (parsed.GetValue(_batch) is { } batch)
        {
            loads.Add(ServingLoad.StaticBatch(batch));
        }

        if (parsed.GetValue(_concurrency) is { } concurrency)
        {
            loads.Add(ServingLoad.Concurrency(concurrency));
        }

        if (parsed.GetValue(_rate) is { } rate)
        {
            loads.Add(ServingLoad.Rate(rate));
        }

        if (loads.Count > 1)
        {
            facts.Wrong(CommandLineCode.Conflict, "--batch, --concurrency and --rate exclude each other: requests come in one way", "leave all but one out");
        }

        return loads.Count > 0 ? loads[0] : ServingLoad.Full;
    }
}
