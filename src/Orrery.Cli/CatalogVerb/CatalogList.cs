using System.CommandLine;
using System.Text.Json.Nodes;
using Orrery.Catalog;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;

namespace Orrery.Cli.CatalogVerb;

/// <summary><c>catalog list</c>: the ids of everything, or of one kind.</summary>
internal static class CatalogList
{
    public static Command Create()
    {
        var kind = new Argument<string?>("KIND")
        {
            Description = $"One of {string.Join(", ", CatalogKindWords.All.Keys)}; all of them where left out",
            Arity = ArgumentArity.ZeroOrOne,
        };
        return new Command("list", "Every chip, system, model, software stack, price, policy and law by its id") { kind }
            .Answers(parsed => List(parsed.GetValue(kind)), hasTable: true);
    }

    private static Answer List(string? word)
    {
        if (word is not null && !CatalogKindWords.All.ContainsKey(word))
        {
            throw BadInput.Because(CommandLineCode.BadValue, $"'{word}' is not a kind of thing, expected {string.Join(", ", CatalogKindWords.All.Keys)}",
                Spelling.Closest(word, CatalogKindWords.All.Keys) is { } near ? $"did you mean {near}?" : "");
        }

        var catalog = Tool.OpenCatalog();
        var kinds = CatalogKindWords.All.Where(entry => word is null || entry.Key == word)
            .Select(entry => (Name: entry.Key, Ids: catalog.Ids(entry.Value))).ToList();
        return new Answer
        {
            Schema = "orrery.catalog.list/1",
            Inputs = () => new JsonObject { ["kind"] = word },
            Result = () => new JsonObject(kinds.Select(kind => KeyValuePair.Create(kind.Name, (JsonNode?)Json.Array(kind.Ids)))),
            Csv = () => kinds.Aggregate(new Table(new Column("kind"), new Column("id")), (table, kind) =>
                kind.Ids.Aggregate(table, (rows, id) => rows.Add(kind.Name, id))),
            Text = screen =>
            {
                foreach (var (name, ids) in kinds)
                {
                    if (kinds.Count > 1)
                    {
                        screen.Heading($"{name} ({ids.Count})");
                    }

                    foreach (var id in ids)
                    {
                        screen.Line(kinds.Count > 1 ? "  " + id : id);
                    }
                }
            },
        };
    }
}
