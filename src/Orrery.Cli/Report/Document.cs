using Orrery.Cli.Terminal;

namespace Orrery.Cli.Report;

/// <summary>A text with tables and figures, to be written as a page or as Markdown.</summary>
/// <param name="Lead">What a reader should know who reads no further.</param>
internal sealed record Document(string Title, string Lead, IReadOnlyList<Section> Sections);

/// <param name="Anchor">What links to the section end in: words of a-z joined by '-'.</param>
internal sealed record Section(string Anchor, string Title, IReadOnlyList<Block> Blocks);

/// <summary>A piece of a section.</summary>
internal abstract record Block;

internal sealed record Paragraph(string Text) : Block;

internal sealed record Bullets(IReadOnlyList<string> Items) : Block;

internal sealed record TableBlock(Table Table, string Caption = "") : Block;

/// <param name="Svg">The picture.</param>
/// <param name="Numbers">What it shows, for whoever reads no pictures.</param>
internal sealed record Figure(string Svg, string Caption, Table Numbers) : Block;

/// <summary>Commands that give the numbers again.</summary>
internal sealed record Commands(IReadOnlyList<string> Lines) : Block;

/// <summary>A claim with what became of it.</summary>
/// <param name="Verdict">One word.</param>
/// <param name="Because">In a sentence, with numbers.</param>
internal sealed record Judged(string Id, string Claim, string Who, string Verdict, string Because, string Command) : Block;
