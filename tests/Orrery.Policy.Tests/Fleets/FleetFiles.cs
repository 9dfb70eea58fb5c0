using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;

namespace Orrery.Policy.Tests.Fleets;

/// <summary>Fleets written for a test.</summary>
internal static class FleetFiles
{
    /// <summary>Twice as many chips on one site as on the other, both in clusters of known size.</summary>
    public const string Two = """
        id: two
        name: Two sites
        aliases: []
        source: DEFINITION
        confidence: published
        counted_by: epoch
        pue: 1.25
        mean_load: 0.5
        cluster_sizes:
          mixed:
            - { name: large, chips: 4096, share: 0.75 }
            - { name: small, chips: 512, share: 0.25 }
        holdings:
          - name: first
            system: dgx-h100
            owner: Alpha
            country: US
            site: East
            chips: 16384
            clusters: mixed
          - name: second
            system: dgx-h100
            owner: Beta
            country: US
            site: West
            chips: 8192
            clusters: one
        """;

    public static Fleet Read(string text)
    {
        var path = Path.Combine(Path.GetTempPath(), $"orrery-fleet-{Guid.NewGuid():n}.yaml");
        File.WriteAllText(path, text);
        try
        {
            return Shipped.Catalog.ReadFleet(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>What is wrong with a text, without the folder it was written to.</summary>
    public static IReadOnlyList<string> Findings(string text)
    {
        try
        {
            Read(text);
            return [];
        }
        catch (InvalidInputException wrong)
        {
            return [.. wrong.Diagnostics.Select(item => $"{item.Line}:{item.Column} {item.Code} {item.Message}{(item.Hint.Length > 0 ? " | " + item.Hint : "")}")];
        }
    }
}
