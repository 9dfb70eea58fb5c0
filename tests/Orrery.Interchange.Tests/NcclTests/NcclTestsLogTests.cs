using Orrery.Domain.Diagnostics;
using Orrery.Interchange.NcclTests;
using Xunit;

namespace Orrery.Interchange.Tests.NcclTests;

public sealed class NcclTestsLogTests
{
    private const string Columns = """
        #                                                              out-of-place                       in-place          
        #       size         count      type   redop    root     time   algbw   busbw #wrong     time   algbw   busbw #wrong
        #        (B)    (elements)                               (us)  (GB/s)  (GB/s)            (us)  (GB/s)  (GB/s)       

        """;

    private static readonly string Head = "# nThread 1 nGpus 1 minBytes 8 maxBytes 16777216 step: 2(factor) warmup iters: 5 iters: 20 agg iters: 1 validation: 1 graph: 0\n#\n# Using devices\n"
        + Devices("node-a", 0) + Devices("node-b", 2) + "#\n" + Columns;

    [Fact]
    public void ATable_GivesBytesAndBothTimes_WithItsRanksAndHosts()
    {
        var run = Assert.Single(Read(Head + "     1048576        262144     float     sum      -1    40.12   26.14   49.00      0    39.88   26.29   49.30      0\n", "all_reduce.log"));
        Assert.Equal(("all_reduce_perf", 4, 2), (run.Program, run.Ranks, run.Hosts));
        Assert.Equal(["NVIDIA H100 80GB HBM3"], run.Devices);
        var timing = Assert.Single(run.Timings);
        Assert.Equal(1048576, timing.Bytes);
        Assert.Equal(40.12e-6, timing.OutOfPlaceS!.Value, 1e-12);
        Assert.Equal(39.88e-6, timing.InPlaceS!.Value, 1e-12);
        Assert.Equal(12, timing.Line);
    }

    [Fact]
    public void SeveralRuns_OfOneFile_EachHaveTheirRanksAndTheirTest()
    {
        var row = "     1048576        262144     float     sum      -1    40.12   26.14   49.00      0    39.88   26.29   49.30      0\n";
        var runs = Read(
            "# Collective test starting: all_reduce_perf\n" + Head + row + "# Out of bounds values : 0 OK\n# Avg bus bandwidth    : 49.1\n#\n# Collective test concluded: all_reduce_perf\n"
            + "mpirun -np 2 ./build/all_gather_perf -b 8 -e 16M -f 2\n# Using devices\n" + Devices("node-a", 0) + Columns.Replace("sum", "none", StringComparison.Ordinal) + row);
        Assert.Equal([("all_reduce_perf", 4), ("all_gather_perf", 2)], runs.Select(run => (run.Program, run.Ranks)));
    }

    [Fact]
    public void AnAllToAllOfAnOlderVersion_HasNeitherOperationNorRoot()
    {
        var run = Assert.Single(Read(
            "# Using devices\n#   Rank  0 Pid 1821213 on box device  0 [0x00] NVIDIA A100-SXM4-40GB\n#   Rank  1 Pid 1821214 on box device  1 [0x00] NVIDIA A100-SXM4-40GB\n"
            + "#       size         count      type   redop     time   algbw   busbw  error     time   algbw   busbw  error\n"
            + "   268435456       1048576     float           520935    0.52    0.51  0e+00   519562    0.52    0.51  1e+00\n", "alltoall.txt"));
        var timing = Assert.Single(run.Timings);
        Assert.Equal("alltoall_perf", run.Program);
        Assert.Equal(0.520935, timing.OutOfPlaceS!.Value, 1e-9);
        Assert.Null(timing.InPlaceS); // the check says that this one is wrong
        Assert.True(timing.Wrong);
    }

    [Theory]
    [InlineData("[1,0]<stdout>:")]
    [InlineData(" 0: ")]
    public void ALaunchersTag_BeforeEachLine_IsNoMatter(string tag)
    {
        var text = Head + "        1024           256     float     sum      -1     9.12    0.11    0.17      0     9.01    0.11    0.17    N/A\n";
        var tagged = string.Join('\n', text.Split('\n').Select(line => line.Length > 0 ? tag + line : line));
        var run = Assert.Single(Read(tagged));
        Assert.Equal(4, run.Ranks);
        Assert.Equal(9.01e-6, run.Timings[0].InPlaceS!.Value, 1e-12);
    }

    [Fact]
    public void LinesOfOtherPrograms_AreLeftAlone_AndMessagesOfNothing()
    {
        var run = Assert.Single(Read(Head
            + "node-a:895544:895544 [0] NCCL INFO Using network IB\n"
            + "           0             0     float     sum      -1     0.20    0.00    0.00      0     0.15    0.00    0.00      0\n"
            + "        1024           256     float     sum      -1     9.12    0.11    0.17      0     9.01    0.11    0.17      0\n12 jobs done\n"));
        Assert.Equal(1024, Assert.Single(run.Timings).Bytes);
    }

    [Fact]
    public void RowsCutOff_AreErrorsAtTheirLines_AllAtOnce()
    {
        var found = new DiagnosticList();
        NcclTestsLog.Read(new StringReader(Head
            + "        1024           256     float     sum      -1     9.12    0.11\n"
            + "        2048           512     float     sum      -1     9.12    0.11    0.17      0     x.01    0.11    0.17      0\n"
            + "        4096          1024     float     sum      -1     9.12    0.11    0.17      0     9.01    0.11    0.17      0\n"), "cut.log", found);
        Assert.Equal([12, 13], found.Select(finding => finding.Line));
        Assert.All(found, finding => Assert.Equal("cut.log", finding.File));
        Assert.Contains("7 cells", found[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "no table")]
    [InlineData("size,count\n1,2\n", "no table")]
    [InlineData("     1048576        262144     float     sum      -1    40.12   26.14   49.00      0    39.88   26.29   49.30      0\n", "how many ranks met is not known")]
    [InlineData("# Rank 999999999 Group 0 Pid 1 on h device 0 [0] X\n", "beyond")]
    public void WhatIsNoLog_SaysSo(string text, string said)
    {
        var found = new DiagnosticList();
        Assert.Empty(NcclTestsLog.Read(new StringReader(text), "x.log", found));
        Assert.Contains(found, finding => finding.Message.Contains(said, StringComparison.Ordinal));
    }

    /// <summary>Whatever is cut out of, doubled in or overwritten in a log, reading it ends without an exception.</summary>
    [Fact]
    public void AMangledLog_NeverThrows()
    {
        var text = Head + string.Concat(Enumerable.Range(3, 20).Select(i =>
            FormattableString.Invariant($"{1L << i,12}  {1L << (i - 2),12}     float     sum      -1  {9 + (i * 0.1),7:F2}    0.11    0.17      0  {9 + (i * 0.1),7:F2}    0.11    0.17      0\n")));
        var random = new Random(7);
        const string Letters = "#0123456789 \t\n.eE+-xNA/[]<>:\0\uFFFD";
        for (var round = 0; round < 3000; round++)
        {
            var mangled = new System.Text.StringBuilder(text);
            for (var change = random.Next(1, 20); change > 0; change--)
            {
                var at = random.Next(mangled.Length);
                switch (random.Next(3))
                {
                    case 0:
                        mangled.Remove(at, Math.Min(random.Next(1, 40), mangled.Length - at));
                        break;
                    case 1:
                        mangled.Insert(at, Letters[random.Next(Letters.Length)]);
                        break;
                    default:
                        mangled[at] = Letters[random.Next(Letters.Length)];
                        break;
                }
            }

            var found = new DiagnosticList();
            foreach (var timing in NcclTestsLog.Read(new StringReader(mangled.ToString()), "m.log", found).SelectMany(run => run.Timings))
            {
                Assert.True(timing.Bytes > 0 && timing.OutOfPlaceS is null or > 0 && timing.InPlaceS is null or > 0);
            }
        }
    }

    private static string Devices(string host, int first) =>
        FormattableString.Invariant($"#  Rank {first,2} Group  0 Pid  895544 on {host,10} device  0 [0002:00:01] NVIDIA H100 80GB HBM3\n#  Rank {first + 1,2} Group  0 Pid  895545 on {host,10} device  1 [0002:00:02] NVIDIA H100 80GB HBM3\n");

    private static IReadOnlyList<CollectiveRun> Read(string text, string name = "test.log")
    {
        var found = new DiagnosticList();
        var runs = NcclTestsLog.Read(new StringReader(text), name, found);
        Assert.Empty(found);
        return runs;
    }
}
