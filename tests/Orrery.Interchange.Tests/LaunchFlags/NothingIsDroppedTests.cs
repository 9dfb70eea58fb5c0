using Orrery.Domain.Strategies;
using Orrery.Interchange.LaunchFlags;
using Xunit;

namespace Orrery.Interchange.Tests.LaunchFlags;

/// <summary>Every field of a strategy is either in the text or in the list of gaps.</summary>
public sealed class NothingIsDroppedTests
{
    public static TheoryData<LaunchFormat> Formats => [.. Enum.GetValues<LaunchFormat>()];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_value_of_every_field_shows(LaunchFormat format) => Assert.Empty(Unseen(format, LaunchCases.Changes(), "deepseek-v3"));

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_second_setting_of_a_kind_shows_beside_the_first(LaunchFormat format) =>
        Assert.Empty(Unseen(format, LaunchCases.Additions(), "deepseek-v3"));

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_value_shows_for_a_dense_model_as_well(LaunchFormat format)
    {
        // Without experts there is nothing to deal out or to dispatch.
        var changes =
            from change in LaunchCases.Changes().Concat(LaunchCases.Additions())
            let before = change.Before with { ExpertParallel = 1, ExpertTensorParallel = 1, Dispatch = ExpertDispatch.AllToAll }
            let after = change.After with { ExpertParallel = 1, ExpertTensorParallel = 1, Dispatch = ExpertDispatch.AllToAll }
            where before != after
            select (change.Name, before, after);

        Assert.Empty(Unseen(format, changes, "llama-3.1-405b"));
    }

    [Fact]
    public void The_cases_change_every_field_of_a_strategy()
    {
        var changed =
            from change in LaunchCases.Changes()
            from pair in Fields(change.Before).Zip(Fields(change.After))
            where pair.First != pair.Second
            select Name(pair.First);

        Assert.Equal(Fields(LaunchCases.Plain).Select(Name).Order(StringComparer.Ordinal), changed.Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>"Name = value" for each field, from the text that every record has.</summary>
    private static string[] Fields(Strategy strategy) => strategy.ToString()["Strategy { ".Length..^" }".Length].Split(", ");

    private static string Name(string field) => field.Split(" = ")[0];

    private static List<string> Unseen(LaunchFormat format, IEnumerable<(string Name, Strategy Before, Strategy After)> changes, string model) =>
        [.. from change in changes
            where Same(LaunchCases.Write(format, change.Before, model), LaunchCases.Write(format, change.After, model))
            select change.Name];

    private static bool Same(LaunchText left, LaunchText right) => left.Text == right.Text && left.Gaps.SequenceEqual(right.Gaps);
}
