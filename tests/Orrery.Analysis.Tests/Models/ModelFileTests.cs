using Orrery.Catalog;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Models;
using Xunit;

namespace Orrery.Analysis.Tests.Models;

/// <summary>What a model file may say, and what happens when it says something else.</summary>
public sealed class ModelFileTests
{
    private const string Head = "id: m\nname: M\nsource: paper\nconfidence: published\nhidden: 8\nvocabulary: 16\ntied_embeddings: true\n";

    [Fact]
    public void A_pattern_repeats_its_letters_in_order()
    {
        var model = Read(Head + """
            pattern: SSF
            repeat: 2
            legend:
              S:
                mixer: { kind: attention, heads: 2, key_value_heads: 1, head_dimension: 4, window: 3 }
              F:
                mixer: { kind: attention, heads: 2, key_value_heads: 1, head_dimension: 4 }
            """);

        Assert.Equal([2, 1, 2, 1], model.Layers.Select(run => run.Count));
        Assert.Equal([3, 0, 3, 0], model.Layers.Select(run => ((Attention)run.Layer.Mixer!).Window));
    }

    [Fact]
    public void One_assumed_dimension_makes_the_model_assumed()
    {
        var model = Read(Head + """
            layers:
              - count: { value: 3, confidence: assumed, low: 2, high: 4 }
                feed_forward: { kind: dense, inner: 32, gated: false }
            """);

        Assert.Equal((3, Confidence.Assumed), (model.LayerCount, model.Confidence));
    }

    [Fact]
    public void All_mistakes_come_at_once()
    {
        var findings = Assert.Throws<InvalidInputException>(() => Read(Head + """
            layers:
              - count: 1.5
                mixer: { kind: attention, heads: 6, key_value_heads: 4, head_dimension: 4 }
                feed_forward: { kind: mixture-of-experts, experts: 2, top_k: 3, expert_inner: 8 }
              - count: 1
            """)).Diagnostics;

        Assert.Contains(findings, finding => finding.Message.Contains("'count' is 1.5", StringComparison.Ordinal) && finding.Line == 9);
        Assert.Contains(findings, finding => finding.Message.Contains("6 heads cannot share 4", StringComparison.Ordinal) && finding.Line == 10);
        Assert.Contains(findings, finding => finding.Message.Contains("'top_k' is 3", StringComparison.Ordinal) && finding.Line == 11);
        Assert.Contains(findings, finding => finding.Message.Contains("gated' is missing", StringComparison.Ordinal) && finding.Line == 11);
        Assert.Contains(findings, finding => finding.Message.Contains("neither 'mixer' nor 'feed_forward'", StringComparison.Ordinal));
    }

    [Fact]
    public void A_pattern_letter_without_a_legend_is_a_mistake()
    {
        var findings = Assert.Throws<InvalidInputException>(() => Read(Head + """
            pattern: AB
            legend:
              A: { feed_forward: { kind: dense, inner: 32, gated: false } }
            """)).Diagnostics;

        Assert.Contains("'B' is not in the legend", Assert.Single(findings).Message, StringComparison.Ordinal);
    }

    private static Transformer Read(string text)
    {
        var folder = Directory.CreateTempSubdirectory("orrery-models-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "sources.yaml"), "paper:\n  citation: A paper\n  checked: true\n");
            File.WriteAllText(Path.Combine(folder.CreateSubdirectory("models").FullName, "m.yaml"), text);
            return OrreryCatalog.Open(folder.FullName).Model("m");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
