using Orrery.Domain;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;
using Xunit;

namespace Orrery.Catalog.Tests;

public sealed class ViewsTests
{
    [Fact]
    public void Only_files_that_are_asked_for_are_parsed()
    {
        var catalog = Repository.Open();
        Assert.Equal(0, catalog.Files.ParsedCount);
        catalog.Ids(CatalogKind.Chips);
        Assert.Equal(0, catalog.Files.ParsedCount);
        catalog.System("dgx-h100");
        Assert.Equal(3, catalog.Files.ParsedCount); // system, chip, kernel profile
        catalog.System("DGX H100");
        Assert.Equal(3, catalog.Files.ParsedCount);
    }

    [Fact]
    public void The_same_thing_twice_is_the_same_object()
    {
        var catalog = Repository.Open();
        Assert.Same(catalog.System("dgx-h100"), catalog.System("DGX H100"));
        Assert.Same(catalog.System("dgx-h100").Chip, catalog.Chip("h100-sxm"));
    }

    [Theory]
    [InlineData(RangeEnd.Low, 80e12), InlineData(RangeEnd.High, 120e12)]
    public void WithOverride_OfAnEnd_ReadsThatEndEverywhere(RangeEnd end, double expected)
    {
        using var scratch = new ScratchCatalog().WithBox();
        var catalog = scratch.Open();
        var view = catalog.WithOverride("chips/small:peaks.bf16", end);
        var peak = view.System("box").Chip.Peaks[NumberFormat.Bf16];
        Assert.Equal(expected, peak.Value.Value);
        Assert.False(peak.IsRanged);
        Assert.Equal(100e12, catalog.System("box").Chip.Peaks[NumberFormat.Bf16].Value.Value);
    }

    [Fact]
    public void WithOverride_OfAText_ReadsIt_AndShareWhatItDoesNotTouch()
    {
        using var scratch = new ScratchCatalog().WithBox();
        var catalog = scratch.Open();
        var chip = catalog.Chip("small");
        var parsed = catalog.Files.ParsedCount;
        var view = catalog.WithOverride("systems/box:tiers.node.bandwidth", "250 GB/s").WithOverride("systems/box:tiers.node.latency", RangeEnd.High);
        Assert.Equal(250e9, view.System("box").Tiers[0].Bandwidth.Value.Value);
        Assert.Equal(4e-6, view.System("box").Tiers[0].Latency.Value.Value, 1e-12);
        Assert.Same(chip, view.Chip("small"));
        Assert.Equal(parsed + 1, view.Files.ParsedCount);
    }

    [Fact]
    public void WithOverride_OfAPathThatIsNotThere_IsAnError()
    {
        using var scratch = new ScratchCatalog().WithBox();
        var catalog = scratch.Open();
        Assert.Throws<InvalidInputException>(() => catalog.WithOverride("chips/none:peaks.bf16", "1 TFLOP/s"));
        Assert.Throws<InvalidInputException>(() => catalog.WithOverride("small", "1 TFLOP/s"));
        var error = Assert.Throws<InvalidInputException>(() => catalog.WithOverride("chips/small:peaks.bf17", "1 TFLOP/s").System("box"));
        Assert.Equal(DiagnosticCode.UnknownPath, Assert.Single(error.Diagnostics).Code);
        error = Assert.Throws<InvalidInputException>(() => catalog.WithOverride("chips/small:peaks.bf16", "fast").Chip("small"));
        Assert.Equal(DiagnosticCode.BadValue, Assert.Single(error.Diagnostics).Code);
    }

    [Fact]
    public void RangedInputs_OfABox_AreItsRangedValues()
    {
        using var scratch = new ScratchCatalog().WithBox();
        var catalog = scratch.Open();
        var inputs = catalog.RangedInputs(catalog.System("box"));
        Assert.Equal(["systems/box:tiers.node.latency", "chips/small:peaks.bf16"], inputs.Select(input => input.Path));
        Assert.Equal((80e12, 100e12, 120e12, Confidence.Assumed), (inputs[1].Low, inputs[1].Value, inputs[1].High, inputs[1].Confidence));
    }

    [Fact]
    public void Every_ranged_input_of_a_shipped_system_can_be_overridden_and_then_is_gone()
    {
        var catalog = Repository.Open();
        foreach (var id in new[] { "cloudmatrix-384", "gb200-nvl72" })
        {
            var inputs = catalog.RangedInputs(catalog.System(id));
            Assert.NotEmpty(inputs);
            foreach (var input in inputs)
            {
                var view = catalog.WithOverride(input.Path, RangeEnd.High);
                Assert.NotNull(view.System(id));
            }
        }
    }

    [Fact]
    public void Describe_ShowsTextSourceConfidenceAndRange()
    {
        using var scratch = new ScratchCatalog().WithBox();
        var row = scratch.Open().Describe(CatalogKind.Chips, "small").Single(value => value.Path == "peaks.bf16");
        Assert.Equal(("100 TFLOP/s", "80 TFLOP/s", "120 TFLOP/s", "BOOK", Confidence.Assumed), (row.Text, row.LowText, row.HighText, row.Source, row.Confidence!.Value));
    }

    [Fact]
    public void Open_OfAFolderThatIsNoCatalog_SaysHowToNameOne()
    {
        var error = Assert.Throws<InvalidInputException>(() => OrreryCatalog.Open(Path.GetTempPath()));
        Assert.Contains("ORRERY_HOME", Assert.Single(error.Diagnostics).Hint, StringComparison.Ordinal);
    }
}
