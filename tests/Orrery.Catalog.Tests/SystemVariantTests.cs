using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;
using Xunit;

namespace Orrery.Catalog.Tests;

/// <summary>Systems with values of the reader's.</summary>
public sealed class SystemVariantTests
{
    private static readonly OrreryCatalog Catalog = Repository.Open();

    [Fact]
    public void A_change_changes_what_it_names_and_nothing_else()
    {
        var (system, changed) = (Catalog.System("cloudmatrix-384"), Catalog.System("cloudmatrix-384 with memory-bandwidth=8TB/s"));
        Assert.Equal(8e12, changed.Chip.MemoryBandwidth.Value.Value, 1);
        Assert.Equal(system.Chip.MemoryCapacity, changed.Chip.MemoryCapacity);
        Assert.Equal(system.Tiers, changed.Tiers);
        Assert.Equal("cloudmatrix-384", changed.BaseId);
    }

    [Fact]
    public void A_domain_is_that_of_the_system_with_a_domain() =>
        Assert.Equal(Catalog.System("cloudmatrix-384").WithDomain(8).Tiers, Catalog.System("cloudmatrix-384 with domain=8").Tiers);

    [Theory]
    [InlineData("2x")]
    [InlineData("1416TFLOP/s")]
    public void A_format_that_the_chip_lacks_gets_a_peak_and_kernels(string peak)
    {
        var chip = Catalog.System($"cloudmatrix-384 with fp8={peak}").Chip;
        Assert.Equal(1416e12, chip.MatmulPeak(NumberFormat.Fp8)!.Value.Value, 1e9);
        Assert.True(chip.Kernels!.Gemm.ContainsKey("fp8"));
    }

    /// <summary>Ranges of everything else are as the catalog has them: a view reads the variant anew.</summary>
    [Fact]
    public void A_view_of_the_catalog_holds_the_variant_too()
    {
        var system = Catalog.System("cloudmatrix-384 with domain=8");
        var input = Catalog.RangedInputs(system).First(one => one.Path.EndsWith(":matmul_peaks.bf16", StringComparison.Ordinal));
        var low = Catalog.WithOverride(input.Path, RangeEnd.Low).System(system.Id);
        Assert.Equal(8, low.ScaleUpDomain);
        Assert.True(low.Chip.MatmulPeak(NumberFormat.Bf16)!.Value.Value < system.Chip.MatmulPeak(NumberFormat.Bf16)!.Value.Value);
    }

    [Theory]
    [InlineData("cloudmatrix-384 with domian=8", "did you mean 'domain'?")]
    [InlineData("cloudmatrix-384 with domain", "expected NAME=VALUE")]
    [InlineData("cloudmatrix-384 with domain=0", "expected a whole number from 1")]
    [InlineData("cloudmatrix-384 with memory=8TB/s", "expected")]
    [InlineData("cloudmatrix-38 with domain=8", "did you mean 'cloudmatrix-384'?")]
    public void A_wrong_change_is_said(string text, string said)
    {
        var error = Assert.Throws<InvalidInputException>(() => Catalog.System(text));
        Assert.Contains(error.Diagnostics, finding => (finding + finding.Hint).Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once() =>
        Assert.Equal(2, Assert.Throws<InvalidInputException>(() => Catalog.System("cloudmatrix-384 with domian=8,power=8TB")).Diagnostics.Count);
}
