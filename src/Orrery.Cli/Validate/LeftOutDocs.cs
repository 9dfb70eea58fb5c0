using System.Globalization;
using Orrery.Cli.Terminal;
using Orrery.Evidence;

namespace Orrery.Cli.Validate;

/// <summary>The accuracy page's section on errors of what was left out of the fit: by what was left out, against the floor, and where the tail is.</summary>
internal static class LeftOutDocs
{
    private const int GroupsShown = 15;

    public static string Section(LeftOutErrors errors, MeasuredAgain again)
    {
        var table = new Table(
            new Column("left out"), new Column("of"), new Column("rows", Align.Right), new Column("median error", Align.Right), new Column("90 %", Align.Right),
            new Column("within 10 %", Align.Right), new Column("bias", Align.Right));
        foreach (var (what, summaries) in new[]
        {
            ("group", errors.ByClass), ("chip generation", errors.ByGeneration), ("model family", errors.ByClassOfFamily),
        })
        {
            foreach (var (name, of) in summaries)
            {
                table.Add(what, name, Number.Count(of.Count), Number.Percent(of.MedianApe), Number.Percent(of.P90Ape), Number.Percent(of.Within10), Number.Change(of.MedianBias));
            }
        }

        var tail = new Table(
            new Column("model"), new Column("generation"), new Column("source"), new Column("class"), new Column("rows", Align.Right),
            new Column("far off", Align.Right), new Column("median error", Align.Right));
        foreach (var group in errors.Tail.Take(GroupsShown))
        {
            tail.Add(group.Model, group.Generation, group.Source, group.Class, Number.Count(group.Rows), Number.Count(group.FarOff), Number.Change(group.MedianError));
        }

        var far = errors.Tail.Sum(group => group.FarOff);
        var shown = errors.Tail.Take(GroupsShown).Sum(group => group.FarOff);
        return "\n## Left out of the fit\n\n"
            + "Speed predicted over measured, less one, by a fit that had not seen the row's group (one model on one chip generation from one source; five parts), its whole chip generation (its kernels are from its own table where it has one) or its model family (five parts):\n\n"
            + AccuracySections.Markdown(table)
            + string.Create(CultureInfo.InvariantCulture, $"\nThe floor: {again.Configurations} configurations were measured more than once, mostly over releases, and their {again.Rows} results lie a median of {Number.Percent(again.Median)} from the configuration's own median, nine in ten within {Number.Percent(again.Ninety)}. ")
            + $"Of {Number.Count(far)} rows off by more than {Number.Percent(LeftOutErrors.Far)}, {Number.Count(shown)} are in these groups; the [model book](model-book.md) says at its end what we make of them:\n\n"
            + AccuracySections.Markdown(tail);
    }
}
