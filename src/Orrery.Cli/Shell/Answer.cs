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
    public required Func<JsonObject> Result { get; init; }

    /// <summary>The keys of the result stand at the top of the JSON as well, where a fixed contract has them.</summary>
    public bool ResultAtTop { get; init; }

    /// <summary>Null where the answer is not a table.</summary>
    public Func<Table>? Csv { get; init; }
    public IReadOnlyList<Diagnostic> Diagnostics { get; init; } = [];
    public ExitCode Code { get; init; } = ExitCode.Answered;
}
