using Orrery.Analysis.Models;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Quantities;

namespace Orrery.Analysis.Training;

/// <summary>Predicts one training step in closed form; see the model book, "Training step".</summary>
public static class TrainingEstimator
{
    /// <summary>Ranks up to which meeting costs nothing: one server. The jitter parameter is per doubling beyond.</summary>
    private const double JitterFreeRanks = 8;

    public static TrainingEstimate Estimate(TrainingWorkload workload, Strategy strategy, Cluster cluster, SoftwareStack stack)
    {
        var recipe = PrecisionRecipe.Of(workload.Precision);
        var parameters = TrainingParameters.For(stack, cluster.Chip, recipe);
        var shard = Shard.Create(workload, strategy, cluster.System, parameters);
        var model = workload.Model;
        var body = Body(shard, out var layers);
        var head = default(LayerCost);
        head.AddHead(shard);

        var age = Maturity(parameters, stack);
        var pass = WithHost(body, parameters, strategy) * age;
        var headPass = (head.Forward + head.Backward) * age;
        var forward = body.Forward.Total * age;
        var backward = body.Backward.Total * age;
        var microBatches = shard.MicroBatches;

        var stages = strategy.PipelineParallel;
        var held = new DataExchange.Held(
            (body.DenseWeights / stages) + EmbeddingWeights(shard),
            body.ExpertWeights / stages);

        StepTimes step;
        double stageLayers;
        var gathers = strategy.Sharding is Sharding.Zero3 or Sharding.Hsdp || (strategy.Sharding == Sharding.Zero2 && stages == 1);
        if (gathers && stages == 1)
        {
            stageLayers = layers;
            step = pass + headPass;
            step[StepPart.DataParallelCommunication] += FsdpExposed(
                shard, held, forward + (head.Forward.Total * age), backward + (head.Backward.Total * age));
            step *= microBatches;
        }
        else
        {
            var perLayer = pass.Total / layers;
            var (slowest, withHead) = Pipeline.SlowestStage(strategy, layers, headPass.Total / perLayer);
            stageLayers = slowest;
            var stage = pass * (slowest / layers);
            if (withHead)
            {
                stage += headPass;
            }

            if (gathers)
            {
                stage[StepPart.DataParallelCommunication] += FsdpExposed(shard, held, forward / stages, backward / stages);
            }

            step = stage * microBatches;
            var mean = (pass.Total + headPass.Total) / stages;
            step[StepPart.Bubble] += Pipeline.BubbleFactor(strategy) * mean;
            step[StepPart.PipelineCommunication] += Pipeline.Transfers(shard, microBatches);
            step[StepPart.DataParallelCommunication] += gathers
                ? 0
                : DataExchange.StepExposed(shard, held, parameters.GradientBytes, forward / stages, backward / stages);
        }

        step[StepPart.Host] += OffloadExposed(shard, body, layers, stageLayers, forward / stages, backward / stages) * microBatches;
        step[StepPart.Optimizer] += OptimizerTime(shard, held) + parameters.FixedStepS;
        step[StepPart.Jitter] += step.Total * parameters.JitterPerDoubling * Math.Max(0, Math.Log2(cluster.Chips / JitterFreeRanks));

        var flops = new Flops(ModelCounts.Training(model, workload.SequenceLength, frozenWeights: shard.Frozen));
        return new TrainingEstimate
        {
            Workload = workload,
            Strategy = strategy,
            Cluster = cluster,
            Iteration = new Seconds(step.Total),
            Parts = step,
            Memory = MemoryPlan.Of(shard, cluster, held, layers, Math.Max(stageLayers, layers / stages), body),
            ModelFlopsPerToken = flops,
            HardwareFlopsPerToken = new Flops(flops.Value + (body.RecomputedFlops * strategy.TensorParallel / shard.Tokens)),
            Peak = (cluster.Chip.MatmulPeak(recipe.Format) ?? throw new MissingFactException($"chip '{cluster.Chip.Id}' states no {recipe.Format} peak")).Value,
        };
    }

    /// <summary>All layers, multi-token-prediction modules included, for one micro-batch on one tensor-parallel rank.</summary>
    private static LayerCost Body(Shard shard, out double layers)
    {
        var model = shard.Workload.Model;
        var total = default(LayerCost);
        layers = 0;
        var last = default(LayerCost);
        foreach (var run in model.Layers)
        {
            last = Layer(shard, run.Layer);
            if (shard.Strategy.Recompute.HasFlag(Recompute.AlternateLayers))
            {
                last.Backward[StepPart.Recompute] += last.Forward.Total / 2;
                last.RecomputedFlops += ModelCounts.LayerForward(model, run.Layer, shard.Workload.SequenceLength) * shard.Tokens / shard.Strategy.TensorParallel / 2;
                last.ActivationBytes = (last.ActivationBytes / 2) + (shard.Workload.Model.Hidden * shard.OuterTokens);
            }

            total += last * run.Count;
            layers += run.Count;
        }

        if (model.MultiTokenPrediction > 0)
        {
            last.AddProduct(shard, shard.Dense, StepPart.Gemm, shard.OuterTokens, model.Hidden, 2.0 * model.Hidden, Recompute.None, Recompute.Normalization);
            total += last * model.MultiTokenPrediction;
            layers += model.MultiTokenPrediction;
        }

        return total;
    }

    private static LayerCost Layer(Shard shard, TransformerLayer layer)
    {
        var cost = default(LayerCost);
        var blocks = (layer.Mixer is null ? 0 : 1) + (layer.FeedForward is null ? 0 : 1);
        if (layer.Mixer is { } mixer)
        {
            cost.AddMixer(shard, mixer);
        }

        if (layer.FeedForward is { } feedForward)
        {
            cost.AddFeedForward(shard, feedForward);
        }

        cost.AddNorms(shard, blocks);
        cost.HostS = layer.FeedForward is MixtureOfExperts
            ? shard.Parameters.HostExpertS * (shard.Strategy.Overlap.HasFlag(Overlap.ExpertParallel) && shard.Strategy.Graphs == GraphCapture.None ? shard.Parameters.HostOverlapFactor : 1)
            : shard.Parameters.HostDenseS * blocks / 2;
        return cost;
    }

    /// <summary>The device waits where the host launches slower than it computes: a smooth maximum of the two.</summary>
    private static StepTimes WithHost(in LayerCost body, TrainingParameters parameters, Strategy strategy)
    {
        var device = body.Forward + body.Backward;
        var graph = strategy.Graphs switch
        {
            GraphCapture.FullIteration => parameters.HostFullGraph,
            GraphCapture.Partial => parameters.HostPartialGraph,
            _ => 1,
        };
        var compute = device.Total;
        var ratio = body.HostS * graph / compute;
        device[StepPart.Host] += compute * (Math.Pow(1 + Math.Pow(ratio, 6), 1.0 / 6) - 1);
        return device;
    }

    /// <summary>A stack is slower on the day a generation ships, and catches up; an undated stack counts as mature.</summary>
    private static double Maturity(TrainingParameters parameters, SoftwareStack stack) =>
        stack.Date is not { } date || double.IsNaN(parameters.MaturityStart)
            ? 1
            : 1 + (parameters.MaturityExcess * Math.Exp(-Math.Max(0, date - parameters.MaturityStart) / parameters.MaturityYears));

    /// <summary>
    /// What FSDP adds to one micro-batch of a stage: gathers and scatters run beside compute, which they slow down a little;
    /// what does not fit beside it shows. The smooth maximum of both, forward and backward, plus a share that never hides.
    /// </summary>
    private static double FsdpExposed(Shard shard, DataExchange.Held held, double forward, double backward)
    {
        var p = shard.Parameters;
        var (gather, back) = DataExchange.FsdpTraffic(shard, held);
        var busy = Math.Min(1, (gather + back) / (forward + backward));
        var slowed = 1 + (p.FsdpContention * busy);
        double Beside(double compute, double traffic) =>
            Math.Pow(Math.Pow(compute * slowed, 4) + Math.Pow(traffic, 4), 0.25) + (p.FsdpExposed * traffic);

        return Beside(forward, gather) + Beside(backward, back) - forward - backward;
    }

    /// <summary>Activations of offloaded layers go to host memory beside the forward pass and come back beside the backward pass.</summary>
    private static double OffloadExposed(Shard shard, in LayerCost body, double layers, double stageLayers, double forward, double backward)
    {
        var offloaded = Math.Min(shard.Strategy.OffloadedLayers, stageLayers);
        if (offloaded == 0)
        {
            return 0;
        }

        var rate = shard.System.HostBandwidth
            ?? throw new MissingFactException($"system '{shard.System.Id}' states no host bandwidth: offload cannot be estimated");
        var time = body.ActivationBytes / layers * offloaded / rate.Value.Value;
        return Math.Max(0, time - forward) + Math.Max(0, time - backward);
    }

    /// <summary>The optimizer streams a rank's share of weights, gradients and states once.</summary>
    private static double OptimizerTime(Shard shard, DataExchange.Held held)
    {
        if (shard.Frozen)
        {
            return 0;
        }

        var s = shard.Strategy;
        var split = s.Sharding != Sharding.None;
        var replicas = split ? shard.Sharers(s.Replicas) : 1;
        var expertReplicas = split ? shard.Sharers(s.ExpertReplicas) : 1;
        var weights = (held.Dense / replicas) + (held.Experts / expertReplicas);
        return shard.Stream(weights * shard.Parameters.OptimizerBytes);
    }

    /// <summary>Embedding and head weights that one tensor-parallel rank of an edge stage holds; both, unless tied, where there is one stage.</summary>
    private static double EmbeddingWeights(Shard shard)
    {
        var model = shard.Workload.Model;
        var tables = shard.Strategy.PipelineParallel == 1 && !model.TiedEmbeddings ? 2 : 1;
        return (double)tables * model.Vocabulary * model.Hidden / shard.Strategy.TensorParallel;
    }
}
