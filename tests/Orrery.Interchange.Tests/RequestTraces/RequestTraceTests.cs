using System.Text;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Workloads;
using Orrery.Interchange.RequestTraces;
using Xunit;

namespace Orrery.Interchange.Tests.RequestTraces;

public sealed class RequestTraceTests : IDisposable
{
    private const string Azure = "TIMESTAMP,ContextTokens,GeneratedTokens\n";

    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Rows_of_azures_traces_are_read_to_a_ten_millionth_of_a_second()
    {
        var trace = Read(Azure + "2023-11-16 18:15:46.6805900,374,44\r\n2023-11-16 18:15:50.9951690,396,109\r\n\n2023-11-16 18:16:47.0000000,1,1", out var wrong);
        Assert.Empty(wrong);
        TraceRequest[] expected = [new(0, 374, 44), new(4.3145790, 396, 109), new(60.3194100, 1, 1)];
        Assert.Equal(expected, trace!.Rows());
        Assert.Equal((3, 60.31941, 257.0, false), (trace.Requests, trace.Seconds, Math.Round(trace.MeanInput, 9), trace.NamesBlocks));
        Assert.Equal(expected, trace.Rows()); // read anew each time
    }

    [Fact]
    public void Columns_may_stand_in_any_order_with_others_between_and_times_may_have_offsets()
    {
        var trace = Read("\uFEFFuser,GeneratedTokens,\"ContextTokens\",timestamp\nx,5,7,2024-05-10 00:00:00.009930+00:00\ny,\"6\",8,2024-05-10 01:00:01.009930+01:00\n", out var wrong);
        Assert.Empty(wrong);
        Assert.Equal([new(0, 7, 5), new(1, 8, 6)], trace!.Rows());
    }

    [Fact]
    public void Rows_of_mooncakes_traces_name_their_blocks()
    {
        var trace = Read("""
            {"timestamp": 27482, "input_length": 6955, "output_length": 52, "hash_ids": [46, 47, 2353], "more": {"a": [1]}}
            {"input_length": 600, "timestamp": 30535.5, "output_length": 1}
            """, out var wrong);
        Assert.Empty(wrong);
        var rows = trace!.Rows().ToList();
        Assert.Equal([46, 47, 2353], rows[0].Blocks!);
        Assert.Equal(3.0535, rows[1].At, 1e-9);
        Assert.Null(rows[1].Blocks);
        Assert.True(trace.NamesBlocks);
    }

    [Theory]
    [InlineData("", 0, "holds no request")]
    [InlineData("\n \n", 0, "holds no request")]
    [InlineData(Azure, 0, "holds no request")]
    [InlineData("time,in,out\n1,2,3\n", 1, "no column 'TIMESTAMP'")]
    [InlineData(Azure + "2023-11-16 18:15:46.68,374\n", 2, "2 cells, expected 3")]
    [InlineData(Azure + "yesterday,374,4\n", 2, "TIMESTAMP is 'yesterday'")]
    [InlineData(Azure + "2023-99-16 18:15:46.68,374,4\n", 2, "expected date and time")]
    [InlineData(Azure + "2023-11-16 18:15:46.68,-3,4\n", 2, "ContextTokens is '-3'")]
    [InlineData(Azure + "2023-11-16 18:15:46.68,3,0\n", 2, "GeneratedTokens is '0'")]
    [InlineData(Azure + "2023-11-16 18:15:46.68,3,99999999999999999999\n", 2, "expected a whole number")]
    [InlineData(Azure + "2023-11-16 18:15:46.68,3,1e3\n", 2, "GeneratedTokens is '1e3'")]
    [InlineData(Azure + "2023-11-16 18:15:46.68,3,4\n2023-11-16 18:15:45.68,3,4\n", 3, "before the one above")]
    [InlineData("{\"timestamp\": 0, \"input_length\": 5}\n", 1, "no 'output_length'")]
    [InlineData("{\"timestamp\": -1, \"input_length\": 5, \"output_length\": 1}\n", 1, "timestamp is '-1'")]
    [InlineData("{\"timestamp\": 0, \"input_length\": \"5\", \"output_length\": 1}\n", 1, "input_length is")]
    [InlineData("{\"timestamp\": 0, \"input_length\": 5.5, \"output_length\": 1}\n", 1, "input_length is '5.5'")]
    [InlineData("{\"timestamp\": 0, \"input_length\": 5, \"output_length\": 1, \"hash_ids\": [1, [2]]}\n", 1, "hash_ids holds")]
    [InlineData("{\"timestamp\": 0, \"input_length\": 5, \"output_length\": 1, \"hash_ids\": [1, 2]}\n", 1, "more than a prompt of 5 tokens has")]
    [InlineData("{\"timestamp\": 0, \"input_length\": 5, \"output_length\": 1\n", 1, "not valid JSON")]
    [InlineData("{\"timestamp\": 0, \"input_length\": 5, \"output_length\": 1} x\n", 1, "not valid JSON")]
    [InlineData("{\"\\ud800\": 0}\n", 1, "no 'timestamp'")]
    [InlineData("[1, 2]\n", 1, "expected an object")]
    public void What_is_wrong_is_said_with_its_place(string text, int line, string says)
    {
        Assert.Null(Read(text, out var wrong));
        var found = wrong.First();
        Assert.Contains(says, found.Message, StringComparison.Ordinal);
        Assert.Equal(_path, found.File);
        Assert.Equal(line, found.Line);
    }

    [Fact]
    public void A_file_of_another_kind_is_told_of_twenty_times_at_most_and_all_of_a_row_at_once()
    {
        Read(Azure + string.Concat(Enumerable.Repeat("a,b,c\n", 1000)), out var wrong);
        Assert.Equal(20, wrong.Count);
        Assert.Equal(3, wrong.Count(one => one.Line == 2));
    }

    [Fact]
    public void Endless_lines_deep_nests_and_absent_files_are_findings_too()
    {
        Assert.Null(Read(Azure + new string('7', 3_000_000), out var longLine));
        Assert.Contains("longer than", longLine.First().Message, StringComparison.Ordinal);
        Assert.Null(Read("{\"a\": " + new string('[', 100_000) + "\n", out var deep));
        Assert.Contains("not valid JSON", deep.First().Message, StringComparison.Ordinal);
        var absent = new DiagnosticList();
        Assert.Null(RequestTrace.Inspect(_path + ".not-there", absent));
        Assert.Contains("cannot be read", Assert.Single(absent).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_of_any_kind_are_a_trace_or_a_finding_and_never_a_fault()
    {
        var random = new Random(1);
        string[] seeds = [Azure + "2023-11-16 18:15:46.68,374,44\n2023-11-16 18:15:47.68,374,44\n", "{\"timestamp\": 0, \"input_length\": 5, \"output_length\": 1, \"hash_ids\": [1]}\n"];
        for (var i = 0; i < 2000; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(seeds[i % 2]);
            for (var hits = random.Next(1, 6); hits > 0; hits--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(_path, bytes);
            var wrong = new DiagnosticList();
            var trace = RequestTrace.Inspect(_path, wrong);
            Assert.Equal(trace is null, wrong.HasErrors);
            Assert.All(trace?.Rows() ?? [], row => Assert.True(row is { At: >= 0, Input: >= 1, Output: >= 1 }));
        }
    }

    [Fact]
    public void What_stands_behind_the_requests_wanted_is_not_looked_at()
    {
        File.WriteAllText(_path, Azure + "2023-11-16 18:15:46.68,374,44\nrubbish\n");
        var wrong = new DiagnosticList();
        Assert.Equal(1, RequestTrace.Inspect(_path, wrong, most: 1)!.Requests);
        Assert.Empty(wrong);
    }

    private RequestTrace? Read(string text, out DiagnosticList wrong)
    {
        File.WriteAllText(_path, text);
        wrong = [];
        return RequestTrace.Inspect(_path, wrong);
    }
}
