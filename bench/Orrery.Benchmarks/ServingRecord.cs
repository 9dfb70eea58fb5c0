using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using BenchmarkDotNet.Environments;
using Orrery.Domain.Models;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Simulation.Requests;

namespace Orrery.Benchmarks;

/// <summary>How many requests a second the request simulation plays on one core, and in how much memory.</summary>
internal static class ServingRecord
{
    private const int Runs = 3;
    private const int Requests = 1_000_000;

    private static readonly (string Name, Arrivals Arrivals, int Replicas, int Prefill)[] Loads =
    [
        ("5 requests/s, a quarter of what it serves", new Arrivals.AtRate(5), 1, 0),
        ("15 requests/s", new Arrivals.AtRate(15), 1, 0),
        ("15 requests/s, gaps of spread 4", new Arrivals.AtRate(15, 4), 1, 0),
        ("1 in flight", new Arrivals.InFlight(1), 1, 0),
        ("256 in flight", new Arrivals.InFlight(256), 1, 0),
        ("2,048 in flight: the cache is full", new Arrivals.InFlight(2048), 1, 0),
        ("120 requests/s on 8 replicas", new Arrivals.AtRate(120), 8, 0),
        ("20 requests/s, 2 replicas for prompts and 2 that decode", new Arrivals.AtRate(20), 2, 2),
        ("all at once", new Arrivals.AtOnce(), 1, 0),
    ];

    public static string ToMarkdown()
    {
        var loop = ReferenceSeconds();
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');
        Line($"# The request simulation's speed");
        Line($"");
        Line($"Written by `dotnet run -c Release --project bench/Orrery.Benchmarks -- serving`. {Requests:N0} requests of 820 to 1,228 tokens in and 205 to 307 out, llama-3.1-70b in FP8 on");
        Line($"8 H100 a replica; one thread; of {Runs} runs the quickest counts. A loop is 300 million dependent multiplications and additions, as in `bench/planner.md`.");
        Line($"Heap is the largest seen of what the program holds, whatever it waits to collect included.");
        Line($"");
        Line($"{HostEnvironmentInfo.GetCurrent().CpuInfo.Value.ProcessorName}, {RuntimeInformation.FrameworkDescription}; one loop took {loop:F2} s.");
        Line($"Wanted: 100,000 requests a second and core, so a million in under ten seconds.");
        Line($"");
        Line($"| load | requests a second | a loop | seconds for all | heap | preemptions |");
        Line($"|---|---:|---:|---:|---:|---:|");
        foreach (var (name, arrivals, replicas, prefill) in Loads)
        {
            var scenario = Scenario(arrivals, replicas, prefill);
            var (seconds, heap, preemptions) = Quickest(scenario);
            Line($"| {name} | {Digits(Requests / seconds)} | {Digits(Requests / seconds * loop)} | {seconds:F1} | {heap / 1e6:F0} MB | {preemptions:N0} |");
        }

        Line($"");
        Line($"Memory grows with the requests that are there at once, not with those of the run: where all come at once, all wait in line.");
        return text.ToString();
    }

    private static ServingScenario Scenario(Arrivals arrivals, int replicas, int prefill)
    {
        var catalog = Checkout.OpenCatalog();
        var system = catalog.System("dgx-h100");
        var layout = new ServingLayout { TensorParallel = 8 };
        return new ServingScenario
        {
            Workload = new ServingWorkload
            {
                Model = catalog.Model("llama-3.1-70b"),
                Precision = ServingPrecision.All(WeightFormat.Fp8, CacheFormat.Bf16),
                Input = new TokenRange(820, 1228),
                Output = new TokenRange(205, 307),
            },
            Deployment = new ServingDeployment(new ServingPool(layout, replicas), prefill > 0 ? new ServingPool(layout, prefill) : null),
            System = system,
            Engine = catalog.Engine("vllm").With("sequences", 4096), // the cache is what ends
            Arrivals = arrivals,
            Requests = Requests,
            Seed = 1,
        };
    }

    private static (double Seconds, double Heap, long Preemptions) Quickest(ServingScenario scenario)
    {
        var (least, heap, preemptions) = (double.PositiveInfinity, 0.0, 0L);
        for (var run = 0; run < Runs; run++)
        {
            GC.Collect();
            var clock = Stopwatch.StartNew();
            var outcome = ServingSimulation.Run(scenario, progress: _ => heap = Math.Max(heap, GC.GetTotalMemory(forceFullCollection: false)));
            least = Math.Min(least, clock.Elapsed.TotalSeconds);
            preemptions = outcome.Log.Main.Whole.Preemptions;
        }

        return (least, heap, preemptions);
    }

    private static double ReferenceSeconds()
    {
        var least = double.PositiveInfinity;
        for (var run = 0; run < 5; run++)
        {
            var loop = new ReferenceLoop();
            var clock = Stopwatch.StartNew();
            for (var i = 0; i < 1000; i++)
            {
                loop.Run();
            }

            least = Math.Min(least, clock.Elapsed.TotalSeconds);
        }

        return least;
    }

    private static string Digits(double value)
    {
        var unit = Math.Pow(10, Math.Floor(Math.Log10(value)) - 2);
        return (Math.Round(value / unit) * unit).ToString("#,0", CultureInfo.InvariantCulture);
    }
}
