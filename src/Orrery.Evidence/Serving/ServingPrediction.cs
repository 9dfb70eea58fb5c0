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
        if (one.Pools is not null)
        {
            return Played(one);
        }

        var step = ServingStep.Create(one.Workload, one.Layout, one.System, one.Engine);
        var memory = ServingMemory.Of(one.Workload, one.Layout, one.System.Chip, step.Engine);
        var prediction = one.Load switch
        {
            LoadKind.StaticBatch => Static(one, step, memory),
            LoadKind.Saturated => Saturated(one, step, memory),
            LoadKind.PrefillOnly => Prompts(one, step),
            LoadKind.DecodeOnly => Decoding(one, step),
            _ => Played(one),
        };
        return prediction with { OutputTokensPerSecond = prediction.OutputTokensPerSecond * one.Replicas };
    }

    /// <summary>One batch that starts together: its prompts, then all its steps.</summary>
    private static ServingPrediction Static(ServingCase one, ServingStep step, ServingMemory memory)
    {
        var (workload, batch) = (one.Workload, one.InFlight);
        var run = StaticBatch.Of(step, workload, one.Layout, batch);
        var tpot = run.DecodeStep.Total / workload.TokensPerStep;
        return new ServingPrediction(
            run.PrefillSeconds, tpot, batch * workload.Output.Mean / run.Seconds, memory.MostSequences(workload.Input.Mean + workload.Output.Mean) >= batch);
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

    /// <summary>Request by request, in one pool or two.</summary>
    private static ServingPrediction Played(ServingCase one)
    {
        var clients = new Arrivals.InFlight((int)Math.Round(one.InFlight));
        List<double> ttft = [], tpot = [];
        var scenario = new ServingScenario
        {
            Workload = one.Workload,
            Deployment = one.Pools ?? new ServingDeployment(new ServingPool(one.Layout, 1)),
            System = one.System,
            Engine = one.Engine,
            Arrivals = one.Load switch
            {
                _ when one.Pools is not null => clients,
                LoadKind.ClosedLoop => clients,
                LoadKind.OpenLoop => new Arrivals.AtRate(one.Rate),
                _ => new Arrivals.AtOnce(),
            },
            Requests = one.Requests,
            Seed = Seed,
        };
        var log = ServingSimulation.Run(scenario, Note).Log;
        return log.Finished == 0
            ? new ServingPrediction(double.NaN, double.NaN, double.NaN, false)
            : new ServingPrediction(Middle(ttft), Middle(tpot), log.OutputTokens / Math.Max(log.Seconds, 1e-9), log.Refused == 0);

        void Note(FinishedRequest done)
        {
            ttft.Add(done.Ttft);
            if (done.Request.Output > 1)
            {
                tpot.Add(done.Tpot);
            }
        }

        // As the rows have them: of few requests the log's own median would not be that of a harness, which interpolates.
        double Middle(List<double> values)
        {
            if (values.Count == 0)
            {
                return double.NaN;
            }

            values.Sort();
            return one.IsMedian ? ErrorSummary.Quantile(values, 0.5) : values.Average();
        }
    }
}
