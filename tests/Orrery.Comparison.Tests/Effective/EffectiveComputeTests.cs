using Orrery.Catalog;
using Orrery.Comparison.Effective;
using Orrery.Domain.Workloads;
using Xunit;

namespace Orrery.Comparison.Tests.Effective;

/// <summary>H100-equivalents on paper and delivered.</summary>
public sealed class EffectiveComputeTests
{
    // As Epoch's dataset and the texts of export rules have them.
    [Theory]
    [InlineData("gb200", 2.5265)]
    [InlineData("a100-80gb", 0.3157)]
    [InlineData("tpu-v4", 0.139)]
    [InlineData("h100-sxm", 1)]
    public void Epochs_definition_gives_the_published_figure(string chip, double expected) =>
        Assert.Equal(expected, PaperEquivalents.Of(Shipped.Catalog, Shipped.Catalog.Chip(chip)).Epoch!.Value, 0.01);

    [Theory]
    [InlineData("ascend-910c", 12_032.0 / 15_824)]
    [InlineData("h20", 2_368.0 / 15_824)]
    public void Total_processing_power_is_over_the_H100s(string chip, double expected) =>
        Assert.Equal(expected, PaperEquivalents.Of(Shipped.Catalog, Shipped.Catalog.Chip(chip)).Tpp!.Value, 1e-3);

    private static readonly ReferenceWorkload Small = Shipped.Catalog.Workload("dense-pretraining") with { Id = "small", Model = "llama-3.1-8b", Chips = 16, InputTokens = 4096 };

    [Fact]
    public void An_H100_is_one_H100() =>
        Assert.Equal(1, new EffectiveCompute(Shipped.Catalog).Of(Small, Shipped.Catalog.System("dgx-h100")).H100Equivalents);

    [Fact]
    public void Twice_every_rate_is_about_two_H100s_and_never_less_than_one()
    {
        var effective = new EffectiveCompute(Shipped.Catalog);
        var doubled = effective.Of(Small, Shipped.Catalog.System("dgx-h100 with bf16=1978TFLOP/s,fp8=3958TFLOP/s,memory-bandwidth=6.7TB/s,scale-up-bandwidth=900GB/s,scale-out-bandwidth=100GB/s")).H100Equivalents!.Value;
        Assert.InRange(doubled, 1.5, 2.0001); // launches and the host stay as they are
    }

    [Fact]
    public void What_cannot_be_planned_says_why()
    {
        var none = new EffectiveCompute(Shipped.Catalog).Of(Shipped.Catalog.Workload("dense-pretraining") with { Chips = 8 }, Shipped.Catalog.System("dgx-h100"));
        Assert.Null(none.H100Equivalents);
        Assert.NotEmpty(none.Delivery.WhyNot);
    }

    [Fact]
    public void Chips_are_whole_systems_of_a_small_product_and_part_of_a_large_one()
    {
        Assert.Equal(1080, Small with { Chips = 1024 } is var workload ? workload.ChipsOf(72) : 0);
        Assert.Equal(1024, workload.ChipsOf(8));
        Assert.Equal(1024, workload.ChipsOf(8192));
    }

    [Fact]
    public void Every_shipped_workload_names_a_model_of_the_catalog() => Assert.All(
        Shipped.Catalog.Ids(CatalogKind.Workloads).Select(Shipped.Catalog.Workload), workload => Assert.NotNull(Shipped.Catalog.FindModel(workload.Model)));
}
