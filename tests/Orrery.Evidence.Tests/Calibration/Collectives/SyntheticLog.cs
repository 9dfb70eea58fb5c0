using System.Globalization;
using System.Text;
using Orrery.Domain.Hardware;
using Orrery.Evidence.Calibration.Collectives;
using Orrery.Analysis.Collectives;

namespace Orrery.Evidence.Tests.Calibration.Collectives;

/// <summary>Writes what NCCL's tests would print on a system, from its closed form and seeded noise.</summary>
internal static class SyntheticLog
{
    /// <summary>One run of a test from 1 KiB to 4 GiB.</summary>
    /// <param name="noise">Relative standard deviation of each time.</param>
    public static string Of(AiSystem system, TimedOperation operation, RankGroup group, int ranksPerHost, double noise, int seed)
    {
        var (program, redop) = operation switch
        {
            TimedOperation.AllReduce => ("all_reduce_perf", "sum"),
            TimedOperation.AllGather => ("all_gather_perf", "none"),
            TimedOperation.ReduceScatter => ("reduce_scatter_perf", "sum"),
            TimedOperation.AllToAll => ("alltoall_perf", "none"),
            _ => ("sendrecv_perf", "none"),
        };
        var random = new Random(seed);
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Line($"# Collective test starting: {program}");
        Line($"# nThread 1 nGpus 1 minBytes 1024 maxBytes 4294967296 step: 2(factor) warmup iters: 5 iters: 20 agg iters: 1 validation: 1 graph: 0");
        Line($"#");
        Line($"# Using devices");
        for (var rank = 0; rank < group.Size; rank++)
        {
            Line($"#  Rank {rank,2} Group  0 Pid {1000 + rank,6} on {"node-" + (rank / ranksPerHost),10} device {rank % ranksPerHost,2} [0000:{16 + (rank % ranksPerHost):x2}:00] NVIDIA H100 80GB HBM3");
        }

        Line($"#");
        Line($"#                                                              out-of-place                       in-place          ");
        Line($"#       size         count      type   redop    root     time   algbw   busbw #wrong     time   algbw   busbw #wrong");
        Line($"#        (B)    (elements)                               (us)  (GB/s)  (GB/s)            (us)  (GB/s)  (GB/s)       ");
        for (var bytes = 1024L; bytes <= 4L << 30; bytes *= 2)
        {
            string Place()
            {
                var time = new ReachRow(operation, group, group.Size, bytes, 1).Predicted(system) * Math.Exp(noise * Normal(random)) * 1e6;
                var bandwidth = bytes / time / 1e3;
                return string.Create(CultureInfo.InvariantCulture, $"  {Short(time, 7),7}  {Short(bandwidth, 6),6}  {Short(bandwidth, 6),6}      0");
            }

            Line($"{bytes,12}  {bytes / 4,12}  {"float",8}  {redop,6}  {-1,6}{Place()}{Place()}");
        }

        Line($"# Out of bounds values : 0 OK");
        Line($"# Avg bus bandwidth    : 100.0");
        Line($"#");
        Line($"# Collective test concluded: {program}");
        return text.ToString();
    }

    /// <summary>As many decimals as the width has room for, at most two.</summary>
    private static string Short(double value, int width)
    {
        var digits = (int)Math.Max(0, Math.Floor(Math.Log10(Math.Max(value, 1e-9))) + 1);
        return value.ToString("F" + Math.Clamp(width - digits - 2, 0, 2), CultureInfo.InvariantCulture);
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
