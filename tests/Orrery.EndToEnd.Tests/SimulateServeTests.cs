using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Orrery.EndToEnd.Tests;

/// <summary><c>simulate serve</c> as a user meets it: loads, traces, the file of requests, exit codes.</summary>
public sealed class SimulateServeTests
{
    private const string Chips = "simulate serve llama-3.1-8b@dgx-h100:4";
    private const string Small = Chips + " --isl 900-1100 --osl 100-150 --requests 400";

    public static TheoryData<string> Loads() => new(
        $"{Small} --rate 40 --ttft 200ms --tpot 15ms",
        $"{Small} --rate 40 --burstiness 3 --seed 9 --routing round-robin",
        $"{Small} --concurrency 64 --tp 2 --warm-up 100",
        $"{Small} --at-once --draft-tokens 2 --acceptance 0.7 --prefix-hits 0.3",
        $"{Small} --rate 20 --prefill-chips 2 --prefill-tp 2",
        $"{Chips} --trace docs/examples/requests.csv --speed 4",
        $"{Chips} --trace docs/examples/requests.jsonl --tp 4 --requests 150");

    [Theory]
    [MemberData(nameof(Loads))]
    public void The_command_under_Again_plays_the_same_and_every_request_is_accounted_for(string question)
    {
        var first = Json(question);
        var second = Json(first.GetProperty("inputs").GetProperty("command").GetString()!["orrery ".Length..]);
        var result = first.GetProperty("result");
        Assert.Equal(result.GetRawText(), second.GetProperty("result").GetRawText());

        Assert.True(result.GetProperty("is_whole").GetBoolean());
        Assert.Equal(result.GetProperty("arrived").GetInt64(), result.GetProperty("finished").GetInt64());
        Assert.Equal(first.GetProperty("inputs").GetProperty("requests").GetInt64(), result.GetProperty("arrived").GetInt64());
        Assert.InRange(result.GetProperty("pool").GetProperty("spans").GetArrayLength(), 2, 200);
        foreach (var name in new[] { "ttft", "tpot", "latency" })
        {
            var latency = result.GetProperty(name);
            double[] values = [.. new[] { "least_s", "p50_s", "p90_s", "p99_s", "most_s" }.Select(key => latency.GetProperty(key).GetDouble())];
            Assert.Equal(values.Order(), values);
        }
    }

    [Fact]
    public void Another_number_of_processors_gives_the_same_bytes()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            string[] words = [.. $"{Small} --rate 60 --burstiness 2 --json --requests-csv {path}".Split(' ')];
            var many = Orrery.Ask(words);
            var rows = File.ReadAllText(path);
            var one = Orrery.Ask(words, new Dictionary<string, string> { ["DOTNET_PROCESSOR_COUNT"] = "1" });
            Assert.Equal(many, one);
            Assert.Equal(rows, File.ReadAllText(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void The_file_of_requests_holds_each_of_them_and_says_what_the_answer_says()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            File.WriteAllText(path, "what was there before");
            var result = Json($"{Small} --rate 40 --requests-csv {path}").GetProperty("result");
            Assert.False(File.Exists(path + ".partial"));
            var rows = File.ReadAllLines(path)[1..].Select(line => line.Split(',')).ToList();
            double Number(string[] row, int column) => double.Parse(row[column], CultureInfo.InvariantCulture);
            Assert.Equal(Enumerable.Range(0, 400).Select(id => (double)id), rows.Select(row => Number(row, 0)).Order());
            Assert.All(rows, row => Assert.Equal("finished", row[1]));
            Assert.Equal(result.GetProperty("output_tokens").GetDouble(), rows.Sum(row => Number(row, 5)));
            Assert.Equal(result.GetProperty("ttft").GetProperty("mean_s").GetDouble(), rows.Average(row => Number(row, 8)), 1e-9);
            var exact = rows.Select(row => Number(row, 8)).Order().ElementAt((int)Math.Ceiling(0.99 * rows.Count) - 1);
            Assert.InRange(result.GetProperty("ttft").GetProperty("p99_s").GetDouble() / exact, 0.999, 1.001);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData($"{Chips} --isl 900-1100 --osl 100-150 --requests 20000 --rate 5000", "the line grows as long as they come")]
    [InlineData("simulate serve llama-3.1-405b@dgx-h100:8 --tp 8 --isl 9 --osl 9 --weights bf16 --rate 1 --requests 10", "No: weights, activations and reserve need")]
    public void What_cannot_be_served_is_a_no(string question, string says)
    {
        var run = Orrery.Ask(question.Split(' '));
        Assert.True(run.Code == 1, run.Error);
        Assert.Contains(says, run.Output.Split('\n')[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Requests_longer_than_the_context_are_refused_and_counted()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            File.WriteAllText(path, "TIMESTAMP,ContextTokens,GeneratedTokens\n2026-01-05 09:00:00,500,20\n2026-01-05 09:00:01,200000,20\n2026-01-05 09:00:02,500,20\n");
            var run = Orrery.Ask([.. Chips.Split(' '), "--trace", path]);
            Assert.Equal(0, run.Code);
            Assert.Contains("Refused: 1 (1 longer than the model's context, 0 larger than an empty cache).", run.Output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void All_that_is_wrong_with_a_trace_and_beside_it_is_said_at_once()
    {
        var run = Orrery.Ask([.. $"{Chips} --trace tests/Orrery.EndToEnd.Tests/Bad/trace.csv --isl 5 --burstiness 2 --requests-csv docs".Split(' ')]);
        Assert.Equal(2, run.Code);
        Assert.Equal("", run.Output);
        string[] parts = ["trace.csv:3:29: error ORR0103", "trace.csv:4:33: error ORR0103", "trace.csv:5:1: error ORR0110", "--isl or --osl", "--burstiness is given without --rate", "'docs', which is a folder"];
        Assert.All(parts, part => Assert.Contains(part, run.Error, StringComparison.Ordinal));
    }

    private static JsonElement Json(string command)
    {
        var run = Orrery.Ask([.. command.Split(' '), "--json"]);
        Assert.True(run.Code == 0, $"'{command}' left with {run.Code}: {run.Error}");
        return JsonDocument.Parse(run.Output).RootElement;
    }
}
