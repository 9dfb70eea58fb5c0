using System.CommandLine;
using System.Text.Json.Nodes;
using Orrery.Catalog;
using Orrery.Catalog.Facts;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;

namespace Orrery.Cli.CatalogVerb;

/// <summary><c>catalog show</c>: every value of one thing, with its source.</summary>
internal static class CatalogShow
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "An id or alias; KIND/NAME where several kinds have it" };
        return new Command("show", "Every value of one thing: unit, range, how it is known, and who says so") { name }
            .Answers(parsed => Show(parsed.GetRequiredValue(name)), hasTable: true);
    }

    private static Answer Show(string name)
    {
        var catalog = Tool.OpenCatalog();
        var (kind, id) = Find(catalog, name);
        var values = catalog.Describe(kind, id);
        return new Answer
        {
            Schema = "orrery.catalog.show/1",
            Inputs = () => new JsonObject { ["name"] = name, ["kind"] = CatalogKindWords.Of(kind), ["id"] = id },
            Result = () => Result(catalog, kind, id, values),
            Csv = () => Values(values, raw: true),
            Text = screen =>
            {
                screen.Line(screen.Bold($"{CatalogKindWords.Of(kind)}/{id}"));
                screen.Line();
                Values(values, raw: false).WriteTo(screen, indent: 2);
                screen.Heading("Sources");
                var sources = catalog.Sources();
                var table = new Table(new Column("id"), new Column("what it is"), new Column("where"), new Column("date"), new Column("read"));
                foreach (var used in Used(values))
                {
                    var source = sources.GetValueOrDefault(used, new SourceEntry(used, "not in sources.yaml", "", "", false));
                    table.Add(used, source.Citation, source.Url, source.Date, source.Checked ? "yes" : "from memory");
                }

                table.WriteTo(screen, indent: 2);
            },
        };
    }

    /// <summary>The one thing a name means; several kinds with that name are an error that lists them.</summary>
    private static (CatalogKind Kind, string Id) Find(OrreryCatalog catalog, string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && CatalogKindWords.All.TryGetValue(name[..slash], out var asked))
        {
            return catalog.Resolve(asked, name[(slash + 1)..]) is { } found ? (asked, found) : throw Unknown(catalog, name[(slash + 1)..], [asked]);
        }

        var kinds = Enum.GetValues<CatalogKind>();

        // An id is what people type; names and aliases are looked at only where no file is called so.
        var hits = kinds.Where(kind => catalog.Ids(kind).Contains(name)).Select(kind => (kind, name)).ToList();
        if (hits.Count == 0)
        {
            hits = [.. kinds.Select(kind => (kind, Id: catalog.Resolve(kind, name))).Where(hit => hit.Id is not null).Select(hit => (hit.kind, hit.Id!))];
        }

        return hits.Count switch
        {
            1 => hits[0],
            0 => throw Unknown(catalog, name, kinds),
            _ => throw BadInput.Because(DiagnosticCode.UnknownName, $"'{name}' names several things",
                "say which: " + string.Join(", ", hits.Select(hit => $"{CatalogKindWords.Of(hit.kind)}/{hit.Item2}"))),
        };
    }

    private static InvalidInputException Unknown(OrreryCatalog catalog, string name, IReadOnlyList<CatalogKind> kinds)
    {
        var near = kinds.Select(kind => catalog.Suggest(kind, name)).OfType<string>().Distinct().ToList();
        return BadInput.Because(DiagnosticCode.UnknownName, $"nothing in the catalog is called '{name}'",
            near.Count > 0 ? $"did you mean {string.Join(" or ", near)}?" : "orrery catalog list names everything");
    }

    private static Table Values(IReadOnlyList<CatalogValue> values, bool raw)
    {
        var table = new Table(
            new Column(raw ? "path" : "what"), new Column("value"), new Column("low"), new Column("high"), new Column(raw ? "confidence" : "known how"),
            new Column("source"), new Column("note"));
        foreach (var value in values)
        {
            table.Add(value.Path, value.Text, value.IsRanged ? value.LowText : "", value.IsRanged ? value.HighText : "",
                Confidence(value.Confidence), value.Source, value.Note);
        }

        return table;
    }

    private static JsonObject Result(OrreryCatalog catalog, CatalogKind kind, string id, IReadOnlyList<CatalogValue> values)
    {
        var sources = catalog.Sources();
        return new JsonObject
        {
            ["kind"] = CatalogKindWords.Of(kind),
            ["id"] = id,
            ["values"] = Json.Array(values, value => new JsonObject
            {
                ["path"] = value.Path,
                ["text"] = value.Text,
                ["value"] = Json.Of(value.Value),
                ["low"] = Json.Of(value.Low),
                ["high"] = Json.Of(value.High),
                ["confidence"] = Confidence(value.Confidence),
                ["source"] = value.Source,
                ["note"] = value.Note,
            }),
            ["sources"] = Json.Array(
                Used(values).Where(sources.ContainsKey),
                used => new JsonObject
                {
                    ["id"] = used,
                    ["citation"] = sources[used].Citation,
                    ["url"] = sources[used].Url,
                    ["date"] = sources[used].Date,
                    ["checked"] = sources[used].Checked,
                }),
        };
    }

    /// <summary>Source ids in order; "A+B" is two that agree.</summary>
    private static IEnumerable<string> Used(IReadOnlyList<CatalogValue> values) => values
        .SelectMany(value => value.Source.Split('+', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        .Distinct().Order(StringComparer.Ordinal);

    private static string Confidence(Confidence? confidence) => confidence?.ToString().ToLowerInvariant() ?? "";
}
