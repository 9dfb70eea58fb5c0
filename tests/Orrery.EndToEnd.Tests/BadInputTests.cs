using Xunit;

namespace Orrery.EndToEnd.Tests;

/// <summary>Whatever is typed: a message, exit code 2, nothing on standard output, and never a stack trace.</summary>
public sealed class BadInputTests
{
    private static readonly string[] Words =
    [
        "catalog", "list", "show", "check", "estimate", "train", "compare", "validate", "training", "kernels", "--json", "--csv", "--rows",
        "--tp", "--pp", "--dp", "--ep", "--mbs", "--gbs", "--seq", "--precision", "--recompute", "--sharding", "--model", "--chips", "--stack",
        "0", "-1", "NaN", "1e99", "99999999999999999999", "", " ", "@", ":", "@:", "a@b:c", "llama-3.1-8b@dgx-h100:8", "llama-3.1-8b@dgx-h100:-8",
        "llama-3.1-8b@dgx-h100:7", "@/etc/passwd", "../../etc/passwd", "/dev/null", "config.json", "h100", "gb200-nvl72", "\u00e9\u4e2d\0x", "--", "-", "---",
        "bf16,,fp8", "full,none", "%s%n", "$(id)", "'\"", "--help=3", "[suggest]", "[diagram]", "/?", "/h", "-?", "@args",
    ];

    [Fact]
    public void Random_words_never_end_in_a_stack_trace()
    {
        var random = new Random(20251122);
        for (var i = 0; i < 60; i++)
        {
            var words = Enumerable.Range(0, random.Next(1, 7)).Select(_ => Words[random.Next(Words.Length)].Replace("\0", "", StringComparison.Ordinal)).ToArray();
            AssertCivil(Orrery.Ask(words), words);
        }
    }

    public static TheoryData<string> Degrees() => new(
        "--tp 0", "--tp -1", "--tp 1.5", "--tp NaN", "--tp 99999999999", "--tp 3", "--pp 5", "--dp 3", "--cp 7", "--ep 4", "--etp 2",
        "--vp 4", "--mbs 3 --gbs 8", "--gbs 0", "--gbs 7", "--seq 0", "--seq 1e9", "--precision fp3", "--sharding zero9", "--sharding hsdp",
        "--schedule gpipe", "--schedule dualpipe", "--recompute everything", "--stack nowhere", "--tp", "--frobnicate", "--tp 2 --tp 4");

    [Theory]
    [MemberData(nameof(Degrees))]
    public void Impossible_degrees_are_answered_with_what_is_possible(string options)
    {
        string[] words = ["estimate", "train", "llama-3.1-8b@dgx-h100:8", .. options.Split(' ')];
        var run = Orrery.Ask(words);
        AssertCivil(run, words);
        Assert.Equal(2, run.Code);
        Assert.Equal("", run.Output);
        Assert.Contains("error ORR", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_wrong_is_said_at_once()
    {
        var run = Orrery.Ask("estimate", "train", "llama-3.1-8b@dgx-h100:8", "--tp", "x", "--pp", "0", "--precision", "fp9", "--bogus");
        Assert.Equal(2, run.Code);
        Assert.All(["--tp is 'x'", "--pp is '0'", "--precision is 'fp9'", "'--bogus'"], part => Assert.Contains(part, run.Error, StringComparison.Ordinal));
    }

    [Fact]
    public void Unknown_names_are_said_together_with_wrong_options()
    {
        var estimate = Orrery.Ask("estimate", "train", "lama-3.1-70b@dgx-h10:64", "--stack", "megatrn", "--precision", "fp88");
        Assert.Equal(2, estimate.Code);
        Assert.All(["'fp88'", "'llama-3.1-70b'", "'dgx-h100'", "'megatron'"], part => Assert.Contains(part, estimate.Error, StringComparison.Ordinal));

        var comparison = Orrery.Ask("compare", "dgx-h10", "gb200-nvl7", "--model", "lama-3.1-8b", "--precision", "z");
        Assert.Equal(2, comparison.Code);
        Assert.All(["'z'", "'dgx-h100'", "'gb200-nvl72'", "'llama-3.1-8b'"], part => Assert.Contains(part, comparison.Error, StringComparison.Ordinal));
    }

    [Fact]
    public void What_follows_an_unknown_verb_is_not_held_against_it()
    {
        var run = Orrery.Ask("estimate", "sleep", "llama-3.1-8b@dgx-h100:8");
        Assert.Equal(2, run.Code);
        Assert.Single(run.Error.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("estimate train llama-3.1-8b@dgx-h100:8 --tp 2 --tp 4", "--tp is given more than once: 2, 4")]
    [InlineData("estimate train llama-3.1-8b@dgx-h100:8 --shard-ranks 8", "shard-ranks is 8")]
    [InlineData("estimate train llama-3.1-8b@dgx-h100:8 --offload 1000", "offload is 1000, expected no more than the 32 layers")]
    [InlineData("calibrate training --folds abc", "--folds is 'abc', expected a whole number from 0 to 20")]
    [InlineData("calibrate training --folds 1", "--folds is 1, expected 0 or 2 to 20")]
    [InlineData("validate training --rows docs", "'docs' is a folder")]
    [InlineData("validate pairs --rows docs", "'docs' is a folder")]
    [InlineData("validate timeline --rows docs", "'docs' is a folder")]
    [InlineData("validate timeline --rows evidence/training.csv --write-docs", "--write-docs is for the shipped rows")]
    [InlineData("simulate serve llama-3.1-8b@dgx-h100:8 --isl 9 --osl 9", "how do requests come?")]
    [InlineData("simulate serve llama-3.1-8b@dgx-h100:8 --isl 9 --osl 9 --rate 0", "--rate is '0'")]
    [InlineData("simulate serve llama-3.1-8b@dgx-h100:8 --isl 9 --osl 9 --rate 1 --warm-up 10000", "leaves none of 10000 requests")]
    [InlineData("simulate serve llama-3.1-8b@dgx-h100:8 --trace docs", "the trace cannot be read")]
    [InlineData("simulate serve llama-3.1-8b@dgx-h100:8 --trace /dev/null", "the trace holds no request")]
    [InlineData("simulate serve llama-3.1-8b@dgx-h100:8 --trace artifacts/orrery/orrery.dll", "is not text in UTF-8")]
    [InlineData("simulate train llama-3.1-8b@dgx-h100:8 --seed -1", "--seed is '-1', expected a whole number from 0")]
    [InlineData("simulate train llama-3.1-8b@dgx-h100:8 --expert-spread eleven", "--expert-spread is 'eleven', expected a number from 0 to 10")]
    [InlineData("simulate train llama-3.1-8b@dgx-h100:8 --trace docs", "'docs', which is a folder")]
    [InlineData("validate pairs --rows evidence/training.csv --left-out", "--left-out is for the shipped rows")]
    [InlineData("validate training --rows artifacts/orrery/orrery.dll", "is not text in UTF-8")]
    public void What_cannot_be_meant_is_not_ignored(string command, string says)
    {
        var run = Orrery.Ask(command.Split(' '));
        Assert.Equal(2, run.Code);
        Assert.Equal("", run.Output);
        Assert.Single(run.Error.Trim().Split('\n'), line => line.Contains("error ORR", StringComparison.Ordinal));
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_model_and_system_are_both_reported_with_the_nearest_names()
    {
        var run = Orrery.Ask("estimate", "train", "lama-3.1-405b@gb200-nvl27:72");
        Assert.Equal(2, run.Code);
        Assert.Contains("llama-3.1-405b", run.Error, StringComparison.Ordinal);
        Assert.Contains("gb200-nvl72", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id,source\nx,y\n", "chips")]
    [InlineData("", "")]
    [InlineData("\"open quote\n", "")]
    public void A_measured_table_that_cannot_be_used_is_answered_with_what_is_missing(string text, string missing)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            var run = Orrery.Ask("validate", "training", "--rows", path, "--json");
            Assert.Equal(2, run.Code);
            Assert.Equal("", run.Output);
            Assert.Contains(missing, run.Error, StringComparison.Ordinal);
            AssertCivil(run, [path]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"model_type\":\"llama\"}")]
    [InlineData("{\"model_type\":\"unheard-of\",\"hidden_size\":64}")]
    [InlineData("{\"model_type\":\"llama\",\"hidden_size\":-1,\"num_hidden_layers\":1e99,\"num_attention_heads\":0,\"intermediate_size\":1,\"vocab_size\":1}")]
    public void A_configuration_that_cannot_be_used_is_answered_with_its_place(string json)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("orrery").FullName, "config.json");
        File.WriteAllText(path, json);
        var run = Orrery.Ask("estimate", "train", $"{path}@dgx-h100:8");
        Assert.Equal(2, run.Code);
        Assert.Equal("", run.Output);
        Assert.Contains("config.json", run.Error, StringComparison.Ordinal);
        AssertCivil(run, [path]);
    }

    private static void AssertCivil(Run run, IReadOnlyList<string> words)
    {
        var asked = $"'{string.Join("' '", words)}' left with {run.Code}:\n{run.Output}\n{run.Error}";
        Assert.True(run.Code is 0 or 1 or 2, asked);
        Assert.False(run.Error.Contains("   at ", StringComparison.Ordinal) || run.Error.Contains("Unhandled exception", StringComparison.Ordinal), asked);
        Assert.False(run.Code == 2 && run.Output.Length > 0 && !run.Output.StartsWith('{'), asked);
        Assert.False(run.Code == 2 && run.Error.Length == 0, asked);
    }
}
