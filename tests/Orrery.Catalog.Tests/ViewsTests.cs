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
        Assert.Equal(4, catalog.Files.ParsedCount); // system, chip, kernel profile, failure profile
        catalog.System("DGX H100");
        Assert.Equal(4, catalog.Files.ParsedCount);
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
    public void WithOverride_InAKernelProfile_ReachesChipAndTiers_AndSharesTheRest()
    {
        using var scratch = new ScratchCatalog().WithFittedBox();
        var catalog = scratch.Open();
        var system = catalog.System("box");
        var view = catalog.WithOverride("kernels/fitted:scale_up_reach.fraction", RangeEnd.Low).System("box");
        Assert.Equal(0.5, view.Chip.Kernels!.ScaleUpReach!.Fraction.Value.Value);
        Assert.Same(view.Chip.Kernels.ScaleUpReach, view.Tiers[1].Reach);
        Assert.Equal(0.7, system.Tiers[1].Reach.Fraction.Value.Value);
        Assert.Same(system.Tiers[0], view.Tiers[0]);
        Assert.Same(system.Chip.Peaks, view.Chip.Peaks);
        Assert.Same(system.Chip.Kernels!.ScaleUpReach!.HalfSize, view.Chip.Kernels.ScaleUpReach.HalfSize);
    }

    [Fact]
    public void WithOverride_OfAnotherChip_LeavesASystemAsItIs()
    {
        using var scratch = new ScratchCatalog().WithFittedBox();
        scratch.Write("chips/other.yaml", ScratchCatalog.Chip.Replace("id: small", "id: other", StringComparison.Ordinal).Replace("Tiny 1", "Tiny 2", StringComparison.Ordinal));
        var catalog = scratch.Open();
        var view = catalog.WithOverride("chips/other:peaks.bf16", RangeEnd.Low);
        Assert.Same(catalog.System("box"), view.System("box"));
        Assert.Equal(80e12, view.Chip("other").Peaks[NumberFormat.Bf16].Value.Value);
    }

    [Fact]
    public void WithOverride_ReadsEveryOtherValueOfTheFileFromMemory()
    {
        using var scratch = new ScratchCatalog().WithBox();
        var catalog = scratch.Open();
        var view = catalog.WithOverride("chips/small:peaks.bf16", RangeEnd.Low);
        Assert.Same(catalog.Chip("small").MemoryBandwidth, view.Chip("small").MemoryBandwidth);
        Assert.NotSame(catalog.Chip("small").Peaks[NumberFormat.Bf16], view.Chip("small").Peaks[NumberFormat.Bf16]);
    }

    [Fact]
    public void What_is_wrong_with_a_file_is_wrong_in_every_view()
    {
        using var scratch = new ScratchCatalog().WithBox();
        scratch.Write("chips/small.yaml", ScratchCatalog.Chip.Replace("bandwidth: 1 TB/s", "bandwidth: { value: 1 TB/s, colour: red }", StringComparison.Ordinal));
        var catalog = scratch.Open();
        var first = Assert.Throws<InvalidInputException>(() => catalog.Chip("small"));
        var again = Assert.Throws<InvalidInputException>(() => catalog.WithOverride("chips/small:peaks.bf16", RangeEnd.Low).Chip("small"));
        Assert.Equal(DiagnosticCode.UnknownKey, Assert.Single(first.Diagnostics).Code);
        Assert.Equal(first.Diagnostics, again.Diagnostics);
    }

    [Fact]
    public void Views_read_by_many_threads_at_once_are_those_of_one()
    {
        var alone = Repository.Open();
        var shared = Repository.Open();
        var inputs = alone.RangedInputs(alone.System("cloudmatrix-384"));
        double[] Values(OrreryCatalog catalog, RangedInput input)
        {
            var system = catalog.WithOverride(input.Path, RangeEnd.High).System("cloudmatrix-384");
            return [.. system.Tiers.Select(tier => tier.Reach.Fraction.Value.Value), .. system.Chip.Peaks.Values.Select(peak => peak.Value.Value), system.Chip.Kernels!.Streaming.Memory];
        }

        var expected = inputs.Select(input => Values(alone, input)).ToList();
        Parallel.For(0, inputs.Count, at => Assert.Equal(expected[at], Values(shared, inputs[at])));
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
