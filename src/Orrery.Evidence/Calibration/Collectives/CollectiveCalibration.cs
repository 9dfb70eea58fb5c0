using Orrery.Analysis.Collectives;
using Orrery.Catalog;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;
using Orrery.Evidence.Calibration.Kernels;
using Orrery.Interchange.NcclTests;

namespace Orrery.Evidence.Calibration.Collectives;

/// <summary>What came of a fit to collective timings.</summary>
/// <param name="Tier">The tier as it was.</param>
/// <param name="Reach">What collectives reach on it now.</param>
/// <param name="Skipped">Rows and runs left out, by reason.</param>
public sealed record CollectiveCalibrationResult(
    AiSystem System, FabricTier Tier, CollectiveReach Reach, IReadOnlyList<string> Files, IReadOnlyList<ReachOutcome> Operations,
    IReadOnlyDictionary<string, int> Skipped);

/// <summary>Fits what collectives reach on one tier of a system to logs of NCCL's or RCCL's tests.</summary>
public static class CollectiveCalibration
{
    private static readonly Dictionary<string, TimedOperation> Programs = new(StringComparer.Ordinal)
    {
        ["all_reduce_perf"] = TimedOperation.AllReduce,
        ["all_gather_perf"] = TimedOperation.AllGather,
        ["reduce_scatter_perf"] = TimedOperation.ReduceScatter,
        ["alltoall_perf"] = TimedOperation.AllToAll,
        ["sendrecv_perf"] = TimedOperation.SendReceive,
    };

    /// <param name="logs">Standard output of the tests, one run or several in a file.</param>
    /// <param name="systemName">The system they ran on, with what the catalog says of its links and inner tiers.</param>
    /// <param name="tierName">The tier to fit: the outermost one that the ranks span.</param>
    /// <param name="ranksPerDomain">Ranks of a log that share one instance of the tier inside (of the innermost tier, when that is fitted); null for as many as share a host.</param>
    /// <param name="planPath">Priors and bounds: <c>evidence/kernel-fit.yaml</c>.</param>
    /// <param name="folds">Parts that the message sizes are dealt into, each judged by a fit on the others.</param>
    /// <exception cref="InvalidInputException">Logs, names or cells are wrong; with every finding at its place.</exception>
    public static CollectiveCalibrationResult Run(
        OrreryCatalog catalog, IReadOnlyList<string> logs, string systemName, string tierName, int? ranksPerDomain, string planPath, int folds)
    {
        var diagnostics = new DiagnosticList();
        var system = catalog.System(systemName);
        var at = system.Tiers.ToList().FindIndex(tier => tier.Name == tierName);
        if (at < 0)
        {
            diagnostics.Error(
                DiagnosticCode.UnknownName, $"'{system.Id}' has no tier '{tierName}', it has {string.Join(", ", system.Tiers.Select(tier => tier.Name))}");
        }

        var runs = logs.SelectMany(log => NcclTestsLog.Load(log, diagnostics)).ToList();
        var skipped = new Dictionary<string, int>(StringComparer.Ordinal);
        var rows = at < 0 ? [] : runs.SelectMany(run => Rows(run, system, at, ranksPerDomain, diagnostics, skipped)).ToList();
        if (rows.Count == 0 && !diagnostics.HasErrors)
        {
            diagnostics.Error(
                DiagnosticCode.Unreadable, $"no run is of a test that can be fitted, expected one of {string.Join(", ", Programs.Keys)}",
                hint: string.Join("; ", skipped.Keys));
        }

        diagnostics.ThrowOnErrors();
        var plan = KernelFitPlan.Load(planPath).Ops[KernelFitPlan.Reach];
        var tier = system.Tiers[at];
        var (reach, operations) = new ReachFit(
            plan, tier.Reach, other => system with { Tiers = [.. system.Tiers.Select((each, i) => i == at ? each with { Reach = other } : each)] },
            tier.InNetworkReduction).Run(rows, folds);
        return new CollectiveCalibrationResult(system, tier, reach, logs, operations, skipped);
    }

    private static IEnumerable<ReachRow> Rows(
        CollectiveRun run, AiSystem system, int at, int? ranksPerDomain, DiagnosticList diagnostics, Dictionary<string, int> skipped)
    {
        void Skip(string reason, int rows) => skipped[reason] = skipped.GetValueOrDefault(reason) + rows;
        if (run.Program.Length == 0)
        {
            diagnostics.Error(
                DiagnosticCode.MissingKey, "nothing says which test this is", run.File, run.Line, 1,
                $"keep the line of its command, or name the file after it: {string.Join(", ", Programs.Keys.Select(program => program + ".log"))}");
            return [];
        }

        if (!Programs.TryGetValue(run.Program, out var operation))
        {
            Skip($"{run.Program} is not fitted", run.Timings.Count);
            return [];
        }

        if (Group(run, system, at, ranksPerDomain, diagnostics) is not { } group)
        {
            return [];
        }

        var rows = new List<ReachRow>();
        foreach (var timing in run.Timings)
        {
            if (timing.Wrong)
            {
                Skip("the test found wrong results", 1);
            }

            rows.AddRange(new[] { timing.OutOfPlaceS, timing.InPlaceS }.OfType<double>()
                .Select(seconds => new ReachRow(operation, group.Ranks, group.Meeting, timing.Bytes, seconds)));
        }

        return rows;
    }

    /// <summary>Where the ranks of a run lie, innermost tier first, and how many of them (or of their domains) meet on the tier; null where that cannot be.</summary>
    private static (RankGroup Ranks, int Meeting)? Group(CollectiveRun run, AiSystem system, int at, int? ranksPerDomain, DiagnosticList diagnostics)
    {
        void Wrong(string message, string hint) => diagnostics.Error(DiagnosticCode.BadValue, message, run.File, run.Line, 1, hint);
        var tier = system.Tiers[at];
        var innermost = system.Tiers.Take(at).All(each => each.Ranks == 1); // no collective crosses a tier of one rank, the dies of a package
        if (run.Ranks < 2)
        {
            Wrong("one rank alone exchanges nothing", "run the test on at least two");
            return null;
        }

        if (ranksPerDomain is null && (run.Ranks % run.Hosts != 0 || (innermost && run.Hosts > 1)))
        {
            Wrong(
                innermost ? $"it ran on {run.Hosts} hosts, and whether they share one {tier.Name} is not known" : $"{run.Ranks} ranks on {run.Hosts} hosts are not dealt evenly",
                innermost ? $"--ranks-per-domain says how many of its ranks one {tier.Name} joins; ranks on several need --tier {system.Tiers[^1].Name}" : "--ranks-per-domain says how many share a domain");
            return null;
        }

        var near = Math.Min(ranksPerDomain ?? run.Ranks / run.Hosts, run.Ranks);
        if (innermost)
        {
            if (near < run.Ranks || run.Ranks > (tier.Ranks ?? int.MaxValue))
            {
                Wrong($"{run.Ranks} ranks do not share one {tier.Name}, which joins {Math.Min(near, tier.Ranks ?? near)}", $"--tier {system.Tiers[^1].Name} fits what joins several");
                return null;
            }

            return (new RankGroup(run.Ranks), run.Ranks);
        }

        var inner = system.Tiers[at - 1];
        if (near > inner.Ranks || run.Ranks % near != 0 || run.Ranks == near)
        {
            Wrong(
                run.Ranks == near ? $"all {run.Ranks} ranks share one {inner.Name}" : $"{near} of {run.Ranks} ranks to a domain do not fit {inner.Name}, which joins {inner.Ranks}",
                run.Ranks == near ? $"--tier {inner.Name} fits that" : "--ranks-per-domain says how many share a domain");
            return null;
        }

        var domains = run.Ranks / near;
        if ((long)domains * inner.Ranks!.Value > (tier.Ranks ?? int.MaxValue))
        {
            Wrong($"{domains} {inner.Name} do not share one {tier.Name}, which joins {tier.Ranks} chips", $"--tier {system.Tiers[^1].Name} fits what joins several");
            return null;
        }

        return (RankGroup.Of(new RankGroup(near), new RankGroup(domains, inner.Ranks!.Value)), domains);
    }
}
