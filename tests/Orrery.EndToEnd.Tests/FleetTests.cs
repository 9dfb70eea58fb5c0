using System.Text.Json;
using Xunit;

namespace Orrery.EndToEnd.Tests;

/// <summary><c>fleet</c> as a user meets it: exit code, standard output, standard error.</summary>
public sealed class FleetTests
{
    private const string Small = "--model llama-3.1-8b --moe olmoe-7b --serve llama-3.1-8b --samples 200";

    [Fact]
    public void A_fleet_of_ones_own_is_answered_first_then_shown()
    {
        var run = Orrery.Ask($"fleet docs/examples/fleet.yaml {Small}".Split(' '));
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.StartsWith("Our fleet:", run.Output, StringComparison.Ordinal);
        Assert.All(
            ["H100e on paper", "largest run in 120 d on one cluster", "Figures", "80 % interval", "What our-fleet is made of", "How sure", "widened most by fleets/our-fleet:", "How it is counted", "Again", "./orrery fleet docs/examples/fleet.yaml"],
            part => Assert.Contains(part, run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void The_command_an_answer_names_asks_for_it_again_and_gives_the_same_bytes()
    {
        using var first = Json($"fleet docs/examples/fleet.yaml nvidiana {Small}");
        var again = first.RootElement.GetProperty("inputs").GetProperty("command").GetString()!;
        using var second = Json(again["./orrery ".Length..]);
        Assert.Equal(first.RootElement.GetProperty("result").GetRawText(), second.RootElement.GetProperty("result").GetRawText());
        Assert.Equal("orrery.fleet/1", first.RootElement.GetProperty("schema").GetString());
        Assert.Equal("nvidiana", first.RootElement.GetProperty("result").GetProperty("parity")[0].GetProperty("other").GetString());
    }

    [Fact]
    public void A_table_has_a_line_for_every_figure_of_every_fleet()
    {
        var run = Orrery.Ask($"fleet docs/examples/fleet.yaml nvidiana {Small} --csv".Split(' '));
        Assert.Equal((0, ""), (run.Code, run.Error));
        var lines = run.Output.TrimEnd().Split('\n');
        Assert.StartsWith("fleet,figure,value,low,high,", lines[0], StringComparison.Ordinal);
        Assert.Equal(15, lines.Count(line => line.StartsWith("our-fleet,", StringComparison.Ordinal)));
        Assert.Equal(15, lines.Count(line => line.StartsWith("nvidiana,", StringComparison.Ordinal)));
    }

    [Fact]
    public void Rows_of_a_data_set_that_do_not_count_are_said_with_the_reason()
    {
        var run = Orrery.Ask($"fleet gpu-clusters --country norway {Small}".Split(' '));
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("rows of gpu_clusters.csv count. Left out: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("planned (171 rows", run.Output, StringComparison.Ordinal);
        Assert.Equal(1, Orrery.Ask("fleet", "gpu-clusters", "--country", "atlantis").Code);
    }

    [Fact]
    public void All_mistakes_of_a_file_and_of_the_command_line_come_at_once()
    {
        var run = Orrery.Ask("fleet", "tests/Orrery.EndToEnd.Tests/Bad/fleet.yaml", "nvidianna", "--law", "bergsma-2024");
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.All(
            ["fleet.yaml:7:6: error ORR0110", "fleet.yaml:12:11: error ORR0104", "did you mean 'dgx-h100'?", "did you mean 'nvidiana'?", "did you mean 'bergsma-2025'?"],
            part => Assert.Contains(part, run.Error, StringComparison.Ordinal));
    }

    private static JsonDocument Json(string command)
    {
        var run = Orrery.Ask([.. command.Split(' '), "--json"]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        return JsonDocument.Parse(run.Output);
    }
}
