using System.Text.Json;
using Xunit;

namespace Orrery.EndToEnd.Tests;

/// <summary><c>parity</c> and <c>scale</c> as a user meets them: exit code, standard output, standard error.</summary>
public sealed class ScalingVerbsTests
{
    private const string Parity = "parity dgx-h100 dgx-a100 --model llama-3.1-8b --gbs 256 --seq 4096";
    private const string NoParity = "parity dgx-h100:4096 dgx-a100 --model llama-3.1-8b --gbs 2 --seq 2048 --most-chips 4096";
    private const string Scale = "scale dgx-h100 --to 128 --model llama-3.1-8b --gbs 64 --seq 4096 --tokens 100B";

    [Fact]
    public void Parity_is_answered_first_then_shown()
    {
        var run = Orrery.Ask(Parity.Split(' '));
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.StartsWith("llama-3.1-8b: ", run.Output, StringComparison.Ordinal);
        Assert.All(
            ["chips of DGX A100", "deliver what 8 chips of DGX H100 do", "numbers tried", "Side by side", "at parity", "How sure", "Again", "./orrery parity dgx-h100 dgx-a100"],
            part => Assert.Contains(part, run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void No_parity_is_a_negative_answer_that_says_what_stops_it()
    {
        var run = Orrery.Ask(NoParity.Split(' '));
        Assert.Equal((1, ""), (run.Code, run.Error));
        Assert.StartsWith("llama-3.1-8b: no number of DGX A100 chips up to 4,096 delivers", run.Output, StringComparison.Ordinal);
        Assert.All(["What stops it (shares of all chips' time", "It saturates at", "where each is fastest"], part => Assert.Contains(part, run.Output, StringComparison.Ordinal));

        using var json = Json(NoParity, 1);
        var parity = json.RootElement.GetProperty("result").GetProperty("parities")[0];
        Assert.False(parity.GetProperty("parity").GetBoolean());
        Assert.InRange(parity.GetProperty("share_reached").GetDouble(), 0.05, 0.999);
        Assert.False(parity.GetProperty("second").GetProperty("still_gaining").GetBoolean());
        Assert.NotEmpty(parity.GetProperty("second").GetProperty("obstacles").EnumerateObject());
    }

    [Theory]
    [InlineData("parities", Parity)]
    [InlineData("curves", Scale)]
    public void The_command_an_answer_names_asks_for_it_again(string results, string command)
    {
        using var first = Json(command, 0);
        var again = first.RootElement.GetProperty("result").GetProperty(results)[0].GetProperty("command").GetString()!;
        using var second = Json(again["./orrery ".Length..], 0);
        Assert.Equal(first.RootElement.GetProperty("result").GetRawText(), second.RootElement.GetProperty("result").GetRawText());
    }

    [Theory]
    [InlineData(Parity, "second")]
    [InlineData(Scale, "strong")]
    public void A_table_has_a_line_for_every_point(string command, string word)
    {
        var run = Orrery.Ask([.. command.Split(' '), "--csv"]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        var lines = run.Output.TrimEnd().Split('\n');
        Assert.StartsWith("model,mode,system,chips,", lines[0], StringComparison.Ordinal);
        Assert.True(lines.Count(line => line.Contains(word, StringComparison.Ordinal)) > 1, run.Output);
    }

    [Fact]
    public void A_curve_names_where_a_doubling_no_longer_pays()
    {
        var run = Orrery.Ask("scale", "dgx-h100", "--to", "8192", "--model", "llama-3.1-8b", "--gbs", "8", "--seq", "2048", "--mode", "strong");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("chips a doubling gains under 10 %", run.Output, StringComparison.Ordinal);
        Assert.Contains("strong scaling: a batch of 8 sequences", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_point_of_a_curve_is_the_estimate_it_names()
    {
        using var scale = Json(Scale + " --mode strong", 0);
        foreach (var point in scale.RootElement.GetProperty("result").GetProperty("curves")[0].GetProperty("points").EnumerateArray())
        {
            using var estimate = Json(point.GetProperty("command").GetString()!["./orrery ".Length..], 0);
            var (curve, alone) = (point.GetProperty("tokens_per_s").GetDouble(), estimate.RootElement.GetProperty("result").GetProperty("tokens_per_s").GetDouble());
            Assert.Equal(alone, curve, alone * 1e-9);
        }
    }

    [Theory]
    [InlineData("parity dgx-h10 dgx-a10 --model lama-3.1-8b --law nobody --tokens 1X", "'dgx-h100'", "'dgx-a100'", "'llama-3.1-8b'", "'nobody'", "--tokens is '1X'")]
    [InlineData("parity dgx-h100", "needs two systems, found 1")]
    [InlineData("parity dgx-h100 dgx-a100 dgx-v100", "needs two systems, found 3")]
    [InlineData("parity dgx-h100:64 dgx-a100:64 --deadline 30 --gbs 8", "'dgx-a100:64' gives the number", "'dgx-h100:64' and --deadline", "--gbs fixes the batch")]
    [InlineData("parity dgx-h100 dgx-a100 --deadline 0", "--deadline is '0', expected a number of days above zero")]
    [InlineData("parity dgx-h100 dgx-a100 --law bergsma-2025", "--law is of no use")]
    [InlineData("scale dgx-h10 --mode weak --gbs 8 --model lama-3.1-8b", "'dgx-h100'", "'llama-3.1-8b'", "--gbs fixes the batch")]
    [InlineData("scale dgx-h100:512 --to 1024", "both say where the curve ends")]
    [InlineData("scale dgx-h100 --from 100 --to 101", "no number of chips from 100 to 101")]
    [InlineData("scale dgx-h100 --mode wek", "did you mean weak?")]
    public void Bad_input_is_said_all_at_once(string command, params string[] says)
    {
        var run = Orrery.Ask(command.Split(' '));
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.All(says, part => Assert.Contains(part, run.Error, StringComparison.Ordinal));
    }

    [Fact]
    public void What_cannot_be_trained_at_all_is_a_negative_answer()
    {
        foreach (var command in new[] { "parity dgx-h100 dgx-a100 --model llama-3.1-405b", "scale dgx-h100:16 --from 8 --model llama-3.1-405b" })
        {
            var run = Orrery.Ask(command.Split(' '));
            Assert.Equal((1, ""), (run.Code, run.Error));
            Assert.Contains("nothing fits on", run.Output, StringComparison.Ordinal);
        }
    }

    private static JsonDocument Json(string command, int code)
    {
        var run = Orrery.Ask([.. command.Split(' '), "--json"]);
        Assert.True(run.Code == code, $"{command}: {run.Code}: {run.Error}");
        return JsonDocument.Parse(run.Output);
    }
}
