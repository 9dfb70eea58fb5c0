using System.Text.Json.Nodes;
using Orrery.Analysis.Collectives;
using Orrery.Analysis.Training;
using Orrery.Cli.Terminal;
using Orrery.Domain.Hardware;
using Orrery.Domain.Strategies;

namespace Orrery.Cli.Shell;

/// <summary>Where a strategy's groups lie on the fabric: how many ranks each has, and how many of them share an instance of each tier.</summary>
internal static class PlacementText
{
    /// <summary>Whether another rank order would put some group elsewhere.</summary>
    public static bool OrderMatters(TrainingEstimate estimate)
    {
        var tiers = Between(estimate.Cluster);
        bool SameAs(IReadOnlyList<Group> groups, RankOrder order) => groups.Zip(Groups(estimate, order))
            .All(pair => tiers.All(tier => pair.First.Ranks.MembersIn(tier, outermost: false) == pair.Second.Ranks.MembersIn(tier, outermost: false)));

        var groups = Groups(estimate, estimate.Strategy.Order);
        return tiers.Count > 0 && RankOrder.All.Any(order => !SameAs(groups, order));
    }

    /// <summary>A row a group of more than one rank, a column a tier that joins some of the chips but not all.</summary>
    public static Table Table(TrainingEstimate estimate)
    {
        var tiers = Between(estimate.Cluster);
        var table = new Table(
            [new Column(""), new Column("ranks", Align.Right), .. tiers.Select(tier => new Column($"in one {tier.Name} of {Number.Count(tier.Ranks!.Value)}", Align.Right))]);
        foreach (var group in Groups(estimate, estimate.Strategy.Order))
        {
            table.Add([group.Name, Number.Count(group.Ranks.Size), .. tiers.Select(tier => Number.Count(group.Ranks.MembersIn(tier, outermost: false)))]);
        }

        return table;
    }

    public static JsonObject Json(TrainingEstimate estimate) => new()
    {
        ["order"] = estimate.Strategy.Order.ToString(),
        ["order_matters"] = OrderMatters(estimate),
        ["groups"] = Shell.Json.Array(Groups(estimate, estimate.Strategy.Order), group => new JsonObject
        {
            ["group"] = group.Key,
            ["ranks"] = group.Ranks.Size,
            ["tiers"] = Shell.Json.Array(Between(estimate.Cluster), tier => new JsonObject
            {
                ["tier"] = tier.Name,
                ["tier_ranks"] = tier.Ranks,
                ["ranks_in_one"] = group.Ranks.MembersIn(tier, outermost: false),
            }),
        }),
    };

    private sealed record Group(string Key, string Name, RankGroup Ranks);

    /// <summary>Tiers that join some of the chips but not all: the others tell no two groups apart.</summary>
    private static List<FabricTier> Between(Cluster cluster) =>
        [.. cluster.System.Tiers.SkipLast(1).Where(tier => tier.Ranks is { } ranks && ranks > 1 && ranks < cluster.Chips)];

    private static List<Group> Groups(TrainingEstimate estimate, RankOrder order)
    {
        var s = estimate.Strategy;
        var of = RankGroups.Of(s, order);
        var found = new List<Group>();
        void Add(string key, string name, RankGroup ranks, bool meets = true)
        {
            if (meets && ranks.Size > 1)
            {
                found.Add(new Group(key, name, ranks));
            }
        }

        var hasExperts = estimate.Workload.Model.IsMixtureOfExperts;
        Add("tensor", "tensor-parallel", of.Tensor);
        Add("context", "context-parallel", of.Context);
        Add("replicas", s.ContextParallel > 1 ? "data- and context-parallel" : "data-parallel", of.Replicas);
        Add("expert_tensor", "tensor-parallel inside experts", of.ExpertTensor, hasExperts);
        Add("expert", "expert-parallel", of.Expert, hasExperts);
        Add("expert_replicas", "replicas of an expert", of.ExpertReplicas, hasExperts);
        Add("stage_pair", "neighbouring pipeline stages", of.StagePair, s.PipelineParallel > 1);
        return found;
    }
}
