using System.CommandLine;
using Orrery.Cli.Shell;
using Orrery.Domain.Strategies;
using Orrery.Planning.Training;

namespace Orrery.Cli.Plan;

/// <summary>The options that narrow what the planner may choose, and what each does to the limits.</summary>
internal sealed class PlanLimitOptions
{
    private static readonly Dictionary<string, Func<PlanLimits, PlanLimits>> Withouts = new()
    {
        ["sequence-parallel"] = limits => limits with { SequenceParallel = false },
        ["uneven-stages"] = limits => limits with { UnevenStages = false },
        ["overlap"] = limits => limits with { Overlap = Overlap.None },
        ["offload"] = limits => limits.WithoutOffload(),
        ["recompute"] = limits => limits with { Recompute = Recompute.None },
    };

    private readonly List<(Option Option, Func<ParseResult, Func<PlanLimits, PlanLimits>?> Limit)> _limits = [];
    private readonly Option<IReadOnlyList<Without>> _without = Choice.Several(
        "--without", "What a strategy must do without", Withouts.ToDictionary(word => word.Key, word => new Without(word.Key)));

    public PlanLimitOptions()
    {
        Degree("tp", "Tensor-parallel", limits => limits.Tensor, (limits, range) => limits with { Tensor = range });
        Degree("cp", "Context-parallel", limits => limits.Context, (limits, range) => limits with { Context = range });
        Degree("pp", "Pipeline-parallel", limits => limits.Pipeline, (limits, range) => limits with { Pipeline = range });
        Degree("dp", "Data-parallel", limits => limits.Data, (limits, range) => limits with { Data = range });
        Degree("ep", "Expert-parallel", limits => limits.Expert, (limits, range) => limits with { Expert = range });
        Degree("etp", "Expert-tensor-parallel", limits => limits.ExpertTensor, (limits, range) => limits with { ExpertTensor = range });
        Degree("vp", "Virtual stages per pipeline rank", limits => limits.VirtualStages, (limits, range) => limits with { VirtualStages = range });
        Degree("mbs", "Sequences in a micro-batch", limits => limits.MicroBatch, (limits, range) => limits with { MicroBatch = range });
        Set(Choice.Several("--sharding", "Shardings to choose from (default: what the stack does)", Words.Shardings), (limits, these) => limits with { Shardings = [.. these.Distinct()] });
        Set(Choice.Several("--schedule", "Pipeline schedules to choose from (default: what the stack does)", Words.Schedules), (limits, these) => limits with { Schedules = [.. these.Distinct()] });
        Set(Choice.Several("--recompute", "The one recompute policy (default: any)", Words.Recomputes), (limits, these) => limits with { Recompute = these.Aggregate(Recompute.None, (all, one) => all | one) });
        Set(Choice.Several("--overlap", "The one set of overlaps (default: any)", Words.Overlaps), (limits, these) => limits with { Overlap = these.Aggregate(Overlap.None, (all, one) => all | one) });
        var order = Choice.Order("--order", "The one order of ranks, innermost first (default: any)");
        _limits.Add((order, parsed => parsed.GetValue(order) is { } found ? limits => limits with { Order = found } : null));
    }

    public void AddTo(Command command)
    {
        foreach (var (option, _) in _limits)
        {
            command.Options.Add(option);
        }

        command.Options.Add(_without);
    }

    /// <summary>Every limit that was asked for, by its option.</summary>
    public IReadOnlyList<(string Name, Func<PlanLimits, PlanLimits> Limit)> Read(ParseResult parsed)
    {
        var asked = new List<(string, Func<PlanLimits, PlanLimits>)>();
        foreach (var (option, read) in _limits)
        {
            if (read(parsed) is { } limit)
            {
                asked.Add((option.Name, limit));
            }
        }

        asked.AddRange(parsed.GetValue(_without)!.Select(word => ($"--without {word.Word}", Withouts[word.Word])));
        return asked;
    }

    /// <summary><c>--tp N</c> for one value and <c>--max-tp N</c> for all up to it.</summary>
    private void Degree(string name, string what, Func<PlanLimits, DegreeRange> get, Func<PlanLimits, DegreeRange, PlanLimits> set)
    {
        var only = Choice.Whole($"--{name}", $"{what}: this degree only");
        var most = Choice.Whole($"--max-{name}", $"{what}: no more than this");
        _limits.Add((only, parsed => parsed.GetValue(only) is { } value ? limits => set(limits, DegreeRange.Only(value)) : null));
        _limits.Add((most, parsed => parsed.GetValue(most) is { } value ? limits => set(limits, get(limits) with { Most = Math.Min(value, get(limits).Most) }) : null));
    }

    private void Set<T>(Option<IReadOnlyList<T>> option, Func<PlanLimits, IReadOnlyList<T>, PlanLimits> set) =>
        _limits.Add((option, parsed => parsed.GetValue(option) is { Count: > 0 } these ? limits => set(limits, these) : null));

    private readonly record struct Without(string Word);
}
