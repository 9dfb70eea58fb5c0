using System.Text.Json;
using Orrery.Catalog.Checks;
using Orrery.Catalog.Yaml;
using Orrery.Domain.Diagnostics;
using Xunit;

namespace Orrery.Catalog.Tests;

public sealed class BrokenFilesTests
{
    /// <summary>Letters that mean something to YAML, and a few that no file should hold.</summary>
    private const string Damage = "{}[]:,-#&*!|>'\"%@`? \n\t\r\0x9";

    [Fact]
    public void All_mistakes_of_a_folder_come_at_once_with_their_places()
    {
        using var scratch = new ScratchCatalog();
        scratch.Write("chips/wrong.yaml", """
            id: other
            name: Wrong chip
            aliases: []
            confidence: published
            source: BOOK
            vendor: Acme
            generation: one
            status: shipping
            peaks:
              bf16: 100 TB/s
              fp8: { value: 200 TFLOP/s, confidence: assumed }
              fp9: 3 TFLOP/s
            memory:
              capacity: 32
              bandwith: 1 TB/s
            power_limit: { value: -3 W, source: NOWHERE }
            price: { value: 5 USD, confidence: claimed, low: 6 USD, high: 9 USD }
            die_area: { value: 5 mm2, source: BOK }
            """);
        scratch.Write("chips/torn.yaml", "id: torn\nname: [unclosed\n");
        scratch.Write("systems/box.yaml", ScratchCatalog.System.Replace("chip: small", "chip: smal").Replace("topology: switched", "topology: star"));
        scratch.Write("chips/small.yaml", ScratchCatalog.Chip);
        scratch.Write("gadgets/thing.yaml", "id: thing");

        var findings = CatalogCheck.Run(scratch.Open()).Select(item => item.Hint.Length == 0 ? item.ToString() : $"{item} | {item.Hint}");

        Assert.Equal(
            [
                "catalog/chips/torn.yaml:3:1: error ORR0101: ",
                "catalog/chips/wrong.yaml:1:5: error ORR0112: the id is 'other', expected the file's name 'wrong'",
                "catalog/chips/wrong.yaml:10:9: error ORR0103: 'peaks.bf16' is '100 TB/s', expected a compute rate: a number and a unit (EFLOP/s, PFLOP/s, TFLOP/s, GFLOP/s, FLOP/s, POP/s, TOP/s)",
                "catalog/chips/wrong.yaml:11:8: error ORR0108: 'peaks.fp8' is assumed and has no range, expected 'low' and 'high'",
                "catalog/chips/wrong.yaml:12:3: error ORR0105: unknown key 'fp9' in 'peaks', expected one of bf16, fp8 | did you mean 'fp8'?",
                "catalog/chips/wrong.yaml:14:3: error ORR0104: 'memory.bandwidth' is missing, expected a bandwidth",
                "catalog/chips/wrong.yaml:14:13: error ORR0103: 'memory.capacity' is '32', expected a memory: a number and a unit (PB, TB, GB, MB, kB, B, GiB, MiB, KiB)",
                "catalog/chips/wrong.yaml:15:3: error ORR0105: unknown key 'bandwith' in 'memory', expected one of bandwidth, capacity, type | did you mean 'bandwidth'?",
                "catalog/chips/wrong.yaml:16:23: error ORR0110: 'power_limit' is '-3 W', expected nothing below zero",
                "catalog/chips/wrong.yaml:17:50: error ORR0109: 'price' has the range '6 USD' to '9 USD', expected one that holds its value '5 USD'",
                "catalog/chips/wrong.yaml:18:20: error ORR0111: 'die_area' names the source 'BOK', expected an id of sources.yaml | did you mean 'BOOK'?",
                $"catalog/gadgets: error ORR0115: nothing reads this, expected sources.yaml or FOLDER/ID.yaml with an id of a-z, 0-9, '-' and '.' | folders are {string.Join(", ", Enum.GetNames<CatalogKind>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName))}",
                "catalog/systems/box.yaml:6:7: error ORR0114: 'chip' is 'smal', expected the id of a file in chips/ | did you mean 'small'?",
                "catalog/systems/box.yaml:11:15: error ORR0103: 'tiers.node.topology' is 'star', expected one of switched, full-mesh, ring, torus, clos",
            ],
            findings.Select(text => text.StartsWith("catalog/chips/torn", StringComparison.Ordinal) ? text[..text.IndexOf("this", StringComparison.Ordinal)] : text));
    }

    [Theory]
    [InlineData("a: 1\na: 2\n", "f:2:1: error ORR0106: 'a' appears twice, first on line 1")]
    [InlineData("a: &x 1\nb: *x\n", "f:2:4: error ORR0101: an alias ('*name') is used, expected the value itself")]
    [InlineData("- 1\n", "f:1:1: error ORR0103: the file holds a list, expected a mapping of keys to values")]
    [InlineData("", "f:1:1: error ORR0103: the file holds nothing, expected a mapping of keys to values")]
    [InlineData("a: 1\n---\nb: 2\n", "f:2:1: error ORR0101: a second document starts here, expected one document a file")]
    public void Parse_OfWhatYamlAllowsAndTheCatalogDoesNot_SaysSo(string text, string expected) =>
        Assert.Equal([expected], YamlFile.Parse(text, "f").Diagnostics.Select(item => item.ToString()));

    [Fact]
    public void An_absurdly_large_value_is_refused()
    {
        using var scratch = new ScratchCatalog();
        scratch.Write("chips/small.yaml", System.Text.RegularExpressions.Regex.Replace(ScratchCatalog.Chip, "bandwidth: .*", "bandwidth: 9e99 TB/s"));
        Assert.Contains(CatalogCheck.Run(scratch.Open()), item => item.Message == "'memory.bandwidth' is '9e99 TB/s', expected nothing so large");
    }

    [Fact]
    public void Deep_nesting_is_refused_and_does_not_overflow()
    {
        var file = YamlFile.Parse("a: " + new string('[', 100_000), "f");
        Assert.Equal("f:1:35: error ORR0102: nested more than 32 levels deep", Assert.Single(file.Diagnostics).ToString());
    }

    [Fact]
    public void A_huge_file_is_refused_unread()
    {
        var file = YamlFile.Parse(new string('x', YamlFile.MaxBytes + 1), "f");
        Assert.Equal(DiagnosticCode.TooLarge, Assert.Single(file.Diagnostics).Code);
    }

    [Fact]
    public void Random_damage_to_a_file_never_throws()
    {
        var random = new Random(7);
        using var scratch = new ScratchCatalog().WithBox();
        for (var i = 0; i < 400; i++)
        {
            var letters = ScratchCatalog.System.ToCharArray();
            for (var j = 0; j < 4; j++)
            {
                letters[random.Next(letters.Length)] = Damage[random.Next(Damage.Length)];
            }

            scratch.Write("systems/box.yaml", new string(letters));
            CatalogCheck.Run(scratch.Open());
        }
    }

    [Fact]
    public void A_key_that_appears_twice_is_one_error_and_no_crash()
    {
        using var scratch = new ScratchCatalog().WithBox();
        scratch.Write("systems/box.yaml", ScratchCatalog.System + "\nclaims:\n  bf16: 1 PFLOP/s\n  bf16: 2 PFLOP/s\n");
        var error = Assert.Throws<InvalidInputException>(() => scratch.Open().System("box"));
        Assert.Equal(DiagnosticCode.DuplicateKey, Assert.Single(error.Diagnostics).Code);
    }

    [Fact]
    public void Stacks_based_on_each_other_are_an_error()
    {
        using var scratch = new ScratchCatalog();
        const string Head = "aliases: []\nsource: BOOK\nconfidence: published\nparameters: { a: 1 }\n";
        scratch.Write("software/one.yaml", "id: one\nname: One\nbased_on: two\n" + Head);
        scratch.Write("software/two.yaml", "id: two\nname: Two\nbased_on: one\n" + Head);
        var error = Assert.Throws<InvalidInputException>(() => scratch.Open().Stack("one"));
        Assert.Contains(error.Diagnostics, item => item.Message.Contains("leads back here", StringComparison.Ordinal));
    }
}
