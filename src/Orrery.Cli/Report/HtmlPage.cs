using System.Globalization;
using System.Net;
using System.Text;
using Orrery.Cli.Terminal;

namespace Orrery.Cli.Report;

/// <summary>A document as one self-contained page: no script, nothing fetched, readable on paper.</summary>
internal static class HtmlPage
{
    public static string Write(Document document)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Text(document.Title)}</title>
            <style>
            {PageStyle.Css}
            </style>
            </head>
            <body>
            <main>
            <h1>{Text(document.Title)}</h1>
            <p class="lead">{Text(document.Lead)}</p>
            <nav><ol>
            """).Append('\n');
        foreach (var section in document.Sections)
        {
            page.Append(CultureInfo.InvariantCulture, $"<li><a href=\"#{section.Anchor}\">{Text(section.Title)}</a></li>\n");
        }

        page.Append("</ol></nav>\n");
        foreach (var section in document.Sections)
        {
            page.Append(CultureInfo.InvariantCulture, $"<section id=\"{section.Anchor}\">\n<h2>{Text(section.Title)}</h2>\n");
            foreach (var block in section.Blocks)
            {
                Write(page, block);
            }

            page.Append("</section>\n");
        }

        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void Write(StringBuilder page, Block block)
    {
        switch (block)
        {
            case Paragraph paragraph:
                page.Append(CultureInfo.InvariantCulture, $"<p>{Text(paragraph.Text)}</p>\n");
                break;
            case Bullets bullets:
                page.Append("<ul>\n");
                foreach (var item in bullets.Items)
                {
                    page.Append(CultureInfo.InvariantCulture, $"<li>{Text(item)}</li>\n");
                }

                page.Append("</ul>\n");
                break;
            case TableBlock table:
                Write(page, table.Table, table.Caption);
                break;
            case Figure figure:
                page.Append(CultureInfo.InvariantCulture, $"<figure>\n{figure.Svg}<figcaption>{Text(figure.Caption)}</figcaption>\n<details><summary>The numbers</summary>\n");
                Write(page, figure.Numbers, "");
                page.Append("</details>\n</figure>\n");
                break;
            case Commands commands:
                page.Append(CultureInfo.InvariantCulture, $"<pre>{Text(string.Join('\n', commands.Lines))}</pre>\n");
                break;
            case Judged judged:
                page.Append(CultureInfo.InvariantCulture, $"""
                    <article class="claim"><header><span class="verdict {judged.Verdict}">{Text(judged.Verdict)}</span> <b>{Text(judged.Id)}</b> {Text(judged.Claim)} <small>{Text(judged.Who)}</small></header>
                    <p>{Text(judged.Because)}</p><code>{Text(judged.Command)}</code></article>
                    """).Append('\n');
                break;
            default:
                throw new ArgumentException($"no form for {block.GetType().Name}", nameof(block));
        }
    }

    private static void Write(StringBuilder page, Table table, string caption)
    {
        page.Append("<div class=\"wide\"><table>\n");
        if (caption.Length > 0)
        {
            page.Append(CultureInfo.InvariantCulture, $"<caption>{Text(caption)}</caption>\n");
        }

        string Cells(IReadOnlyList<string> cells, string tag) => string.Concat(cells.Select((cell, at) =>
            $"<{tag}{(table.Columns[at].Align == Align.Right ? " class=\"n\"" : "")}>{Text(cell)}</{tag}>"));
        page.Append(CultureInfo.InvariantCulture, $"<thead><tr>{Cells([.. table.Columns.Select(column => column.Header)], "th")}</tr></thead>\n<tbody>\n");
        foreach (var row in table.Rows)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr>{Cells(row, "td")}</tr>\n");
        }

        page.Append("</tbody>\n</table></div>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
