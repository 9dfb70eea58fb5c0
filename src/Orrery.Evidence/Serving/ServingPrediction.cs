using Orrery.Analysis.Serving;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Simulation.Requests;

namespace Orrery.Evidence.Serving;

/// <summary>What a case is predicted to show; NaN for what its load does not have.</summary>
internal readonly record struct ServingPrediction(double TtftS, double TpotS, double OutputTokensPerSecond, bool Fits)
{
    private const ulong Seed = 1;

    public static ServingPrediction Of(ServingCase one)
    {
        if (one.Pools is { } pools)
        {
            return Handed(one, pools);
        }

        var step = ServingStep.Create(one.Workload, one.Layout, one.System, one.Engine);
        var memory = ServingMemory.Of(one.Workload, one.Layout, one.System.Chip, step.Engine);
        var prediction = one.Load switch
        {
            LoadKind.StaticBatch => Static(one, step, memory),
            LoadKind.Saturated => Saturated(one, step, memory),
            LoadKind.PrefillOnly => Prompts(one, step),
            LoadKind.DecodeOnly => Decoding(one, step),
            _ => Simulated(one, step, memory),
        };
        return prediction with { OutputTokensPerSecond = prediction.OutputTokensPerSecond * one.Replicas };
    }

    /// <summary>One batch that starts together: its prompts, then all its steps, a step's time being that at the middle of the output.</summary>
    private static ServingPrediction Static(ServingCase one, ServingStep step, ServingMemory memory)
    {
        var (input, output) = (one.Workload.Input.Mean, one.Workload.Output.Mean);
        var batch = one.InFlight;
        var stages = one.Layout.PipelineParallel;
        var turns = Math.Min(stages, batch);
        var perStep = Math.Max(1, Math.Floor(step.Engine.StepTokens / input)) * one.Layout.AttentionDataParallel;
        var prefill = 0.0;
        for (var left = batch / turns; left > 0; left -= perStep)
        {
            prefill += step.Seconds(StepLoad.Prefill(Math.Min(left, perStep), input));
        }

        // Stages work side by side on micro-batches: all are through when the last one has followed the others.
        prefill *= turns > 1 ? (stages + turns - 1.0) / stages : 1;
        var decode = step.Seconds(StepLoad.Decode(batch / turns, input + (output / 2)));
        var seconds = prefill + ((output - 1) * decode);
        return new ServingPrediction(prefill, decode, batch * output / seconds, memory.MostSequences(input + output) >= batch);
    }

    private static ServingPrediction Saturated(ServingCase one, ServingStep step, ServingMemory memory)
    {
        var state = SteadyState.Of(step, one.Workload, memory, double.MaxValue, one.Engine, one.Layout.PipelineParallel);
        return new ServingPrediction(double.NaN, double.NaN, state.OutputTokensPerSecond, memory.MostSequences(one.Workload.Input.Mean + one.Workload.Output.Mean) >= 1);
    }

    private static ServingPrediction Prompts(ServingCase one, ServingStep step)
    {
        var input = one.Workload.Input.Mean;
        var tokens = Math.Max(input, one.Row.Concurrency.Contains("tokens", StringComparison.Ordinal) ? one.InFlight : step.Engine.StepTokens);
        var sequences = Math.Max(1, Math.Floor(tokens / input)) * one.Layout.AttentionDataParallel;
        return new ServingPrediction(double.NaN, double.NaN, sequences * input / step.Seconds(StepLoad.Prefill(sequences, input)), true);
    }

    /// <summary>The stated batch is a chip's; the phase runs alone at the stated cached length.</summary>
    private static ServingPrediction Decoding(ServingCase one, ServingStep step)
    {
        var sequences = one.InFlight * one.Layout.Chips;
        var seconds = step.Seconds(StepLoad.Decode(sequences, one.Workload.Input.Mean));
        return new ServingPrediction(double.NaN, seconds / one.Workload.TokensPerStep, sequences * one.Workload.TokensPerStep / seconds, true);
    }

    /// <summary>Prompts in one pool, decoding in another, request by request.</summary>
    private static ServingPrediction Handed(ServingCase one, ServingDeployment pools)
    {
        var log = ServingSimulation.Run(new ServingScenario
        {
            Workload = one.Workload,
            Deployment = pools,
            System = one.System,
            Engine = one.Engine,
            Arrivals = new Arrivals.InFlight((int)Math.Round(one.InFlight)),
            Requests = one.Requests,
            Seed = Seed,
        }).Log;
        return log.Counted == 0
            ? new ServingPrediction(double.NaN, double.NaN, double.NaN, false)
            : new ServingPrediction(
                one.IsMedian ? log.Ttft.Quantile(0.5) : log.Ttft.Mean, one.IsMedian ? log.Tpot.Quantile(0.5) : log.Tpot.Mean,
                log.OutputTokens / Math.Max(log.Seconds, 1e-9), log.Refused == 0);
    }

    private static ServingPrediction Simulated(ServingCase one, ServingStep step, ServingMemory memory)
    {
        var rules = new ReplicaRules(one.Engine.Batching, one.Engine.Caching, one.Layout.PipelineParallel, one.Workload.TokensPerStep);
        var lengths = new RequestLengths(one.Workload, Seed);
        IRequestLoad load = one.Load switch
        {
            LoadKind.ClosedLoop => new ClosedLoop(lengths, (int)Math.Round(one.InFlight), one.Requests),
            LoadKind.OpenLoop => OpenLoop.Poisson(lengths, one.Rate, one.Requests, Seed),
            _ => OpenLoop.AtOnce(lengths, one.Requests),
        };
        var watcher = new Latencies(one.Requests);
        var replica = new Replica(step, memory, rules, 1 + (one.Workload.Speculation?.DraftTokens ?? 0));
        var refused = replica.Run(load, ref watcher);
        return watcher.Count == 0
            ? new ServingPrediction(double.NaN, double.NaN, double.NaN, false)
            : new ServingPrediction(watcher.Ttft(one.IsMedian), watcher.Tpot(one.IsMedian), watcher.Tokens / Math.Max(replica.Now, 1e-9), refused == 0);
    }

    private struct Latencies(long most) : IRequestWatcher
    {
        private readonly List<double> _ttft = new((int)Math.Min(most, 1 << 20));
        private readonly List<double> _tpot = new((int)Math.Min(most, 1 << 20));

        public readonly int Count => _ttft.Count;

        public double Tokens { get; private set; }

        public void Finished(in FinishedRequest request)
        {
            _ttft.Add(request.Ttft);
            if (request.Request.Output > 1)
            {
                _tpot.Add(request.Tpot);
            }

            Tokens += request.Request.Output;
        }

        public readonly void Stepped(in ReplicaSample sample)
        {
        }

        public readonly double Ttft(bool median) => Middle(_ttft, median);

        public readonly double Tpot(bool median) => Middle(_tpot, median);

        private static double Middle(List<double> values, bool median)
        {
            if (values.Count == 0)
            {
                return double.NaN;
            }

            if (!median)
            {
                return values.Average();
            }

            values.Sort();
            return ErrorSummary.Quantile(values, 0.5);
        }
    }
}
