using Orrery.Analysis.Serving;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;
using Orrery.Quantities;

namespace Orrery.Comparison.Sensitivity;

/// <summary>Something that could be better for serving: system and engine with it so.</summary>
/// <param name="Id">Snake case.</param>
/// <param name="Name">As a person says it.</param>
public sealed record ServingLever(string Id, string Name, Func<AiSystem, double, AiSystem> Improve)
{
    private static readonly string[] Overheads = ["layer_s", "expert_layer_s", "host_step_s", "host_sequence_s", "eager_layer_s", "request_s"];

    /// <summary>The same engine with its overhead divided by a factor; the engine itself for a hardware lever.</summary>
    public Func<ServingEngine, double, ServingEngine> ImproveEngine { get; init; } = (engine, _) => engine;

    /// <summary>The rates of training and those that only serving knows: memory to hold keys and values, and the host link they may come over.</summary>
    public static IReadOnlyList<ServingLever> All { get; } =
    [
        .. Lever.All.Where(lever => lever.Id != "software_overhead").Select(lever => new ServingLever(
            lever.Id, lever.Name, (system, by) => lever.Improve(new Cluster(system, system.Chips), by).System)),
        new("memory_capacity", "memory capacity", (system, by) => system with
        {
            Chip = system.Chip with { MemoryCapacity = system.Chip.MemoryCapacity with { Value = new Bytes(system.Chip.MemoryCapacity.Value.Value * by) } },
        }),
        new("host_bandwidth", "host link", (system, by) => system with
        {
            HostBandwidth = system.HostBandwidth is { } link ? link with { Value = new BytesPerSecond(link.Value.Value * by) } : null,
        }),
        new("software_overhead", "software overhead (host, launches, small kernels)", (system, _) => system)
        {
            ImproveEngine = (engine, by) => engine with
            {
                Parameters = engine.Parameters.ToDictionary(
                    entry => entry.Key,
                    entry => Overheads.Contains(entry.Key.Split('.')[0]) ? entry.Value with { Value = entry.Value.Value / by } : entry.Value),
            },
        },
    ];
}

/// <summary>What a lever would bring when it is <see cref="LeverEffect.Step"/> times better.</summary>
/// <param name="Throughput">Output tokens a second gained, as a share; 0 where the rate of requests is given.</param>
/// <param name="Ttft">Time to the first token saved, as a gain in its inverse.</param>
/// <param name="Tpot">Time between tokens saved, as a gain in its inverse.</param>
public sealed record ServingLeverEffect(ServingLever Lever, double Throughput, double Ttft, double Tpot)
{
    /// <summary>All levers on one estimate, the deployment and load held, the one that brings most throughput first, then the one that brings most TPOT.</summary>
    public static IReadOnlyList<ServingLeverEffect> On(ServingEstimate estimate) =>
    [
        .. ServingLever.All
            .Select(lever => Of(lever, estimate))
            .OrderByDescending(effect => Math.Round(effect.Throughput, 6))
            .ThenByDescending(effect => effect.Tpot),
    ];

    private static ServingLeverEffect Of(ServingLever lever, ServingEstimate estimate)
    {
        var question = estimate.Question;
        var better = ServingEstimator.Estimate(question with
        {
            System = lever.Improve(question.System, LeverEffect.Step),
            Engine = lever.ImproveEngine(question.Engine, LeverEffect.Step),
        });
        static double Gain(double before, double after) => after > 0 ? (before / after) - 1 : 0;
        return new ServingLeverEffect(
            lever, (better.OutputTokensPerSecond / estimate.OutputTokensPerSecond) - 1, Gain(estimate.Ttft.Total, better.Ttft.Total), Gain(estimate.Tpot.Total, better.Tpot.Total));
    }
}
