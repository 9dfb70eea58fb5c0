using Orrery.Catalog.Checks;
using Orrery.Domain.Reliability;
using Xunit;

namespace Orrery.Catalog.Tests;

/// <summary>Failure profiles and the parts of systems, read and refused.</summary>
public sealed class FailureProfileTests
{
    private const string Parts = "parts: { hosts: 1, nics: 8, links: 0, optics: 0, switches: 0, scale_out_radix: 64 }";

    private const string Profile = """
        id: site
        name: A site
        source: BOOK
        confidence: published
        causes:
          - { id: chip, part: chip, rate: 12000 FIT, interrupts: 1 }
          - { id: bug, part: software, rate: 1 /y, interrupts: 50 % }
        site_factor: { value: 1, low: 0.5, high: 2, confidence: assumed }
        recovery: { detection: 2 min, restart: 8 min, replaced: 0.75, repair: 24 h, spares: 2 % }
        checkpoint: { bandwidth: 100 MB/s, blocking: 0.3 }
        """;

    private static readonly OrreryCatalog Shipped = Repository.Open();

    [Fact]
    public void ASystemAndItsProfile_AreRead()
    {
        using var scratch = Scratch(Profile);
        var box = scratch.Open().System("box");
        Assert.Empty(CatalogCheck.Run(scratch.Open()));
        Assert.Equal(8, box.Parts!.Nics.Value);
        var failures = box.Failures!;
        Assert.Equal(12000 / 3.6e12, failures.Causes[0].Rate.Value.Value, 1e-18);
        Assert.Equal((FailingPart.Software, 1 / (365.25 * 86400), 0.5), (failures.Causes[1].Part, failures.Causes[1].Rate.Value.Value, failures.Causes[1].Interrupts.Value.Value));
        Assert.Equal(86400, failures.Recovery.Repair.Value.Value);
    }

    /// <summary>A view that reads one rate otherwise gives the system a profile that does; the shipped one stays.</summary>
    [Fact]
    public void AViewOfARate_ReachesTheSystem()
    {
        using var scratch = Scratch(Profile);
        var catalog = scratch.Open();
        Assert.Equal(1, catalog.System("box").Failures!.SiteFactor.Value.Value);
        Assert.Equal(2, catalog.WithOverride("reliability/site:site_factor", RangeEnd.High).System("box").Failures!.SiteFactor.Value.Value);
        Assert.Contains("reliability/site:site_factor", catalog.RangedInputs(catalog.System("box")).Select(input => input.Path));
    }

    [Theory]
    [InlineData("rate: 12000 FIT", "rate: 12000", "expected a failure rate: a number and a unit (/h, /d, /y, FIT)")]
    [InlineData("part: chip", "part: fan", "'causes.chip.part' is 'fan', expected one of chip, host, nic, link, optic, switch, software")]
    [InlineData("interrupts: 50 %", "interrupts: 1.5", "'interrupts' may be 1.5, expected a share, 0 to 1")]
    [InlineData("bandwidth: 100 MB/s", "bandwidth: 0 MB/s", "'bandwidth' may be 0, expected more")]
    [InlineData("id: bug", "id: chip", "'causes.chip' is there twice, expected each cause once")]
    [InlineData("detection: 2 min, ", "", "'recovery.detection' is missing, expected a time")]
    public void AProfileThatIsWrong_IsAnErrorAtItsPlace(string right, string wrong, string message)
    {
        using var scratch = Scratch(Profile.Replace(right, wrong, StringComparison.Ordinal));
        Assert.Contains(CatalogCheck.Run(scratch.Open()), finding =>
            finding.File == "catalog/reliability/site.yaml" && finding.Line > 0 && finding.Message.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("failure_profile: site", "'parts' is missing, expected a mapping of what 'failure_profile' gives failure rates for")]
    [InlineData("failure_profile: sight\n" + Parts, "'failure_profile' is 'sight', expected the id of a file in reliability/")]
    [InlineData("parts: { hosts: 1, nics: 8, links: 0, switches: 0, scale_out_radix: 64 }", "'parts.optics' is missing, expected a number")]
    [InlineData("parts: { hosts: 0, nics: 8, links: 0, optics: 0, switches: 0, scale_out_radix: 64 }", "'parts.hosts' may be 0, expected at least 1")]
    [InlineData("parts: { hosts: 1, nics: 8, links: 0, optics: 0, switches: 0, scale_out_radix: 2 }", "'parts.scale_out_radix' may be 2, expected at least 3")]
    public void PartsThatAreWrong_AreAnError(string lines, string message)
    {
        using var scratch = new ScratchCatalog().WithBox().Write("reliability/site.yaml", Profile);
        scratch.Write("systems/box.yaml", ScratchCatalog.System + "\n" + lines);
        Assert.Contains(CatalogCheck.Run(scratch.Open()), finding => finding.Message.Contains(message, StringComparison.Ordinal));
    }

    /// <summary>What the catalog knows of the networks that the debate is about: optics on one side, copper on the other.</summary>
    [Fact]
    public void ShippedSystems_SayWhatTheyAreMadeOf()
    {
        Assert.Equal(6912, Shipped.System("cloudmatrix-384").Parts!.Optics.Value);
        Assert.Equal(0, Shipped.System("gb200-nvl72").Parts!.Optics.Value);
        Assert.Equal(18, Shipped.System("gb200-nvl72").Parts!.Hosts.Value);
        Assert.All(
            Shipped.Ids(CatalogKind.Systems).Select(Shipped.System).Where(system => system.Failures is not null), system => Assert.NotNull(system.Parts));
    }

    private static ScratchCatalog Scratch(string profile) => new ScratchCatalog().WithBox()
        .Write("reliability/site.yaml", profile).Write("systems/box.yaml", ScratchCatalog.System + "\nfailure_profile: site\n" + Parts);
}
