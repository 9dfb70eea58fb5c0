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

    private const string Compared =
        "scale dgx-h100 dgx-a100 --from 8 --to 32 --budget 1e20,1e21 --compute-optimal --model llama-3.1-8b --seq 4096 --deadline 2";

    [Fact]
    public void Several_systems_and_budgets_stand_in_one_table()
    {
        var run = Orrery.Ask(Compared.Split(' '));
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.All(
            ["1e20 FLOP", "1e21 FLOP", "DGX H100", "DGX A100", "Where more chips end", "near-linear to", "chips for 2.00 d", "What all chips' time goes to", "Models are sized by", "How sure", "Again"],
            part => Assert.Contains(part, run.Output, StringComparison.Ordinal));

        using var json = Json(Compared, 0);
        var curves = json.RootElement.GetProperty("result").GetProperty("curves").EnumerateArray().ToList();
        Assert.Equal(4, curves.Count);
        Assert.All(curves, curve =>
        {
            // As much model work as the budget says, whatever size the model was given.
            var (parameters, tokens) = (curve.GetProperty("parameters").GetDouble(), curve.GetProperty("run").GetProperty("minimum_tokens").GetDouble());
            Assert.Equal(1, 6 * parameters * tokens / curve.GetProperty("budget_flop").GetDouble(), 0.25);
        });
        Assert.True(curves[2].GetProperty("parameters").GetDouble() > 2 * curves[0].GetProperty("parameters").GetDouble());
        using var again = Json(curves[3].GetProperty("command").GetString()!["./orrery ".Length..], 0);
        Assert.Equal(
            curves[3].GetProperty("soonest_s").GetDouble(), again.RootElement.GetProperty("result").GetProperty("curves")[0].GetProperty("soonest_s").GetDouble(), 1e-6);
    }

    [Theory]
    [InlineData("parity dgx-h10 dgx-a10 --model lama-3.1-8b --law nobody --tokens 1X", "'dgx-h100'", "'dgx-a100'", "'llama-3.1-8b'", "'nobody'", "--tokens is '1X'")]
    [InlineData("parity dgx-h100", "needs two systems, found 1")]
    [InlineData("parity dgx-h100 dgx-a100 dgx-v100", "needs two systems, found 3")]
    [InlineData("parity dgx-h100:64 dgx-a100:64 --deadline 30 --gbs 8", "'dgx-a100:64' gives the number", "'dgx-h100:64' and --deadline", "--gbs fixes the batch")]
    [InlineData("parity dgx-h100 dgx-a100 --deadline 0", "--deadline is '0', expected a number of days above zero")]
    [InlineData("parity dgx-h100 dgx-a100 --law bergsma-2025", "--law is of no use")]
    [InlineData("scale dgx-h10 --mode weak --gbs 8 --model lama-3.1-8b", "'dgx-h100'", "'llama-3.1-8b'", "--gbs fixes the batch")]
    [InlineData("scale dgx-h100 --compute-optimal --loss-law nobody", "--compute-optimal sizes the model to a budget", "no loss law is called 'nobody'")]
    [InlineData("scale dgx-h100 --loss-law hoffmann-2022 --deadline 30", "--loss-law is of no use", "--deadline is answered where several")]
    [InlineData("scale dgx-h100 --budget 1e26,much --model deepseek-v3", "--budget is 'much', expected a number of operations such as 1e26")]
    [InlineData("scale dgx-h100 --budget 1e26 --compute-optimal --model deepseek-v3", "cannot be sized to a budget", "name a dense model")]
    [InlineData("scale dgx-h100 dgx-a100 --serve llama-3.1-8b --isl 128 --osl 128", "with --serve orrery scale takes one system, found 2")]
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

    /// <summary>Words of a command; one in quotes holds blanks.</summary>
    private static IEnumerable<string> Words(string command) => command.Split('\'').SelectMany((part, at) => at % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static JsonDocument Json(string command, int code)
    {
        var run = Orrery.Ask([.. Words(command), "--json"]);
        Assert.True(run.Code == code, $"{command}: {run.Code}: {run.Error}");
        return JsonDocument.Parse(run.Output);
    }
}
