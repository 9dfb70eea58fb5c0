using Orrery.Domain.Hardware;

namespace Orrery.Policy.Fleets;

/// <summary>Finds what of a fleet some figures leave out.</summary>
internal static class FleetGaps
{
    public static IReadOnlyList<FleetGap> Of(Fleet fleet, IReadOnlyList<HoldingResult> holdings, IReadOnlyList<PlannedChip> plans)
    {
        var gaps = new List<FleetGap>();
        if (fleet.UnknownH100e > 0)
        {
            gaps.Add(new FleetGap("any figure but paper as the fleet counts it", "chips of types that are not stated or not in the catalog", fleet.UnknownH100e, "nothing else is known of them"));
        }

        var reference = plans.First(plan => plan.System.Id == FleetPlanner.Reference);
        foreach (var (what, rate) in new[] { ("delivered dense pre-training", reference.Dense), ("delivered MoE pre-training", reference.Moe), ("delivered decode", reference.Decode) })
        {
            if (!rate.IsKnown)
            {
                gaps.Add(new FleetGap(what, "all chips", holdings.Sum(holding => holding.Paper), $"{reference.System.Id}, which it is counted in, delivers nothing: {rate.WhyNot}"));
            }
        }

        foreach (var held in holdings.GroupBy(holding => holding.Holding.System))
        {
            var plan = plans.First(plan => plan.System.Id == held.Key.Id);
            var paper = held.Sum(holding => holding.Paper);
            void Add(string what, string why)
            {
                if (why.Length > 0)
                {
                    gaps.Add(new FleetGap(what, held.Key.Id, paper, why));
                }
            }

            Add("dense pre-training and runs", plan.Dense.WhyNot);
            Add("failures, which runs on it are counted without", plan.Run.Nodes.Count > 0 ? plan.Run.FailuresUnknown : "");
            Add("MoE pre-training", plan.Moe.WhyNot);
            Add(plan.Decode.WhyNot == plan.Serving.WhyNot ? "decode and tokens served" : "decode", plan.Decode.WhyNot);
            Add("tokens served", plan.Decode.WhyNot == plan.Serving.WhyNot ? "" : plan.Serving.WhyNot);
            Add("power and energy", held.Key.Power is null ? "the catalog has no power of the system" : "");
        }

        return gaps;
    }
}
