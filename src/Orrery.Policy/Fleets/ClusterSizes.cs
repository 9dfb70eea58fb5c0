using Orrery.Catalog;
using Orrery.Domain;
using Orrery.Domain.Hardware;

namespace Orrery.Policy.Fleets;

/// <summary>How large and how small clusters of each system may be, over all ranges: where curves must reach.</summary>
internal static class ClusterSizes
{
    public static Dictionary<AiSystem, (double Least, double Most)> Of(IReadOnlyList<Fleet> fleets, OrreryCatalog catalog)
    {
        var paper = new PaperH100e(catalog);
        var sizes = new Dictionary<AiSystem, (double Least, double Most)>();
        foreach (var fleet in fleets)
        {
            var sites = new Dictionary<(string Site, AiSystem System), double>();
            var shares = fleet.Holdings.Where(holding => holding.Unit == FleetUnit.Share).ToList();
            foreach (var holding in fleet.Holdings)
            {
                var (low, high) = Chips(fleet, holding, shares, paper);
                var inSite = holding.Site.Length > 0;
                foreach (var kind in holding.Clusters)
                {
                    Widen(holding.System, Math.Min(high, kind.Chips?.Low ?? low), inSite ? high : Math.Min(high, kind.Chips?.High ?? high));
                }

                if (inSite)
                {
                    sites[(holding.Site, holding.System)] = sites.GetValueOrDefault((holding.Site, holding.System)) + high;
                }
            }

            foreach (var ((_, system), chips) in sites)
            {
                Widen(system, chips, chips);
            }
        }

        return sizes;

        void Widen(AiSystem system, double least, double most)
        {
            least = Math.Max(1, least);
            var (low, high) = sizes.TryGetValue(system, out var known) ? known : (double.PositiveInfinity, 0);
            sizes[system] = (Math.Min(low, least), Math.Max(high, Math.Max(least, most)));
        }
    }

    private static (double Low, double High) Chips(Fleet fleet, FleetHolding holding, List<FleetHolding> shares, PaperH100e paper)
    {
        var one = paper.Of(holding.System.Chip, fleet.CountedBy);
        var (low, high) = (holding.Amount.Low, holding.Amount.High);
        if (holding.Unit == FleetUnit.Chips)
        {
            return (low, high);
        }

        if (holding.Unit == FleetUnit.H100e)
        {
            return (low / one, high / one);
        }

        // The share is least where it is low and all others high.
        var others = shares.Where(other => !ReferenceEquals(other, holding)).ToList();
        var total = fleet.Total ?? throw new MissingFactException($"fleet {fleet.Id} has shares and no total");
        return (
            total.Low * low / Math.Max(low + others.Sum(other => other.Amount.High), double.Epsilon) / one,
            total.High * high / Math.Max(high + others.Sum(other => other.Amount.Low), double.Epsilon) / one);
    }
}
