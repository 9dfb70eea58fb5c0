using Orrery.Domain.Software;
using Orrery.Domain.Strategies;

namespace Orrery.Catalog.Software;

/// <summary>The words of a stack file for what the stack can do; those of the command line for the same choices.</summary>
internal static class StackWords
{
    public static IReadOnlyDictionary<string, PipelineSchedule> Schedules { get; } = new Dictionary<string, PipelineSchedule>
    {
        ["1f1b"] = PipelineSchedule.OneForwardOneBackward,
        ["zero-bubble"] = PipelineSchedule.ZeroBubble,
        ["dualpipe"] = PipelineSchedule.DualPipe,
    };

    public static IReadOnlyDictionary<string, Sharding> Shardings { get; } = new Dictionary<string, Sharding>
    {
        ["none"] = Sharding.None,
        ["zero1"] = Sharding.Zero1,
        ["zero2"] = Sharding.Zero2,
        ["zero3"] = Sharding.Zero3,
        ["hsdp"] = Sharding.Hsdp,
    };

    public static IReadOnlyDictionary<string, OffloadTarget> Offloads { get; } = new Dictionary<string, OffloadTarget>
    {
        ["activations"] = OffloadTarget.Activations,
        ["weights"] = OffloadTarget.Weights,
        ["optimizer"] = OffloadTarget.Optimizer,
    };
}
