using System.Xml.Linq;
using Orrery.Cli.Report;
using Orrery.Cli.Report.Charts;
using Orrery.Cli.Terminal;
using Xunit;

namespace Orrery.Cli.Tests.Report;

/// <summary>Pages are self-contained, pictures are well-formed, and both forms say the same.</summary>
public sealed class PageTests
{
    private static readonly Table Numbers = new Table(new Column("what"), new Column("value", Align.Right)).Add("a < b | c", "1.5").Add("\"quoted\" & more", "2");

    private static readonly Document Whole = new("A <title>", "A lead & more.",
    [
        new Section("one", "First", [new Paragraph("Text <b>not bold</b>."), new Bullets(["one", "two"]), new TableBlock(Numbers, "caption"), new Commands(["./orrery claims 'a b'"])]),
        new Section("two", "Second",
        [
            new Figure(BarChart.Draw("bars", [("group", [new Bar("a & b", 0, 2, 1, 3, "2.00x"), new Bar("c", 1, 0.5, null, null, "0.50x")])], ["paper", "delivered"], mark: 1), "caption", Numbers),
            new Figure(Waterfall.Draw("steps", ("from", 10, "10"), [new WaterfallStep("up", 4, 3, 5, "4x"), new WaterfallStep("down", 0.5, 0.4, 0.6, "0.5x")], ("to", 20, "20")), "", Numbers),
            new Figure(LineChart.Draw("curves", "x", "y", [new Series("one", [(1000, 10), (10_000, 3)]), new Series("two", [(1000, 20), (10_000, 3)])]), "", Numbers),
            new Judged("C01", "A claim <i>", "somebody", "refuted", "Because.", "./orrery claims c01"),
        ]),
    ]);

    [Fact]
    public void A_page_fetches_nothing_and_runs_nothing()
    {
        var page = HtmlPage.Write(Whole);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<link", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("url(", page, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Words_are_words_and_not_markup()
    {
        var page = HtmlPage.Write(Whole);
        Assert.Contains("Text &lt;b&gt;not bold&lt;/b&gt;.", page, StringComparison.Ordinal);
        Assert.Contains("a &lt; b | c", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<i>", page, StringComparison.Ordinal);
        Assert.Contains(@"a < b \| c", MarkdownPage.Write(Whole), StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_are_well_formed() => Assert.All(Whole.Sections[1].Blocks.OfType<Figure>(), figure =>
    {
        var svg = XElement.Parse(figure.Svg);
        Assert.Equal("svg", svg.Name.LocalName);
        Assert.DoesNotContain("NaN", figure.Svg, StringComparison.Ordinal);
        Assert.DoesNotContain("Infinity", figure.Svg, StringComparison.Ordinal);
    });

    [Fact]
    public void Every_section_is_linked_and_in_both_forms()
    {
        var (page, text) = (HtmlPage.Write(Whole), MarkdownPage.Write(Whole));
        Assert.All(Whole.Sections, section =>
        {
            Assert.Contains($"href=\"#{section.Anchor}\"", page, StringComparison.Ordinal);
            Assert.Contains($"id=\"{section.Anchor}\"", page, StringComparison.Ordinal);
            Assert.Contains("## " + section.Title, text, StringComparison.Ordinal);
        });
        Assert.Contains("**C01. refuted.**", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bar_is_as_long_as_its_value()
    {
        var bars = XElement.Parse(((Figure)Whole.Sections[1].Blocks[0]).Svg).Descendants().Where(one => one.Name.LocalName == "rect").Select(one => double.Parse(one.Attribute("width")!.Value, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(4, bars[0] / bars[1], 0.05);
    }
}
