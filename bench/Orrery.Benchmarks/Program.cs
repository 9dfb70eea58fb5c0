using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Orrery.Benchmarks;
using Perfolizer.Horology;

// `dotnet run -c Release --project bench/Orrery.Benchmarks -- --filter '*'` measures once and prints;
// `-- reference 5` measures five times and writes bench/reference.md, `-- timeline 5` bench/timeline.md; `-- planner` measures the planner and
// writes bench/planner.md; `-- serving` the request simulation, bench/serving.md.
var job = Job.Default
    .WithToolchain(InProcessEmitToolchain.Instance) // no project is generated and built: the minutes go into measuring
    .WithWarmupCount(8) // long enough for the optimising compiler to arrive on a busy machine
    .WithIterationCount(9)
    .WithIterationTime(TimeInterval.FromMilliseconds(60));
var config = ManualConfig.CreateEmpty()
    .AddJob(job)
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddLogger(ConsoleLogger.Default)
    .WithArtifactsPath(Path.Combine(Checkout.Root, "artifacts", "benchmarks"))
    .WithOptions(ConfigOptions.JoinSummary);

if (args is [("reference" or "timeline") and var what, var count] && int.TryParse(count, out var runs) && runs > 0)
{
    Type[] all = what == "reference"
        ? [typeof(ReferenceLoop), typeof(Estimates), typeof(Searches), typeof(Validations)]
        : [typeof(ReferenceLoop), typeof(Timelines)];
    var record = new RatioRecord(all);
    for (var run = 0; run < runs; run++)
    {
        foreach (var summary in BenchmarkRunner.Run(all.Select(type => BenchmarkConverter.TypeToBenchmarks(type, config)).ToArray()))
        {
            record.Add(summary);
        }
    }

    await File.WriteAllTextAsync(Path.Combine(Checkout.Root, "bench", what + ".md"), what == "reference" ? record.ToMarkdown() : record.TimelineToMarkdown());
    return;
}

if (args is ["serving"])
{
    await File.WriteAllTextAsync(Path.Combine(Checkout.Root, "bench", "serving.md"), ServingRecord.ToMarkdown());
    return;
}

if (args is ["planner"])
{
    await File.WriteAllTextAsync(Path.Combine(Checkout.Root, "bench", "planner.md"), PlannerRecord.ToMarkdown());
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(ReferenceLoop).Assembly).Run(args, config);
