using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Orrery.EndToEnd.Tests;

/// <summary>The sections of the accuracy page say what the program says now.</summary>
public sealed class AccuracyPageTests
{
    private static readonly string[] Page = File.ReadAllLines(Path.Combine(Orrery.Root, "docs/accuracy.md"));

    [Fact]
    public void The_pairs_stated_are_the_pairs_found()
    {
        using var json = JsonDocument.Parse(Orrery.Ask("validate", "pairs", "--json").Output);
        var stated = Section("## Choosing");
        foreach (var kind in json.RootElement.GetProperty("kinds").EnumerateArray())
        {
            var cells = stated.First(cells => cells[0] == kind.GetProperty("kind").GetString());
            Assert.Equal(kind.GetProperty("pairs").GetInt32(), int.Parse(cells[1], NumberStyles.AllowThousands, CultureInfo.InvariantCulture));
            Same(kind.GetProperty("median_error").GetDouble(), cells[2], "./orrery validate training --write-docs");
            Same(kind.GetProperty("p90_error").GetDouble(), cells[3], "./orrery validate training --write-docs");
        }
    }

    /// <summary>The ablation takes half a minute; that its first row is as accurate as the stacks now are tells whether it was run since they were fitted.</summary>
    [Fact]
    public void The_ablation_stated_is_of_the_stacks_that_ship()
    {
        using var json = JsonDocument.Parse(Orrery.Ask("validate", "training", "--json").Output);
        var groups = json.RootElement.GetProperty("summary").GetProperty("by_group");
        var section = Section("### Median error");
        var (classes, nothing) = (section[0], section.First(cells => cells[0] == "nothing"));
        for (var i = 1; i < classes.Length && classes[i] != "all"; i++)
        {
            Same(groups.GetProperty($"class:{classes[i]}").GetProperty("median_ape").GetDouble(), nothing[i], "./orrery calibrate ablation --write-docs");
        }
    }

    [Fact]
    public void The_effects_stated_are_those_that_are_played()
    {
        using var json = JsonDocument.Parse(Orrery.Ask("validate", "timeline", "--json").Output);
        Assert.Equal("orrery.validate.timeline/1", json.RootElement.GetProperty("schema").GetString());
        var stated = Section("## What the event simulation says of effects that rows cannot decide").Skip(2).ToList();
        foreach (var (cells, effect) in stated.Zip(json.RootElement.GetProperty("effects").EnumerateArray()))
        {
            Assert.Equal(effect.GetProperty("rows").GetInt32(), int.Parse(cells[1], NumberStyles.AllowThousands, CultureInfo.InvariantCulture));
            Same(effect.GetProperty("closed_form_share").GetDouble(), cells[2], "./orrery validate timeline --write-docs");
            Same(effect.GetProperty("timeline_share").GetDouble(), cells[3], "./orrery validate timeline --write-docs");
        }
    }

    /// <summary>The cells of the tables under a heading, up to the next heading.</summary>
    private static List<string[]> Section(string heading) =>
    [
        .. Page.SkipWhile(line => line != heading).Skip(1).TakeWhile(line => !line.StartsWith('#')).Where(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries)),
    ];

    private static void Same(double share, string cell, string command)
    {
        const double Drift = 0.15; // points: the page rounds to a tenth
        var stated = double.Parse(cell.Replace(" %", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        Assert.True(Math.Abs(stated - (100 * share)) < Drift, $"docs/accuracy.md says {cell}, the program {100 * share:F1}; write it anew: {command}");
    }
}
