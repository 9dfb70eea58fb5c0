using System.Globalization;

namespace Orrery.Cli.Report;

/// <summary>A document as Markdown: figures become the tables of their numbers.</summary>
internal static class MarkdownPage
{
    public static string Write(Document document)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        output.WriteLine($"# {document.Title}");
        output.WriteLine();
        output.WriteLine(document.Lead);
        foreach (var section in document.Sections)
        {
            output.WriteLine();
            output.WriteLine($"## {section.Title}");
            foreach (var block in section.Blocks)
            {
                output.WriteLine();
                Write(output, block);
            }
        }

        return output.ToString();
    }

    private static void Write(StringWriter output, Block block)
    {
        switch (block)
        {
            case Paragraph paragraph:
                output.WriteLine(paragraph.Text);
                break;
            case Bullets bullets:
                foreach (var item in bullets.Items)
                {
                    output.WriteLine($"- {item}");
                }

                break;
            case TableBlock table:
                table.Table.WriteMarkdown(output);
                Caption(output, table.Caption);
                break;
            case Figure figure:
                figure.Numbers.WriteMarkdown(output);
                Caption(output, figure.Caption);
                break;
            case Commands commands:
                output.WriteLine("```");
                foreach (var line in commands.Lines)
                {
                    output.WriteLine(line);
                }

                output.WriteLine("```");
                break;
            case Judged judged:
                output.WriteLine($"**{judged.Id}. {judged.Verdict}.** {judged.Claim} ({judged.Who}) {judged.Because} `{judged.Command}`");
                break;
            default:
                throw new ArgumentException($"no form for {block.GetType().Name}", nameof(block));
        }
    }

    private static void Caption(StringWriter output, string caption)
    {
        if (caption.Length > 0)
        {
            output.WriteLine();
            output.WriteLine($"*{caption}*");
        }
    }
}
