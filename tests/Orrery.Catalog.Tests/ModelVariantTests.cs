using Orrery.Domain.Diagnostics;
using Orrery.Domain.Models;
using Xunit;

namespace Orrery.Catalog.Tests;

/// <summary>Models of another depth or width than the catalog's.</summary>
public sealed class ModelVariantTests
{
    private static readonly OrreryCatalog Catalog = Repository.Open();

    [Fact]
    public void Depth_and_width_change_and_heads_keep_their_size()
    {
        var model = Catalog.Model("llama-3.1-405b with layers=176,hidden=22528");
        var run = Assert.Single(model.Layers);
        var attention = Assert.IsType<Attention>(run.Layer.Mixer);
        Assert.Equal((176, 22528, 176, 8, 128), (run.Count, model.Hidden, attention.Heads, attention.KeyValueHeads, attention.HeadDimension));
        Assert.Equal(53248.0 / 16384, Assert.IsType<DenseFeedForward>(run.Layer.FeedForward).Inner / 22528.0, 0.01);
        Assert.Null(model.PublishedParameters);
        Assert.Equal(model, Catalog.Model(model.Id) with { Layers = model.Layers });
    }

    [Fact]
    public void The_models_own_shape_is_the_model()
    {
        var (own, again) = (Catalog.Model("llama-3.1-70b"), Catalog.Model("llama-3.1-70b with layers=80,hidden=8192"));
        Assert.Equal(own.Layers, again.Layers);
        Assert.Equal(own.Hidden, again.Hidden);
    }

    [Theory]
    [InlineData("llama-3.1-70b with layer=3", "did you mean 'layers'?")]
    [InlineData("llama-3.1-70b with layers=0", "'layers' is '0', expected a whole number from 1")]
    [InlineData("llama-3.1-70b with hidden=8200", "expected a multiple of 1024")]
    [InlineData("deepseek-v3 with hidden=8192", "not made of equal layers of attention and a dense block")]
    [InlineData("deepseek-v3 with layers=70", "not all alike")]
    [InlineData("llama-3.1-71b with layers=70", "did you mean 'llama-3.1-70b'?")]
    public void A_wrong_change_is_said(string text, string said)
    {
        var error = Assert.Throws<InvalidInputException>(() => Catalog.Model(text));
        Assert.Contains(error.Diagnostics, finding => (finding + finding.Hint).Contains(said, StringComparison.Ordinal));
    }
}
