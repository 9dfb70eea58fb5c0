namespace Orrery.Catalog.Facts;

/// <summary>Where values come from.</summary>
/// <param name="Checked">The text was read; false where the figure is from memory.</param>
public sealed record SourceEntry(string Id, string Citation, string Url, string Date, bool Checked);
