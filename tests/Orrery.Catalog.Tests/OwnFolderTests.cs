using Orrery.Catalog.Checks;
using Orrery.Domain.Diagnostics;
using Xunit;

namespace Orrery.Catalog.Tests;

/// <summary>A second folder whose files are added to the catalog and stand before those of the same id.</summary>
public sealed class OwnFolderTests : IDisposable
{
    private const string OwnKernels = """
        id: fitted
        name: Measured here
        source: MINE
        confidence: measured
        streaming: { memory: 0.8, launch: 3 us }
        scale_up_reach: { fraction: 0.6, startup: 9 us, startup_per_rank: 1 us, half_size: 4 MB }
        """;

    private readonly ScratchCatalog _shipped = new ScratchCatalog().WithFittedBox();
    private readonly ScratchCatalog _own = new();

    public OwnFolderTests() => _own.Write("sources.yaml", "MINE:\n  citation: \"Measured here\"\n  checked: true\n");

    public void Dispose()
    {
        _shipped.Dispose();
        _own.Dispose();
    }

    [Fact]
    public void AnOwnProfile_StandsBeforeTheShippedOne_ThroughChipAndSystem()
    {
        _own.Write("kernels/fitted.yaml", OwnKernels);
        var catalog = Open();
        Assert.Equal(0.8, catalog.Chip("small").Kernels!.Streaming.Memory);
        Assert.Equal(0.6, catalog.System("box").Tiers[^1].Reach.Fraction.Value.Value);
        Assert.Equal(0.9, OrreryCatalog.Open(_shipped.Folder).Chip("small").Kernels!.Streaming.Memory);
        Assert.EndsWith(Path.Combine("kernels", "fitted.yaml"), catalog.PathOf(CatalogKind.Kernels, "fitted"), StringComparison.Ordinal);
    }

    [Fact]
    public void AnOwnChip_IsAdded_AndMayTakeAShippedName()
    {
        _own.Write("chips/mine.yaml", ScratchCatalog.Chip.Replace("id: small", "id: mine", StringComparison.Ordinal).Replace("BOOK", "MINE", StringComparison.Ordinal));
        var catalog = Open();
        Assert.Equal(["mine", "small"], catalog.Ids(CatalogKind.Chips));
        Assert.Equal("mine", catalog.Resolve(CatalogKind.Chips, "Tiny 1"));
        Assert.Equal("small", catalog.Resolve(CatalogKind.Chips, "small"));
    }

    [Fact]
    public void BothFolders_AreChecked_WithTheSourcesOfBoth()
    {
        _own.Write("kernels/fitted.yaml", OwnKernels);
        Assert.DoesNotContain(CatalogCheck.Run(Open()), finding => finding.Severity == Severity.Error);

        _own.Write("kernels/fitted.yaml", OwnKernels.Replace("MINE", "NOBODY", StringComparison.Ordinal)).Write("gadgets/x.yaml", "id: x");
        var errors = CatalogCheck.Run(Open()).Where(finding => finding.Severity == Severity.Error).ToList();
        Assert.Contains(errors, finding => finding.Code == DiagnosticCode.UnknownSource && finding.File == "catalog/kernels/fitted.yaml");
        Assert.Contains(errors, finding => finding.Code == DiagnosticCode.Orphan && finding.File == "catalog/gadgets");
    }

    [Fact]
    public void AFolderThatIsNotThere_IsAnError_NotAnEmptyCatalog()
    {
        var error = Assert.Throws<InvalidInputException>(() => OrreryCatalog.Open(_shipped.Folder, _own.Folder + "-gone"));
        Assert.Contains("there is no folder", error.Message, StringComparison.Ordinal);
    }

    private OrreryCatalog Open() => OrreryCatalog.Open(_shipped.Folder, _own.Folder);
}
