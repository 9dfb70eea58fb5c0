using System.Text.Json.Nodes;
using Orrery.Cli.Shell;
using Orrery.Policy.Claims;

namespace Orrery.Cli.Claims;

/// <summary>Verdicts for programs.</summary>
internal static class ClaimsJson
{
    public static JsonObject Result(IReadOnlyList<ClaimVerdict> verdicts) => new() { ["claims"] = Json.Array(verdicts, Of) };

    private static JsonObject Of(ClaimVerdict verdict) => new()
    {
        ["id"] = verdict.Claim.Id,
        ["text"] = verdict.Claim.Text,
        ["speaker"] = verdict.Claim.Speaker,
        ["document"] = verdict.Claim.Document,
        ["verdict"] = verdict.Verdict.ToString().ToLowerInvariant(),
        ["boundary"] = ClaimsText.Boundary(verdict) is { Length: > 0 } boundary ? boundary : null,
        ["cases"] = Json.Array(verdict.Cases, one => new JsonObject
        {
            ["name"] = one.Name, ["verdict"] = one.Verdict.ToString().ToLowerInvariant(), ["at_values"] = one.AtValues.ToString().ToLowerInvariant(), ["decided_by"] = one.Flips.Length > 0 ? one.Flips : null,
        }),
        ["numbers"] = Json.Array(verdict.Numbers, number => new JsonObject
        {
            ["name"] = number.Name,
            ["value"] = Json.Of(number.Measured.Number.Value),
            ["low"] = Json.Of(number.Measured.Number.Low),
            ["high"] = Json.Of(number.Measured.Number.High),
            ["unit"] = number.Measured.Unit,
            ["from"] = number.Measured.From,
            ["command"] = number.Measured.Command.Length > 0 ? number.Measured.Command : null,
        }),
        ["because"] = verdict.Claim.Because,
        ["out_of_reach"] = verdict.Claim.OutOfReach.Length > 0 ? verdict.Claim.OutOfReach : null,
        ["trouble"] = verdict.Trouble.Length > 0 ? verdict.Trouble : null,
        ["command"] = $"./orrery claims {verdict.Claim.Id}",
    };
}
