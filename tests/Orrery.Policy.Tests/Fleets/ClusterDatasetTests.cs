using Orrery.Catalog;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;
using Orrery.Policy.Fleets;
using Xunit;

namespace Orrery.Policy.Tests.Fleets;

public sealed class ClusterDatasetTests
{
    private static readonly Fleet Frame = Shipped.Catalog.Fleet("gpu-clusters");

    private static readonly string Shipping = Path.Combine(Path.GetDirectoryName(CatalogRoot.Find()!)!, "evidence", Frame.Dataset);

    private static readonly ClusterChoice Everything = new(Planned: true, Certainty: ClusterCertainty.Unlikely) { Duplicates = true, AllPhases = true };

    private static ClusterFleet Read(ClusterChoice choice) => ClusterDataset.Read(Shipped.Catalog, Frame, Shipping, choice);

    private static double H100e(ClusterFleet read) =>
        read.Fleet.UnknownH100e + read.Fleet.Holdings.Sum(holding => holding.Amount.Value * MadePlans.Paper.Of(holding.System.Chip, H100Count.Epoch));

    [Fact]
    public void Every_row_counts_or_is_left_out_for_one_reason()
    {
        foreach (var choice in new[] { new ClusterChoice(), Everything, new ClusterChoice { Country = "China", Groups = false, By = 2024 } })
        {
            var read = Read(choice);
            Assert.Equal(786, read.Rows + read.LeftOut.Sum(left => left.Rows));
        }
    }

    [Fact]
    public void Nearly_all_equivalents_of_the_rows_are_found_again_in_chips_of_the_catalog()
    {
        var read = Read(new ClusterChoice(Certainty: ClusterCertainty.Unlikely) { Duplicates = true, AllPhases = true });
        var stated = 1_904_167.3; // the data set's own sum over existing rows
        Assert.Equal(stated, H100e(read), stated * 0.01);
    }

    [Fact]
    public void Every_holding_of_the_data_set_counts_its_own_chips()
    {
        var read = Read(new ClusterChoice());
        var result = MadePlans.Study(read.Fleet).Results[0];
        Assert.All(result.Holdings, held => Assert.Equal(held.Holding.Amount.Value, held.Chips));
        Assert.Equal(H100e(read), result[FleetFigure.PaperEpoch].Value, 1);
    }

    [Fact]
    public void Chips_of_unknown_types_are_summed_by_country()
    {
        var read = Read(new ClusterChoice());
        Assert.Equal(read.Fleet.UnknownH100e, read.Unknown.Sum(entry => entry.H100e), 1e-6);
        Assert.Equal("China", read.Unknown[0].Country);

        var taken = Read(new ClusterChoice { UnknownAs = Shipped.Catalog.System("dgx-a100") });
        Assert.Empty(taken.Unknown);
        Assert.Equal(read.Fleet.UnknownH100e, taken.Fleet.Holdings.Where(holding => holding.Unit == FleetUnit.H100e).Sum(holding => holding.Amount.Value), 1e-6);
    }

    [Fact]
    public void Asking_for_more_rows_never_leaves_fewer()
    {
        var least = Read(new ClusterChoice { Groups = false });
        var some = Read(new ClusterChoice());
        Assert.Equal(some.Rows, least.Rows + some.Groups.Rows);
        Assert.Equal(0, least.Groups.Rows);
        Assert.True(some.Rows < Read(new ClusterChoice { Duplicates = true }).Rows);
        Assert.True(some.Rows < Read(new ClusterChoice(Certainty: ClusterCertainty.Unlikely)).Rows);
        Assert.True(some.Rows < Read(new ClusterChoice { AllPhases = true }).Rows);
        Assert.True(H100e(some) < H100e(Read(new ClusterChoice(Planned: true))));
        Assert.True(Read(new ClusterChoice { By = 2024 }).Rows < Read(new ClusterChoice { By = 2025 }).Rows);
    }

    [Fact]
    public void A_site_built_in_phases_counts_once()
    {
        var colossus = Read(new ClusterChoice { Owner = "xAI" }).Fleet.Holdings.Where(holding => holding.Name.Contains("Colossus Memphis", StringComparison.Ordinal)).ToList();
        Assert.Equal([200_000, 30_000], colossus.Select(holding => holding.Amount.Value));
        Assert.Equal(2, colossus.Select(holding => holding.Name).Distinct().Count());
        Assert.Single(colossus.Select(holding => holding.Site).Distinct());
        var phases = Read(new ClusterChoice { Owner = "xAI", AllPhases = true }).Fleet.Holdings;
        Assert.Equal(200_000 + 30_000 + 150_000 + 50_000 + 100_000, phases.Where(holding => holding.Name.Contains("Colossus Memphis", StringComparison.Ordinal)).Sum(holding => holding.Amount.Value));
    }

    [Fact]
    public void Choices_by_country_owner_chip_and_date_keep_what_they_name()
    {
        Assert.All(Read(new ClusterChoice { Country = "japan" }).Fleet.Holdings, holding => Assert.Equal("Japan", holding.Country));
        Assert.All(Read(new ClusterChoice { Owner = "meta" }).Fleet.Holdings, holding => Assert.Contains("Meta", holding.Owner, StringComparison.Ordinal));
        Assert.All(Read(new ClusterChoice { Chip = "h200-sxm" }).Fleet.Holdings, holding => Assert.Equal("h200-sxm", holding.System.Chip.Id));
        Assert.DoesNotContain(Read(new ClusterChoice { By = 2024 }).Fleet.Holdings, holding => holding.Name.Contains("Colossus", StringComparison.Ordinal));
    }

    [Fact]
    public void Wrong_cells_are_named_with_their_lines()
    {
        var lines = File.ReadLines(Shipping).Take(3).ToArray();
        lines[1] = lines[1].Replace("Planned", "Dreamt", StringComparison.Ordinal).Replace("50025265.29", "lots", StringComparison.Ordinal);
        lines[2] = lines[2].Replace("Likely", "Perhaps", StringComparison.Ordinal);
        var path = Path.Combine(Path.GetTempPath(), $"orrery-clusters-{Guid.NewGuid():n}.csv");
        File.WriteAllLines(path, lines);
        try
        {
            var error = Assert.Throws<InvalidInputException>(() => ClusterDataset.Read(Shipped.Catalog, Frame, path, new ClusterChoice()));
            Assert.Equal(
                [
                    "2 'Status' is 'Dreamt', expected Existing, Planned, Decommissioned",
                    "2 'H100 equivalents' is 'lots', expected a number",
                    "3 'Certainty' is 'Perhaps', expected Confirmed, Likely, Unlikely",
                ],
                error.Diagnostics.Select(item => $"{item.Line} {item.Message}"));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
