using System.Text.Json;
using Xunit;

namespace Orrery.EndToEnd.Tests;

/// <summary>What answers look like, in all three forms and wherever they go.</summary>
public sealed class AnswerTests
{
    private const string Estimate = "estimate train llama-3.1-70b@dgx-h100:64 --tp 8 --sequence-parallel --recompute full --seq 4096";

    [Theory]
    [InlineData("orrery.catalog.list/1", "catalog list chips")]
    [InlineData("orrery.catalog.show/1", "catalog show h100-sxm")]
    [InlineData("orrery.catalog.check/1", "catalog check")]
    [InlineData("orrery.estimate.train/1", Estimate)]
    [InlineData("orrery.plan.train/1", "plan train llama-3.1-8b@dgx-h100:8 --gbs 64 --only-best")]
    [InlineData("orrery.simulate.train/1", "simulate train llama-3.1-8b@dgx-h100:8 --pp 2 --gbs 64 --iterations 1")]
    [InlineData("orrery.simulate.serve/1", "simulate serve llama-3.1-8b@dgx-h100:1 --isl 500 --osl 50 --rate 5 --requests 100")]
    [InlineData("orrery.compare/1", "compare dgx-h100 dgx-b200 --model llama-3.1-8b --precision bf16")]
    [InlineData("orrery.parity/1", "parity dgx-h100 dgx-a100 --model llama-3.1-8b --gbs 64 --most-chips 64")]
    [InlineData("orrery.scale/1", "scale dgx-h100:128 --model llama-3.1-8b --gbs 64 --mode strong")]
    [InlineData("orrery.validate.training/1", "validate training")]
    [InlineData("orrery.validate.kernels/1", "validate kernels")]
    [InlineData("orrery.validate.pairs/1", "validate pairs")]
    public void Every_verb_answers_in_one_json_envelope(string schema, string command)
    {
        using var json = Json(command);
        var root = json.RootElement;
        Assert.Equal(schema, root.GetProperty("schema").GetString());
        Assert.Equal("orrery", root.GetProperty("tool").GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Object, root.GetProperty("inputs").ValueKind);
        Assert.Equal(JsonValueKind.Object, root.GetProperty("result").ValueKind);
        Assert.Equal(JsonValueKind.Array, root.GetProperty("diagnostics").ValueKind);
    }

    [Fact]
    public void The_parts_of_a_step_and_of_its_memory_sum_to_the_whole()
    {
        using var json = Json(Estimate);
        var result = json.RootElement.GetProperty("result");
        var iteration = result.GetProperty("iteration_s").GetDouble();
        Assert.Equal(iteration, result.GetProperty("parts").EnumerateObject().Sum(part => part.Value.GetDouble()), iteration * 1e-9);

        var memory = result.GetProperty("memory");
        var total = memory.GetProperty("total_bytes").GetDouble();
        var parts = memory.EnumerateObject().Where(part => part.Name is not ("total_bytes" or "capacity_bytes" or "host_bytes" or "host_capacity_bytes")).Sum(part => part.Value.GetDouble());
        Assert.Equal(total, parts, total * 1e-9);
        Assert.InRange(result.GetProperty("mfu").GetDouble(), 0.01, 1);
    }

    /// <summary>The interval stands around the answer, and the sentence about it is in the text as in the JSON.</summary>
    [Theory]
    [InlineData(Estimate, "left-out results on hopper, dense", 0)]
    [InlineData("estimate train llama-3.1-70b@cloudmatrix-384:384 --tp 8 --pp 2 --recompute full", "of class dense on other chip generations", 1)]
    public void The_interval_holds_the_estimate_and_says_where_it_is_from(string command, string from, int outside)
    {
        using var json = Json(command);
        var result = json.RootElement.GetProperty("result");
        var interval = result.GetProperty("interval");
        foreach (var key in new[] { "tokens_per_s", "tokens_per_s_per_chip", "iteration_s" })
        {
            var (low, high) = (interval.GetProperty(key).GetProperty("low").GetDouble(), interval.GetProperty(key).GetProperty("high").GetDouble());
            var value = result.GetProperty(key).GetDouble();
            Assert.True(low < value && value < high, key);
        }

        var text = Orrery.Ask(command.Split(' ')).Output;
        Assert.Contains(from, text, StringComparison.Ordinal);
        var sentences = interval.GetProperty("outside_validated").EnumerateArray().Select(sentence => sentence.GetString()!).ToList();
        Assert.Equal(outside, sentences.Count);
        Assert.All(sentences, sentence => Assert.Contains(sentence, text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--sharding hsdp --shard-ranks 8 --task lora --offload 3", "lora", "hsdp over 8", "3 layers offloaded")]
    [InlineData("--pp 8 --schedule dualpipe --tp 2 --sequence-parallel", "sequence-parallel", "dualpipe")]
    [InlineData("--pp 4 --first-stage-layers 7 --last-stage-layers 7 --order dp-tp-cp-ep-pp", "7 layers on the first stage and 7 on the last", "order dp-tp-cp-ep-pp")]
    [InlineData("--tp 2 --sequence-parallel --keep-gathered --offload-optimizer --offload-weights", "keep gathered", "weights offloaded", "optimizer offloaded")]
    public void What_decides_an_estimate_is_in_its_second_line(string options, params string[] words)
    {
        var run = Orrery.Ask(["estimate", "train", "llama-3.1-8b@dgx-h100:64", "--gbs", "128", .. options.Split(' ')]);
        var line = run.Output.Split('\n')[1];
        Assert.All(words, word => Assert.Contains(word, line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("estimate train llama-3.1-70b@dgx-h100:64 --gbs 128 --sharding fsdp --recompute full --precision fp8")]
    [InlineData("estimate train llama-3.1-8b@atlas-800-a2:8 --sharding fsdp --gbs 64 --precision int8")]
    public void What_rounding_leaves_over_is_not_shown_as_time(string command)
    {
        var run = Orrery.Ask(command.Split(' '));
        Assert.Equal(0, run.Code);
        Assert.DoesNotMatch(@"\d ns\b", run.Output);
    }

    [Fact]
    public void The_command_an_estimate_names_reproduces_it()
    {
        using var first = Json(Estimate);
        var command = first.RootElement.GetProperty("inputs").GetProperty("command").GetString()!;
        using var second = Json(command["./orrery ".Length..]);
        Assert.Equal(
            first.RootElement.GetProperty("result").GetProperty("iteration_s").GetDouble(),
            second.RootElement.GetProperty("result").GetProperty("iteration_s").GetDouble());
    }

    [Fact]
    public void The_command_a_comparison_names_reproduces_its_figures()
    {
        using var comparison = Json("compare dgx-h100 dgx-b200 --model llama-3.1-8b --precision bf16");
        foreach (var delivered in comparison.RootElement.GetProperty("result").GetProperty("delivered")[0].GetProperty("results").EnumerateArray())
        {
            using var estimate = Json(delivered.GetProperty("command").GetString()!["./orrery ".Length..]);
            Assert.Equal(
                delivered.GetProperty("tokens_per_s").GetDouble(),
                estimate.RootElement.GetProperty("result").GetProperty("tokens_per_s").GetDouble(), 1e-6);
        }
    }

    [Fact]
    public void The_validation_contract_holds_for_any_rows()
    {
        var lines = File.ReadAllLines(Path.Combine(Orrery.Root, "evidence/training.csv"));
        var path = Path.GetTempFileName();
        try
        {
            // The third row names a chip that no catalog has: in the row, the chip stands between system and chip count.
            var unknown = lines[3].Split(',');
            unknown[Array.IndexOf(lines[0].Split(','), "system")] = "";
            unknown[Array.IndexOf(lines[0].Split(','), "chip")] = "No Such Chip";
            File.WriteAllLines(path, [lines[0], lines[1], lines[2], string.Join(',', unknown)]);
            using var json = Json($"validate training --rows {path}");
            var root = json.RootElement;
            foreach (var row in root.GetProperty("rows").EnumerateArray())
            {
                Assert.All(["id", "metric", "group", "measured", "predicted", "low", "high", "error", "unit"], key => Assert.True(row.TryGetProperty(key, out _), key));
            }

            Assert.All(["n", "median_ape", "mean_ape", "p90_ape", "within_10", "within_20", "by_group"],
                key => Assert.True(root.GetProperty("summary").TryGetProperty(key, out _), key));
            Assert.Equal(3, root.GetProperty("rows").GetArrayLength() + root.GetProperty("skipped").GetArrayLength());
            Assert.Contains(root.GetProperty("skipped").EnumerateArray(), row => row.GetProperty("reason").GetString()!.Contains("No Such Chip", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void The_shipped_catalog_is_sound()
    {
        var run = Orrery.Ask("catalog", "check");
        Assert.True(run.Code == 0, run.Error);
        Assert.DoesNotContain("error", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_does_not_fit_is_answered_no()
    {
        var run = Orrery.Ask("estimate", "train", "llama-3.1-405b@dgx-h100:8", "--tp", "8");
        Assert.Equal(1, run.Code);
        Assert.StartsWith("No: it needs", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama-3.1-405b@gb200-nvl72:72 --tp 8 --sequence-parallel --pp 9 --vp 7")]
    [InlineData("llama-3.1-8b@dgx-h100:24 --pp 3 --schedule dualpipe --mbs 2")]
    public void The_default_batch_suits_the_schedule(string words)
    {
        var run = Orrery.Ask(["estimate", "train", .. words.Split(' ')]);
        Assert.True(run.Code is 0 or 1, run.Error);
    }

    [Fact]
    public void What_waits_in_host_memory_is_said_with_what_there_is()
    {
        const string Offload = "estimate train llama-3.1-8b@dgx-h100:8 --recompute full --offload-optimizer";
        Assert.Matches(@"In host memory wait another [\d.]+ GB: [\d.]+ % of the 250 GB that a chip may use\.", Orrery.Ask(Offload.Split(' ')).Output);
        using var json = Json(Offload);
        var memory = json.RootElement.GetProperty("result").GetProperty("memory");
        Assert.Equal(0, memory.GetProperty("optimizer_state_bytes").GetDouble());
        Assert.InRange(memory.GetProperty("host_bytes").GetDouble() / memory.GetProperty("host_capacity_bytes").GetDouble(), 0.01, 1);
    }

    [Fact]
    public void A_strategy_that_does_not_fit_the_host_is_answered_no()
    {
        var run = Orrery.Ask("estimate", "train", "llama-3.1-70b@dgx-h100:8", "--tp", "2", "--sequence-parallel", "--recompute", "full", "--offload-optimizer", "--offload-weights", "--sharding", "none");
        Assert.Equal(1, run.Code);
        Assert.Matches(@"^No: .*GB a chip would wait in host memory and there is 250 GB", run.Output);
    }

    [Fact]
    public void Where_groups_lie_is_said_where_their_order_matters()
    {
        const string Heading = "Where groups lie";
        Assert.DoesNotContain(Heading, Orrery.Ask("estimate", "train", "llama-3.1-8b@dgx-h100:8", "--tp", "2").Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Heading, Orrery.Ask("estimate", "train", "llama-3.1-8b@dgx-h100:16", "--sharding", "fsdp").Output, StringComparison.Ordinal);
        Assert.Contains(Heading, Orrery.Ask(Estimate.Split(' ')).Output, StringComparison.Ordinal);

        // Eight data-parallel ranks side by side leave tensor-parallel ones apart, each in a node of its own.
        using var json = Json($"{Estimate} --order dp-cp-ep-tp-pp");
        var placement = json.RootElement.GetProperty("result").GetProperty("placement");
        Assert.Equal("dp-cp-ep-tp-pp", placement.GetProperty("order").GetString());
        Assert.True(placement.GetProperty("order_matters").GetBoolean());
        var groups = placement.GetProperty("groups").EnumerateArray().ToDictionary(
            group => group.GetProperty("group").GetString()!, group => group.GetProperty("tiers")[0].GetProperty("ranks_in_one").GetInt32());
        Assert.Equal(new Dictionary<string, int> { ["tensor"] = 1, ["replicas"] = 8 }, groups);
    }

    [Fact]
    public void A_configuration_file_is_accepted_wherever_a_model_is()
    {
        var folder = Directory.CreateTempSubdirectory("orrery").FullName;
        File.WriteAllText(Path.Combine(folder, "config.json"),
            """{"model_type":"llama","hidden_size":4096,"num_hidden_layers":32,"num_attention_heads":32,"num_key_value_heads":8,"intermediate_size":14336,"vocab_size":128256,"max_position_embeddings":131072,"tie_word_embeddings":false}""");
        using var file = Json($"estimate train {folder}@dgx-h100:8");
        using var name = Json("estimate train llama-3.1-8b@dgx-h100:8");
        Assert.Equal(
            name.RootElement.GetProperty("result").GetProperty("iteration_s").GetDouble(),
            file.RootElement.GetProperty("result").GetProperty("iteration_s").GetDouble(), 1e-9);
    }

    [Theory]
    [InlineData("catalog list")]
    [InlineData("catalog show h100-sxm")]
    [InlineData("validate training")]
    public void A_reader_that_leaves_early_is_no_error(string command)
    {
        var run = Orrery.Shell($"set -o pipefail; ./orrery {command} | head -n 1");
        Assert.Equal(0, run.Code);
        Assert.Equal("", run.Error);
    }

    [Fact]
    public void A_pipe_gets_plain_text_and_whole_lines()
    {
        var run = Orrery.Ask(Estimate.Split(' '), new Dictionary<string, string> { ["COLUMNS"] = "40", ["TERM"] = "xterm-256color" });
        Assert.DoesNotContain("\e", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_are_written_the_same_in_every_locale()
    {
        var german = Orrery.Ask(["catalog", "show", "h100-sxm", "--csv"], new Dictionary<string, string> { ["LC_ALL"] = "de_DE.UTF-8", ["LANG"] = "de_DE.UTF-8" });
        Assert.Equal(Orrery.Ask("catalog", "show", "h100-sxm", "--csv").Output, german.Output);
    }

    [Fact]
    public void Help_is_on_standard_output_and_not_an_error()
    {
        foreach (var words in new[] { "--help", "-h", "estimate train --help", "compare -h" })
        {
            var run = Orrery.Ask(words.Split(' '));
            Assert.Equal(0, run.Code);
            Assert.Contains("Usage:", run.Output, StringComparison.Ordinal);
        }
    }

    private static JsonDocument Json(string command)
    {
        var run = Orrery.Ask([.. command.Split(' '), "--json"]);
        Assert.True(run.Code is 0 or 1, $"{command}: {run.Code}: {run.Error}");
        return JsonDocument.Parse(run.Output);
    }
}
