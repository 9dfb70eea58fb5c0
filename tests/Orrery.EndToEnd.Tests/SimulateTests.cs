using System.Text.Json;
using Xunit;

namespace Orrery.EndToEnd.Tests;

/// <summary><c>simulate train</c> as a user meets it: parts, seeds, traces, exit codes.</summary>
public sealed class SimulateTests
{
    private const string Small = "simulate train llama-3.1-8b@dgx-h100:16 --tp 2 --pp 4 --vp 2 --gbs 32 --seq 4096 --sequence-parallel --iterations 3";

    [Fact]
    public void Parts_sum_to_both_steps_and_stages_are_busy_for_part_of_one()
    {
        using var json = JsonDocument.Parse(Ask(Small + " --json").Output);
        var result = json.RootElement.GetProperty("result");
        double Sum(string key) => result.GetProperty("parts").EnumerateArray().Sum(part => part.GetProperty(key).GetDouble());
        var played = result.GetProperty("iteration_s").GetDouble();
        Assert.Equal(played, Sum("timeline_s"), 1e-6 * played);
        var closed = result.GetProperty("closed_form_iteration_s").GetDouble();
        Assert.Equal(closed, Sum("closed_form_s"), 1e-9 * closed);
        Assert.Equal(3, result.GetProperty("iterations_s").GetArrayLength());
        Assert.All(result.GetProperty("stages").EnumerateArray(), stage => Assert.InRange(stage.GetProperty("utilisation").GetDouble(), 0.1, 1));
    }

    [Fact]
    public void The_command_shown_asks_the_same_again()
    {
        using var json = JsonDocument.Parse(Ask(Small + " --seed 5 --json").Output);
        var command = json.RootElement.GetProperty("inputs").GetProperty("command").GetString()!;
        using var again = JsonDocument.Parse(Ask(command["./orrery ".Length..] + " --json").Output);
        Assert.Equal(json.RootElement.GetProperty("result").ToString(), again.RootElement.GetProperty("result").ToString());
        using var other = JsonDocument.Parse(Ask(Small + " --seed 6 --json").Output);
        Assert.NotEqual(json.RootElement.GetProperty("result").ToString(), other.RootElement.GetProperty("result").ToString());
    }

    [Fact]
    public void A_trace_holds_every_stage_and_its_slices_nest()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            Assert.Equal(0, Ask($"{Small} --trace {path}").Code);
            using var json = JsonDocument.Parse(File.ReadAllText(path));
            var slices = json.RootElement.GetProperty("traceEvents").EnumerateArray().Where(one => one.GetProperty("ph").GetString() == "X").ToList();
            Assert.Equal([0, 1, 2, 3], slices.Select(one => one.GetProperty("pid").GetInt32()).Distinct().Order());
            foreach (var track in slices.GroupBy(one => (one.GetProperty("pid").GetInt32(), one.GetProperty("tid").GetInt32())))
            {
                var end = 0.0;
                foreach (var slice in track)
                {
                    Assert.True(slice.GetProperty("ts").GetDouble() >= end - 1e-6);
                    end = slice.GetProperty("ts").GetDouble() + slice.GetProperty("dur").GetDouble();
                }
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_run_that_does_not_fit_is_played_and_answered_with_no()
    {
        var run = Ask("simulate train llama-3.1-405b@dgx-h100:8 --tp 8 --gbs 8 --iterations 0");
        Assert.Equal(1, run.Code);
        Assert.Contains("It does not fit", run.Output, StringComparison.Ordinal);
        Assert.Contains("No steps with uneven ranks were asked for", run.Output, StringComparison.Ordinal);
    }

    private static Run Ask(string command) => Orrery.Ask(command.Split(' '));
}
