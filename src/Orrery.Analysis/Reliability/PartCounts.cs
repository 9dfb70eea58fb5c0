using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Reliability;

namespace Orrery.Analysis.Reliability;

/// <summary>How many parts of each kind a job depends on.</summary>
public static class PartCounts
{
    /// <summary>
    /// Parts under a job on a cluster.
    /// Equation: chips <c>N</c>; hosts, and their software, <c>ceil(N hosts / chips)</c>; scale-up links, optics and switches
    /// <c>N / chips</c> of a system's, none within one host; cards <c>n = N nics / chips</c>, none within one scale-up domain; of a network
    /// of L levels of r-port switches, L the least with <c>2 (r/2)^L >= n</c>: <c>n L</c> links, <c>2 n L</c> optics, <c>n (2 L - 1) / r</c> switches.
    /// Assumes a non-blocking folded Clos network of the job alone, optics at both ends of all its links, and that nothing outside the job's share
    /// stops it. Source: counting.
    /// </summary>
    /// <exception cref="MissingFactException">The catalog does not say what the system is made of.</exception>
    public static double Of(Cluster cluster, FailingPart part)
    {
        var system = cluster.System;
        var parts = system.Parts ?? throw new MissingFactException($"the catalog does not say what parts {system.Id} has");
        var share = cluster.Systems;
        var chipsOfHost = system.Chips / parts.Hosts.Value;
        var scaleUp = cluster.Chips > chipsOfHost ? share : 0;
        var cards = cluster.Chips > Math.Max(system.ScaleUpDomain, chipsOfHost) ? share * parts.Nics.Value : 0;
        var levels = Levels(cards, parts.ScaleOutRadix.Value);
        return part switch
        {
            FailingPart.Chip => cluster.Chips,
            FailingPart.Host or FailingPart.Software => Math.Ceiling(share * parts.Hosts.Value),
            FailingPart.Nic => cards,
            FailingPart.Link => (scaleUp * parts.Links.Value) + (cards * levels),
            FailingPart.Optic => (scaleUp * parts.Optics.Value) + (2 * cards * levels),
            FailingPart.Switch => (scaleUp * parts.Switches.Value) + (cards * Math.Max(0, (2 * levels) - 1) / parts.ScaleOutRadix.Value),
            _ => throw new ArgumentOutOfRangeException(nameof(part)),
        };
    }

    /// <summary>Levels of switches that so many cards need; 0 for none.</summary>
    private static int Levels(double cards, double radix)
    {
        var levels = 0;
        for (var reach = 2.0; cards > 0 && (levels == 0 || reach < cards); levels++)
        {
            reach *= radix / 2;
        }

        return levels;
    }
}
