using System.Globalization;
using Orrery.Analysis.Training;
using Orrery.Domain.Hardware;

namespace Orrery.Planning.Training;

/// <summary>A change that would let a strategy in.</summary>
/// <param name="What">As an instruction: "use 1,152 chips".</param>
/// <param name="Plan">The best strategy after it.</param>
public sealed record PlanChange(string What, PlanResult Plan);

/// <summary>Why a question has no strategy: what removed the last candidates, and the smallest changes that would each let one in.</summary>
/// <param name="Removed">What removed the last candidates.</param>
/// <param name="Leanest">The strategy with the least memory, to a hundredth; null where there is no legal one.</param>
public sealed record WhyNothingFits(string Removed, TrainingEstimate? Leanest, IReadOnlyList<PlanChange> Changes)
{
    private const int MostMemory = 1024;
    private const int MostClusters = 4096;

    /// <param name="relaxed">The same question without one of the limits that its asker set, by the limit's name.</param>
    public static WhyNothingFits Of(PlanQuestion question, IReadOnlyList<(string Name, PlanLimits Limits)> relaxed, CancellationToken stop)
    {
        var changes = new List<PlanChange>();
        foreach (var (name, limits) in relaxed)
        {
            Add($"leave {name} out", question with { Limits = limits });
        }

        if (LeastMemory(question, stop) is not { } memory)
        {
            return new WhyNothingFits(NothingLegal, null, changes);
        }

        var leanest = FindLeanest(question, memory, stop);
        var system = question.Cluster.System;
        if (LeastClusters(question, stop) is { } chips)
        {
            Add(string.Create(CultureInfo.InvariantCulture, $"use {chips:#,0} chips ({chips / (double)system.Chips:#,0.#} x {system.Name})"), question with { Cluster = new Cluster(system, chips), Limits = question.Limits with { Chips = DegreeRange.Any } });
        }

        for (var sequence = question.Workload.SequenceLength / 2; sequence >= 128; sequence /= 2)
        {
            var shorter = question with { Workload = question.Workload with { SequenceLength = sequence } };
            if (new TrainingSearch(shorter).AnyFits(stop))
            {
                Add(string.Create(CultureInfo.InvariantCulture, $"shorten sequences to {sequence:#,0} tokens"), shorter);
                break;
            }
        }

        var capacity = question.Cluster.Chip.Memory;
        var needed = new Quantities.Bytes(capacity.Value * memory);
        Add($"use chips with {needed} of memory instead of {capacity}", question with { Limits = question.Limits with { Memory = memory } });
        return new WhyNothingFits(TooLarge(question, leanest), leanest, changes);

        void Add(string what, PlanQuestion changed)
        {
            var plan = TrainingPlanner.Best(changed with { Keep = 1 }, stop);
            if (plan.Best is not null)
            {
                changes.Add(new PlanChange(what, plan));
            }
        }
    }

    /// <summary>What removed the last candidates, without what would let one in: a few searches instead of many.</summary>
    public static string Reason(PlanQuestion question, CancellationToken stop) =>
        LeastMemory(question, stop) is { } memory ? TooLarge(question, FindLeanest(question, memory, stop)) : NothingLegal;

    private const string NothingLegal = "no strategy is legal: degrees must divide heads, experts, sequence and batch, and multiply to no more than the chips";

    private static TrainingEstimate? FindLeanest(PlanQuestion question, double memory, CancellationToken stop) =>
        TrainingPlanner.Best(question with { Keep = 1, Limits = question.Limits with { Memory = memory } }, stop).Best;

    private static string TooLarge(PlanQuestion question, TrainingEstimate? leanest) => leanest is null
        ? "memory: stopped before the leanest strategy was found"
        : $"memory: the leanest strategy needs {leanest.Memory.Total} a chip and there is {question.Cluster.Chip.Memory}{Sum(leanest.Memory)}";

    private static string Sum(TrainingMemory memory) =>
        $" (weights {memory.Weights}, gradients {memory.Gradients}, optimizer state {memory.OptimizerState}, activations {memory.Activations}, "
            + $"head and loss {memory.Head}, buffers {memory.Communication}, reserve {memory.Reserve})";

    /// <summary>The least share of a chip's memory with which something fits, to a hundredth; null where nothing ever does.</summary>
    private static double? LeastMemory(PlanQuestion question, CancellationToken stop)
    {
        bool Fits(double memory) => new TrainingSearch(question with { Limits = question.Limits with { Memory = memory } }).AnyFits(stop);
        double low = 1, high = 2;
        while (!Fits(high))
        {
            (low, high) = (high, high * 2);
            if (high > MostMemory || stop.IsCancellationRequested)
            {
                return null;
            }
        }

        while (high / low > 1.01)
        {
            var middle = Math.Sqrt(low * high);
            (low, high) = Fits(middle) ? (low, middle) : (middle, high);
        }

        return high;
    }

    /// <summary>The fewest whole systems' chips with which something fits; null where no number up to a few thousand clusters does.</summary>
    private static int? LeastClusters(PlanQuestion question, CancellationToken stop)
    {
        var each = question.Cluster.System.Chips;
        bool Fits(long systems) => new TrainingSearch(question with
        {
            Cluster = new Cluster(question.Cluster.System, (int)(systems * each)), Limits = question.Limits with { Chips = DegreeRange.Any },
        }).AnyFits(stop);
        var low = Math.Max(0, question.Cluster.Chips / each);
        long high = Math.Max(1, low);
        do
        {
            high *= 2;
            if (high > MostClusters * (long)Math.Max(1, low) || high * each > int.MaxValue / 2 || stop.IsCancellationRequested)
            {
                return null;
            }
        }
        while (!Fits(high));
        long least = Math.Max(low, high / 2);
        while (high - least > 1)
        {
            var middle = (least + high) / 2;
            (least, high) = Fits(middle) ? (least, middle) : (middle, high);
        }

        return (int)(high * each);
    }
}
