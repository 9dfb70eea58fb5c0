using BenchmarkDotNet.Attributes;
using Orrery.Catalog;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Simulation.Engine;
using Orrery.Simulation.Timeline;

namespace Orrery.Benchmarks;

/// <summary>Event by event: the engine alone, one training step, a whole study of one.</summary>
public class Timelines
{
    private const int Events = 100_000;
    private const int Waiting = 1000;

    private readonly OrreryCatalog _catalog = Checkout.OpenCatalog();
    private readonly EventQueue<(int, int)> _queue = new(Waiting);
    private readonly TimelineRun _interleaved;
    private readonly TimelineRun _longest;
    private RandomStream _random = RandomStream.For(1, "delays");

    public Timelines()
    {
        _interleaved = new TimelineRun(Study("gpt3-175b", 8, 16, 1, 4, 128, 0).Plan);
        _longest = new TimelineRun(Study("megatron-1t", 8, 64, 1, 1, 512, 0).Plan);
    }

    [Benchmark(Description = "engine: 100,000 events, 1,000 waiting at a time, drawn delays")]
    public long Queue()
    {
        while (_queue.Count < Waiting)
        {
            _queue.After(new Duration(_random.NextBelow(Waiting)), (0, 0));
        }

        for (var i = 0; i < Events && _queue.TryNext(out var what); i++)
        {
            _queue.After(new Duration((long)_random.NextExponential(Waiting)), (what.Item1, i));
        }

        return _queue.Now.Ticks;
    }

    [Benchmark(Description = "engine: 100,000 exponential random numbers")]
    public double Numbers()
    {
        var sum = 0.0;
        for (var i = 0; i < Events; i++)
        {
            sum += _random.NextExponential(1);
        }

        return sum;
    }

    [Benchmark(Description = "timeline: one step, pp 16, vp 4, 128 micro-batches")]
    public Duration Interleaved() => _interleaved.Play();

    [Benchmark(Description = "timeline: one step, pp 64, 512 micro-batches")]
    public Duration Longest() => _longest.Play();

    [Benchmark(Description = "study: pp 16, vp 4, 128 micro-batches, each part, 20 steps with uneven ranks of 8 replicas")]
    public TimelineStudy Whole() => Study("gpt3-175b", 8, 16, 8, 4, 128, 20);

    private TimelineStudy Study(string model, int tensor, int pipeline, int data, int virtualStages, int microBatches, int iterations)
    {
        // Layers that do not come out even are levelled by whole layers: 96 over 64 chunks.
        var strategy = new Strategy
        {
            TensorParallel = tensor,
            PipelineParallel = pipeline,
            DataParallel = data,
            VirtualStages = virtualStages,
            MicroBatch = 1,
            SequenceParallel = true,
            Overlap = Overlap.GradientReduce | Overlap.ParameterGather,
        };
        return TimelineStudy.Of(
            new TrainingWorkload(_catalog.Model(model), data * microBatches, 2048, TrainingPrecision.Bf16), strategy,
            new(_catalog.System("dgx-a100"), strategy.Chips), _catalog.Stack("megatron"), new StudyOptions(Iterations: iterations));
    }
}
