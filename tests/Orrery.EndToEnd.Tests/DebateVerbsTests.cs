using System.Text.Json;
using Xunit;

namespace Orrery.EndToEnd.Tests;

/// <summary><c>claims</c>, <c>policy</c>, <c>cost</c>, <c>effective</c> and <c>compare --why</c> as programs meet them.</summary>
public sealed class DebateVerbsTests
{
    [Fact]
    public void Claims_keep_to_the_contract()
    {
        using var json = Json("claims q02 c07 q15");
        var claims = json.RootElement.GetProperty("result").GetProperty("claims").EnumerateArray().ToList();
        Assert.Equal(["q02", "c07", "q15"], claims.Select(claim => Text(claim, "id")));
        Assert.Equal(["supported", "refuted", "untestable"], claims.Select(claim => Text(claim, "verdict")));
        Assert.All(claims, claim =>
        {
            Assert.NotEmpty(Text(claim, "text"));
            Assert.Equal($"./orrery claims {Text(claim, "id")}", Text(claim, "command"));
            Assert.True(claim.TryGetProperty("boundary", out _));
        });
        Assert.All(claims[0].GetProperty("numbers").EnumerateArray(), number =>
            Assert.InRange(number.GetProperty("value").GetDouble(), number.GetProperty("low").GetDouble(), number.GetProperty("high").GetDouble()));
    }

    [Fact]
    public void A_chip_is_judged_under_every_rule()
    {
        using var json = Json("policy h20");
        var verdicts = json.RootElement.GetProperty("result").GetProperty("verdicts").EnumerateArray().ToDictionary(one => Text(one, "rule"), one => Text(one, "verdict"));
        Assert.Equal(("not controlled", "controlled", "eligible"), (verdicts["3a090-a"], verdicts["h20-2025"], verdicts["h200-2026"]));
        Assert.Contains("Not legal advice", Text(json.RootElement.GetProperty("result"), "notice"), StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_of_a_cost_sum_to_it()
    {
        using var json = Json("cost dgx-h100 dgx-h200 --model llama-3.1-8b");
        Assert.All(json.RootElement.GetProperty("result").GetProperty("costs").EnumerateArray(), cost =>
        {
            var year = cost.GetProperty("usd_a_year");
            Assert.Equal(year.GetProperty("total").GetDouble(), year.EnumerateObject().Where(part => part.Name != "total").Sum(part => part.Value.GetDouble()), 1e-3);
            Assert.InRange(cost.GetProperty("usd_a_million_tokens").GetDouble(), cost.GetProperty("low").GetDouble(), cost.GetProperty("high").GetDouble());
        });
    }

    [Fact]
    public void Factors_multiply_to_the_ratio()
    {
        using var json = Json("compare dgx-h100:8 dgx-a100:8 --why --model llama-3.1-8b --precision bf16");
        var found = json.RootElement.GetProperty("result").GetProperty("attributions")[0];
        var product = found.GetProperty("factors").EnumerateArray().Aggregate(1.0, (all, factor) => all * factor.GetProperty("times").GetDouble());
        Assert.Equal(found.GetProperty("ratio").GetDouble(), product, 1e-9);
    }

    [Fact]
    public void A_variant_is_a_system_wherever_one_is_named()
    {
        using var json = Json("estimate train llama-3.1-8b@dgx-h100 with memory-bandwidth=6TB/s:8 --tp 2 --seq 4096 --gbs 64", "estimate", "train", "llama-3.1-8b@dgx-h100 with memory-bandwidth=6TB/s:8", "--tp", "2", "--seq", "4096", "--gbs", "64");
        Assert.Contains("'llama-3.1-8b@dgx-h100 with memory-bandwidth=6TB/s:8'", json.RootElement.GetProperty("inputs").GetProperty("command").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_is_written_whole_or_not_at_all()
    {
        var run = Orrery.Ask("report", "debate", "--out", "no-such-folder");
        Assert.Equal(2, run.Code);
        Assert.False(Directory.Exists(Path.Combine(Orrery.Root, "no-such-folder")));
    }

    private static string Text(JsonElement element, string key) => element.GetProperty(key).GetString()!;

    private static JsonDocument Json(string command, params string[] words)
    {
        var run = Orrery.Ask([.. words.Length > 0 ? words : command.Split(' '), "--json"]);
        Assert.Equal(0, run.Code);
        return JsonDocument.Parse(run.Output);
    }
}
