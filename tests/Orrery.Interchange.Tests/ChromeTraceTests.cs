using System.Text.Json;
using Orrery.Interchange.Traces;
using Xunit;

namespace Orrery.Interchange.Tests;

public sealed class ChromeTraceTests
{
    private static readonly TraceSlice[] Slices =
    [
        new("b", "c", 0, 1, 2500, 500, []),
        new("inner", "c", 0, 0, 1000, 500, [("micro_batch", 3)]),
        new("outer \"x\"", "c", 0, 0, 1000, 1500, []),
    ];

    [Fact]
    public void Every_slice_and_every_name_is_there_in_microseconds_and_outer_ones_come_first()
    {
        using var output = new MemoryStream();
        ChromeTrace.Write(output, ["stage 0"], ["compute", "exchange"], Slices);
        using var json = JsonDocument.Parse(output.ToArray());
        var events = json.RootElement.GetProperty("traceEvents").EnumerateArray().ToList();
        Assert.Equal(["process_name", "thread_name", "thread_name", "outer \"x\"", "inner", "b"], events.Select(one => one.GetProperty("name").GetString()));
        var inner = events[4];
        Assert.Equal((1.0, 0.5), (inner.GetProperty("ts").GetDouble(), inner.GetProperty("dur").GetDouble()));
        Assert.Equal(3, inner.GetProperty("args").GetProperty("micro_batch").GetInt64());
    }

    [Fact]
    public void A_file_is_written_whole_or_not_at_all()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var path = Path.Combine(folder, "trace.json");
            File.WriteAllText(path, "before");
            IEnumerable<TraceSlice> Failing()
            {
                yield return Slices[0];
                throw new InvalidOperationException("on the way");
            }

            Assert.Throws<InvalidOperationException>(() => ChromeTrace.Write(path, [], [], Failing()));
            Assert.Equal("before", File.ReadAllText(path));
            ChromeTrace.Write(path, [], [], Slices);
            Assert.StartsWith("{", File.ReadAllText(path), StringComparison.Ordinal);
            Assert.Equal([path], Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
