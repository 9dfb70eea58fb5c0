using Orrery.Catalog;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Cli.Estimate;

/// <summary>A fully resolved question.</summary>
/// <param name="ModelText">The model as it was typed: a name or a path.</param>
internal sealed record EstimateTrainRequest(
    OrreryCatalog Catalog, string ModelText, TrainingWorkload Workload, Strategy Strategy, Cluster Cluster, SoftwareStack Stack,
    IReadOnlyList<Diagnostic> Warnings);
