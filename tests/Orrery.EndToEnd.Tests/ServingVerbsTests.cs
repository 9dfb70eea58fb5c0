using System.Text.Json;
using Xunit;

namespace Orrery.EndToEnd.Tests;

/// <summary><c>estimate serve</c> and <c>plan serve</c> as a user runs them.</summary>
public sealed class ServingVerbsTests
{
    private const string Small = "llama-3.1-8b@dgx-h100:4 --isl 1024 --osl 128";

    [Theory]
    [InlineData("--concurrency 64")]
    [InlineData("--tp 2 --batch 32 --kv fp8")]
    [InlineData("--rate 20 --step-tokens 4096 --sequences 64")]
    [InlineData("--prefill-chips 2 --prefill-tp 2 --concurrency 100")]
    [InlineData("--prefix-hits 0.3 --host-cache --host-hits 0.2 --draft-tokens 2 --acceptance 0.7")]
    public void The_command_under_Again_asks_the_same(string options)
    {
        var first = Json($"estimate serve {Small} {options}");
        var command = first.GetProperty("inputs").GetProperty("command").GetString()!;
        Assert.StartsWith("orrery ", command, StringComparison.Ordinal);
        var second = Json(command["orrery ".Length..]);

        Assert.Equal(first.GetProperty("result").GetRawText(), second.GetProperty("result").GetRawText());
        Assert.Equal(command, second.GetProperty("inputs").GetProperty("command").GetString());
    }

    [Theory]
    [InlineData("compare dgx-h100:2 dgx-h200:2 --serve llama-3.1-8b --isl 1024 --osl 128 --tpot 20ms")]
    [InlineData("parity dgx-h100:2 dgx-h200 --serve llama-3.1-8b --isl 1024 --osl 128 --tpot 20ms")]
    [InlineData("scale dgx-h100:4 --serve llama-3.1-8b --isl 1024 --osl 128 --tpot 20ms")]
    [InlineData("estimate rl llama-3.1-8b@dgx-h100:8 --prompts 8 --group 4 --isl 256 --osl-mean 500 --osl-p99 2000 --rollout-chips 4 --off-policy")]
    [InlineData("estimate rl llama-3.1-8b@dgx-h100:8 --prompts 8 --group 4 --isl 256 --osl-mean 500 --osl-p99 2000 --tp 2 --mbs 2")]
    public void What_is_asked_about_serving_is_asked_again_by_its_command(string question)
    {
        var first = Json(question);
        var second = Json(first.GetProperty("inputs").GetProperty("command").GetString()!["orrery ".Length..]);
        Assert.Equal(first.GetProperty("result").GetRawText(), second.GetProperty("result").GetRawText());
    }

    [Fact]
    public void Parts_of_a_step_of_reinforcement_learning_sum_to_it()
    {
        var result = Json("estimate rl llama-3.1-8b@dgx-h100:8 --prompts 8 --group 4 --isl 256 --osl-mean 500 --osl-p99 2000").GetProperty("result");
        Sums(result.GetProperty("parts"), result.GetProperty("step_s"));
    }

    [Fact]
    public void Parts_of_the_answer_sum_to_it()
    {
        var result = Json($"estimate serve {Small} --concurrency 64").GetProperty("result");
        Sums(result.GetProperty("ttft_parts"), result.GetProperty("ttft_s"));
        Sums(result.GetProperty("tpot_parts"), result.GetProperty("tpot_s"));
        var memory = result.GetProperty("memory");
        var parts = new[] { "weights_bytes", "kv_bytes", "activations_bytes", "reserve_bytes", "kv_free_bytes" }.Sum(name => memory.GetProperty(name).GetDouble());
        Assert.Equal(memory.GetProperty("usable_bytes").GetDouble(), parts, 1);
    }

    [Fact]
    public void A_planned_deployment_is_estimated_as_planned()
    {
        var best = Json($"plan serve {Small} --ttft 200ms --tpot 20ms --only-best").GetProperty("result").GetProperty("best");
        var options = best.GetProperty("deployment").GetProperty("options").GetString();
        var estimate = Json($"estimate serve {Small} {options}").GetProperty("result");

        Assert.Equal(best.GetProperty("tokens_per_s").GetDouble(), estimate.GetProperty("tokens_per_s").GetDouble(), 1e-6 * best.GetProperty("tokens_per_s").GetDouble());
        Assert.True(estimate.GetProperty("ttft_s").GetDouble() <= 0.2 && estimate.GetProperty("tpot_s").GetDouble() <= 0.02);
    }

    [Theory]
    [InlineData($"plan serve {Small} --tpot 1ms", "the weights alone take")]
    [InlineData("plan serve llama-3.1-405b@dgx-h100:2 --isl 9 --osl 9", "Nothing fits")]
    [InlineData($"plan serve {Small} --ttft 200ms --tpot 20ms --rate 100000", "requests/s are asked for")]
    [InlineData("estimate serve llama-3.1-405b@dgx-h100:8 --tp 8 --isl 9 --osl 9", "No: weights, activations and reserve need")]
    [InlineData($"estimate serve {Small} --rate 100000", "requests/s are asked for")]
    [InlineData($"estimate serve {Small} --batch 4000", "does not fit")]
    public void What_cannot_be_is_answered_with_why(string question, string says)
    {
        var run = Orrery.Ask(question.Split(' '));
        Assert.True(run.Code is 1 or 2, run.Error);
        Assert.Contains(says, run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vllm", "vllm serve")]
    [InlineData("sglang", "sglang.launch_server")]
    [InlineData("trtllm", "trtllm-serve")]
    public void A_plan_is_written_as_launch_flags(string format, string program)
    {
        var run = Orrery.Ask($"plan serve {Small} --tpot 20ms --format {format}".Split(' '));
        Assert.Equal(0, run.Code);
        Assert.Contains(program, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_frontier_is_a_table_of_its_own()
    {
        var lines = Orrery.Ask($"plan serve {Small} --pareto --csv".Split(' ')).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("tokens_per_s_per_user,tokens_per_s_per_chip", lines[0], StringComparison.Ordinal);
        Assert.True(lines.Length > 10);
    }

    private static void Sums(JsonElement parts, JsonElement whole) =>
        Assert.Equal(whole.GetDouble(), parts.EnumerateObject().Sum(part => part.Value.GetDouble()), whole.GetDouble() * 1e-9);

    private static JsonElement Json(string question)
    {
        var run = Orrery.Ask([.. question.Split(' '), "--json"]);
        Assert.True(run.Code == 0, run.Error);
        return JsonDocument.Parse(run.Output).RootElement;
    }
}
