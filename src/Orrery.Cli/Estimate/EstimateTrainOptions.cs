using System.CommandLine;
using Orrery.Cli.Shell;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Cli.Estimate;

/// <summary>The words of <c>estimate train</c> and what they say.</summary>
internal sealed class EstimateTrainOptions
{
    private readonly WorkloadOptions _workload = new();
    private readonly StrategyOptions _strategy = new();

    public void AddTo(Command command)
    {
        _workload.AddTo(command);
        _strategy.AddTo(command);
    }

    /// <summary>Looks up the names alone.</summary>
    public void LookUp(ParseResult parsed, Facts facts) => _workload.LookUp(parsed, facts);

    /// <summary>Resolves every name and degree; all that is wrong is thrown at once.</summary>
    /// <param name="others">Checks of a verb that asks for more.</param>
    /// <param name="rules">Rules of a verb beside those of every strategy.</param>
    public EstimateTrainRequest Read(
        ParseResult parsed, Action<Facts>? others = null, Func<Strategy, TrainingWorkload, IEnumerable<Diagnostic>>? rules = null)
    {
        var facts = new Facts();
        others?.Invoke(facts);
        var (model, cluster, stack) = _workload.Names(parsed, facts);
        var strategy = _strategy.Read(parsed, cluster.Chips);
        var workload = _workload.Workload(parsed, facts, model, cluster.Chip, sequence => DefaultWorkload.GlobalBatch(sequence, Step(strategy)));
        facts.Add(StrategyRules.Check(strategy, workload, cluster.Chips));
        facts.Add(rules?.Invoke(strategy, workload) ?? []);
        facts.Check();
        return new EstimateTrainRequest(facts.Catalog, _workload.ModelText(parsed), workload, strategy, cluster, stack, facts.Warnings);
    }

    /// <summary>Sequences that the batch must be a multiple of for the schedule to come out even.</summary>
    internal static long Step(Strategy s) => (long)Math.Min(int.MaxValue,
        (double)s.DataParallel * s.MicroBatch * (s.VirtualStages > 1 ? s.PipelineParallel : 1) * (s.Schedule == PipelineSchedule.DualPipe ? 2 : 1));
}
