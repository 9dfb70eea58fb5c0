using System.Text.Json;
using Xunit;

namespace Orrery.EndToEnd.Tests;

/// <summary>What failures leave, as the verbs that count them say it.</summary>
public sealed class GoodputTests
{
    private const string Cluster = "estimate train llama-3.1-8b@dgx-h100:64 --tp 2 --gbs 64 --seq 4096";

    [Fact]
    public void Shares_of_time_sum_to_one_and_scale_what_steps_deliver()
    {
        var result = Json(Cluster);
        var goodput = result.GetProperty("goodput");
        Assert.Equal(1, goodput.GetProperty("shares").EnumerateObject().Sum(share => share.Value.GetDouble()), 1e-9);
        var ettr = goodput.GetProperty("ettr").GetDouble();
        Assert.InRange(ettr, goodput.GetProperty("ettr_low").GetDouble(), goodput.GetProperty("ettr_high").GetDouble());
        Assert.Equal(result.GetProperty("tokens_per_s").GetDouble() * ettr, goodput.GetProperty("delivered_tokens_per_s").GetDouble(), 1e-3);
        Assert.Equal(
            1 - ettr - goodput.GetProperty("shares").GetProperty("checkpoints").GetDouble(),
            goodput.GetProperty("causes").EnumerateArray().Sum(cause => cause.GetProperty("time_share").GetDouble()), 1e-9);
    }

    /// <summary>An interval of one's own is in the command that asks again, and is no better than the best.</summary>
    [Fact]
    public void An_interval_of_ones_own_is_taken_and_asked_again()
    {
        var best = Json(Cluster).GetProperty("goodput");
        var run = Orrery.Ask([.. Cluster.Split(' '), "--checkpoint-interval", "10min", "--json"]);
        var asked = JsonDocument.Parse(run.Output).RootElement;
        var goodput = asked.GetProperty("result").GetProperty("goodput");
        Assert.Equal(600, goodput.GetProperty("checkpoint").GetProperty("interval_s").GetDouble());
        Assert.True(goodput.GetProperty("ettr").GetDouble() < best.GetProperty("ettr").GetDouble());
        Assert.EndsWith("--checkpoint-interval 600s", asked.GetProperty("inputs").GetProperty("command").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Published_failures_are_judged_in_the_form_of_the_other_validations()
    {
        var run = Orrery.Ask("validate", "reliability", "--json");
        Assert.Equal(0, run.Code);
        var report = JsonDocument.Parse(run.Output).RootElement;
        var rows = report.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(rows.Count, report.GetProperty("summary").GetProperty("n").GetInt32());
        Assert.All(rows, row => Assert.All(
            new[] { "id", "metric", "group", "measured", "predicted", "low", "high", "error", "unit" }, key => Assert.True(row.TryGetProperty(key, out _), key)));
        Assert.NotEmpty(report.GetProperty("skipped").EnumerateArray());
        Assert.DoesNotContain(rows, row => row.GetProperty("id").GetString()!.StartsWith("llama3_cause", StringComparison.Ordinal));
        Assert.Contains(report.GetProperty("sets").EnumerateArray(), row => row.GetProperty("id").GetString() == "llama3_cause_faulty_gpu");
    }

    private static JsonElement Json(string question)
    {
        var run = Orrery.Ask([.. question.Split(' '), "--json"]);
        Assert.True(run.Code == 0, run.Error);
        return JsonDocument.Parse(run.Output).RootElement.GetProperty("result");
    }
}
