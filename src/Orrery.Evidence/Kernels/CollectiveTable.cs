using Orrery.Analysis.Collectives;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Quantities;

namespace Orrery.Evidence.Kernels;

/// <summary>Collectives among the first few chips of a scale-up domain, by NCCL (oneCCL) or by a serving engine's own kernel.</summary>
internal sealed class CollectiveTable : KernelTable
{
    private (Chip? Chip, AiSystem? System) _last;

    public override IReadOnlyList<string> Columns { get; } = ["impl", "op", "num_gpus", "message_bytes", "latency_us"];

    public override string Format(KernelCells row) => $"{row.Text("op")}_{(row.Text("impl").StartsWith("custom", StringComparison.Ordinal) ? "custom" : "library")}";

    public override string Section => "";

    public override string Key(KernelProfile kernels, KernelCells row, string measured) => "";

    public override string Shape(KernelCells row) => row.Text("message_bytes");

    public override KernelPrediction Predict(KernelBench bench, KernelCells row, string measured)
    {
        var (ranks, bytes) = ((int)row.Number("num_gpus"), row.Number("message_bytes"));
        if (ranks < 2)
        {
            return KernelPrediction.Skip("num_gpus is below two: nothing to exchange");
        }

        if (SystemOf(bench) is not { } system)
        {
            return KernelPrediction.Skip(bench.Kernels.ScaleUpReach is null
                ? $"the kernel profile '{bench.Kernels.Id}' has no scale_up_reach"
                : $"the chip '{bench.Chip.Id}' has no scale-up bandwidth");
        }

        var group = new RankGroup(ranks);
        var custom = row.Text("impl").StartsWith("custom", StringComparison.Ordinal);
        CollectiveCost? cost = (row.Text("op"), custom) switch
        {
            // An engine's own kernel switches to the library's in-network path for large messages where the switches add up.
            ("all_reduce", true) => system.Tiers[0].InNetworkReduction
                ? Collectives.CustomAllReduce(bytes, group, system)
                : Collectives.OneShotAllReduce(bytes, group, system),
            ("all_reduce", false) => Collectives.AllReduce(bytes, group, system),
            ("all_gather", false) => Collectives.AllGather(bytes, group, system),
            ("reduce_scatter", false) => Collectives.ReduceScatter(bytes, group, system),
            ("alltoall" or "all_to_all", false) => Collectives.AllToAll(bytes, group, system),
            _ => null,
        };
        return cost switch
        {
            null => KernelPrediction.Skip($"op '{row.Text("op")}' by '{row.Text("impl")}' is not modelled"),
            { Algorithm: CollectiveAlgorithm.None } => KernelPrediction.Skip($"the kernel profile '{bench.Kernels.Id}' has no one_shot reach"),
            var found => KernelPrediction.Of(found.Value.Seconds),
        };
    }

    /// <summary>The scale-up domain alone: a chip's links behind one switch, with what its profile reaches.</summary>
    private AiSystem? SystemOf(KernelBench bench)
    {
        if (!ReferenceEquals(_last.Chip, bench.Chip))
        {
            _last = (bench.Chip, Build(bench));
        }

        return _last.System;
    }

    private static AiSystem? Build(KernelBench bench) => bench.Kernels.ScaleUpReach is { } reach ? Domain(bench.Chip, reach) : null;

    /// <summary>A chip's links behind one switch, with a given reach; null where the chip states no scale-up bandwidth.</summary>
    public static AiSystem? Domain(Chip chip, CollectiveReach reach)
    {
        if (chip.ScaleUpBandwidth is not { } bandwidth)
        {
            return null;
        }

        var tier = new FabricTier
        {
            Name = "scale-up",
            Topology = Topology.Switched,
            Ranks = null,
            Bandwidth = bandwidth,
            Latency = new Sourced<Seconds>(default, bandwidth.Source, bandwidth.Confidence),
            Oversubscription = new Sourced<Scalar>(new Scalar(1), bandwidth.Source, bandwidth.Confidence),
            InNetworkReduction = reach.InNetwork is not null,
            Reach = reach,
        };
        return new AiSystem
        {
            Id = chip.Id,
            Name = chip.Name,
            Chip = chip,
            Chips = 1,
            ScaleUpDomain = 1,
            Tiers = [tier],
        };
    }
}
