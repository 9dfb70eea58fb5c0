using System.Text.Json.Nodes;
using Orrery.Cli.Terminal;
using Orrery.Domain.Diagnostics;

namespace Orrery.Cli.Shell;

/// <summary>What a verb found, ready to be shown in any of three forms; only the form asked for is made.</summary>
internal sealed record Answer
{
    /// <summary>Name and version of the JSON form, "orrery.compare/1".</summary>
    public required string Schema { get; init; }
    public required Action<Screen> Text { get; init; }

    /// <summary>Everything that went in, resolved.</summary>
    public required Func<JsonObject> Inputs { get; init; }
    public required Func<JsonNode> Result { get; init; }

    /// <summary>Null where the answer is not a table.</summary>
    public Func<Table>? Csv { get; init; }
    public IReadOnlyList<Diagnostic> Diagnostics { get; init; } = [];
    public ExitCode Code { get; init; } = ExitCode.Answered;
}
