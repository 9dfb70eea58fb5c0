using Orrery.Catalog;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Models;
using Orrery.Interchange.HuggingFace;
using Xunit;

namespace Orrery.Interchange.Tests.HuggingFace;

public sealed class HuggingFaceConfigTests
{
    private static readonly OrreryCatalog Shipped =
        OrreryCatalog.Open(CatalogRoot.Find() ?? throw new InvalidOperationException("no catalog above the test's folder"));

    public static TheoryData<string> Ids => [.. Configs.ByCatalogId.Keys];

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_configuration_reads_as_the_catalog_has_it(string id)
    {
        var expected = Shipped.Model(id);
        var model = Read(Configs.ByCatalogId[id]).Model;

        Assert.Equal(expected.Layers, model.Layers);
        Assert.Equal(
            (expected.Hidden, expected.Vocabulary, expected.TiedEmbeddings, expected.PositionEmbeddings, expected.MultiTokenPrediction, expected.MaxSequence),
            (model.Hidden, model.Vocabulary, model.TiedEmbeddings, model.PositionEmbeddings, model.MultiTokenPrediction, model.MaxSequence));
    }

    [Fact]
    public void Weight_type_and_quantization_are_noted()
    {
        Assert.Equal("bfloat16", Read(Configs.ByCatalogId["llama-3.1-8b"]).WeightType);
        Assert.Equal("fp8", Read(Configs.ByCatalogId["deepseek-v3"]).Quantization);
        Assert.Equal("", Read(Configs.ByCatalogId["llama-3.1-8b"]).Quantization);
    }

    [Fact]
    public void A_default_of_the_model_type_is_taken_with_a_warning()
    {
        var imported = Read("""
            {"model_type": "gemma3_text", "hidden_size": 3840, "num_hidden_layers": 6, "num_attention_heads": 16, "num_key_value_heads": 8,
             "intermediate_size": 15360, "sliding_window": 1024}
            """);

        Assert.Equal(256, ((Attention)imported.Model.Layers[0].Layer.Mixer!).HeadDimension);
        Assert.Equal(2, imported.Warnings.Count);
        Assert.All(imported.Warnings, warning => Assert.Equal(Severity.Warning, warning.Severity));
    }

    [Fact]
    public void A_folder_is_read_by_its_config_and_names_the_model()
    {
        var folder = Directory.CreateTempSubdirectory("orrery-hf-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "config.json"), Configs.ByCatalogId["llama-3.1-8b"]);

            Assert.Equal(folder.Name.ToLowerInvariant(), HuggingFaceConfig.Load(folder.FullName).Model.Id);
            Assert.Equal(32, HuggingFaceConfig.Load(Path.Combine(folder.FullName, "config.json")).Model.LayerCount);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_missing_file_is_a_finding() =>
        Assert.Equal(DiagnosticCode.Unreadable, Assert.Single(Findings(() => HuggingFaceConfig.Load("/nowhere/config.json"))).Code);

    [Fact]
    public void An_unknown_type_says_which_facts_are_missing()
    {
        var finding = Assert.Single(Bad("""{"model_type": "llamma", "hidden_size": 64, "num_hidden_layers": 2}"""));

        Assert.Equal(DiagnosticCode.UnknownName, finding.Code);
        Assert.Contains("'llamma'", finding.Message, StringComparison.Ordinal);
        Assert.Contains("num_attention_heads, intermediate_size, vocab_size", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_missing_and_wrong_fields_come_at_once_with_their_places()
    {
        var findings = Bad("""
            {
              "model_type": "llama",
              "hidden_size": -4096,
              "num_hidden_layers": "many",
              "num_attention_heads": 1e30,
              "intermediate_size": 12.5
            }
            """);

        Assert.Equal(
            ["3:18 ORR0110", "4:24 ORR0103", "5:26 ORR0110", "6:24 ORR0103", "1:1 ORR0104"],
            findings.Select(finding => $"{finding.Line}:{finding.Column} {finding.Code}"));
    }

    /// <summary>What stands in for a wrong number must not be reported in turn.</summary>
    [Fact]
    public void A_wrong_number_is_one_finding()
    {
        const string Good = """{"model_type": "llama", "hidden_size": HIDDEN, "num_hidden_layers": 2, "num_attention_heads": HEADS, "intermediate_size": 64, "vocab_size": 99}""";

        var hidden = Assert.Single(Bad(Good.Replace("HIDDEN", "4096000000", StringComparison.Ordinal).Replace("HEADS", "32", StringComparison.Ordinal)));
        Assert.Equal("'hidden_size' is 4096000000, expected 1 to 67108864", hidden.Message);

        var heads = Assert.Single(Bad(Good.Replace("HIDDEN", "4096", StringComparison.Ordinal).Replace("HEADS", "0", StringComparison.Ordinal)));
        Assert.Equal("'num_attention_heads' is 0, expected 1 to 67108864", heads.Message);
    }

    [Theory]
    [InlineData("", DiagnosticCode.Syntax)]
    [InlineData("[1, 2]", DiagnosticCode.BadValue)]
    [InlineData("{\"model_type\": \"llama\", \"hidden_size\": NaN}", DiagnosticCode.Syntax)]
    [InlineData("{\"model_type\": \"llama\"} trailing", DiagnosticCode.Syntax)]
    [InlineData("{\"model_type\": \"\\ud800\"}", DiagnosticCode.Syntax)]
    [InlineData("{\"model_type\": \"llama\", \"model_type\": \"gpt2\"}", DiagnosticCode.DuplicateKey)]
    public void Text_that_is_no_configuration_is_a_finding(string text, string code) => Assert.Contains(Bad(text), finding => finding.Code == code);

    [Fact]
    public void Deep_nesting_is_a_finding_and_no_crash() =>
        Assert.Equal(DiagnosticCode.Syntax, Assert.Single(Bad("{\"a\":" + new string('[', 100_000))).Code);

    [Theory]
    [InlineData("\"num_key_value_heads\": 5", "cannot share 5")]
    [InlineData("\"num_attention_heads\": 30, \"num_key_value_heads\": 30", "does not divide into 30 heads")]
    [InlineData("\"num_hidden_layers\": 60000000", "60000000 layers")]
    [InlineData("\"tie_word_embeddings\": \"no\"", "expected true or false")]
    public void A_contradiction_is_a_finding(string change, string message)
    {
        var fields = new Dictionary<string, string>
        {
            ["num_attention_heads"] = "32", ["num_key_value_heads"] = "8", ["num_hidden_layers"] = "2",
        };
        var kept = fields.Where(field => !change.Contains($"\"{field.Key}\"", StringComparison.Ordinal)).Select(field => $"\"{field.Key}\": {field.Value}");
        var text = $$"""{"model_type": "llama", "hidden_size": 4096, "intermediate_size": 64, "vocab_size": 99, {{string.Join(", ", kept.Append(change))}}}""";

        Assert.Contains(Bad(text), finding => finding.Message.Contains(message, StringComparison.Ordinal));
    }

    /// <summary>A good file cut short or with one letter changed, at every third place, is either read or refused with findings.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public void Damaged_files_never_crash(string id)
    {
        var good = Configs.ByCatalogId[id];
        for (var at = 0; at < good.Length; at += 3)
        {
            ReadOrRefuse(good[..at]);
            foreach (var letter in "0-9\"}[:e")
            {
                ReadOrRefuse(good[..at] + letter + good[(at + 1)..]);
            }
        }
    }

    private static void ReadOrRefuse(string text)
    {
        try
        {
            Assert.True(Read(text).Model.LayerCount > 0);
        }
        catch (InvalidInputException refused)
        {
            Assert.NotEmpty(refused.Diagnostics);
        }
    }

    private static ImportedModel Read(string text) => HuggingFaceConfig.Parse(text, "config.json", "imported");

    private static IReadOnlyList<Diagnostic> Bad(string text) => Findings(() => Read(text));

    private static IReadOnlyList<Diagnostic> Findings(Action read) => Assert.Throws<InvalidInputException>(read).Diagnostics;
}
