using Orrery.Domain.Diagnostics;
using Xunit;

namespace Orrery.Catalog.Tests;

public sealed class NamesTests
{
    [Theory]
    [InlineData("small"), InlineData("SMALL"), InlineData("Small chip"), InlineData("tiny-1"), InlineData("tiny_1"), InlineData("Tiny 1 (as sold)")]
    [InlineData("LittleOne"), InlineData("little one [rev 2; boxed]")]
    public void Chip_OfAnyOfItsNames_IsFound(string name)
    {
        using var scratch = new ScratchCatalog().WithBox();
        Assert.Equal("small", scratch.Open().Chip(name).Id);
    }

    [Fact]
    public void Chip_OfANearMiss_SuggestsWhatWasMeant()
    {
        using var scratch = new ScratchCatalog().WithBox();
        var error = Assert.Throws<InvalidInputException>(() => scratch.Open().Chip("samll"));
        var item = Assert.Single(error.Diagnostics);
        Assert.Equal("error ORR0114: no chip is called 'samll'", item.ToString());
        Assert.Equal("did you mean 'small'?", item.Hint);
    }

    [Theory]
    [InlineData("h100-sxn", "h100-sxm"), InlineData("gb20", "gb200"), InlineData("asend 910c", "ascend-910c"), InlineData("quantum toaster", null)]
    public void Suggest_OnTheShippedChips_FindsTheNearestName(string typed, string? expected) =>
        Assert.Equal(expected, Repository.Open().Suggest(CatalogKind.Chips, typed));

    [Theory]
    [InlineData("../sources"), InlineData("/etc/passwd"), InlineData(""), InlineData("a/b"), InlineData("..")]
    public void FindChip_OfAPath_NeverLeavesTheFolder(string name) => Assert.Null(Repository.Open().FindChip(name));

    [Theory]
    [InlineData("kitten", "sitting", 3), InlineData("ab", "ba", 1), InlineData("", "abc", 3), InlineData("same", "same", 0)]
    public void Distance_CountsEdits(string left, string right, int expected) => Assert.Equal(expected, Spelling.Distance(left, right));

    [Fact]
    public void Names_by_text_scan_are_those_of_the_parser()
    {
        var catalog = Repository.Open();
        foreach (var kind in Enum.GetValues<CatalogKind>())
        {
            foreach (var id in catalog.Ids(kind))
            {
                var root = catalog.Files.Document(kind, id)!.Root!;
                var aliases = root["aliases"] is Yaml.YamlSequence list ? list.Items.Select(item => ((Yaml.YamlScalar)item).Text) : [];
                Assert.Equal([((Yaml.YamlScalar)root["name"]!).Text, .. aliases], NameIndex.Scan(catalog.Files.PathOf(kind, id)));
            }
        }
    }
}
