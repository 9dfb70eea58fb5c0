using Orrery.Analysis.Models;
using Orrery.Analysis.Reliability;
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
    public static TrainingEstimate Estimate(TrainingWorkload workload, Strategy strategy, Cluster cluster, SoftwareStack stack)
    {
        var recipe = PrecisionRecipe.Of(workload.Precision);
        var parameters = TrainingParameters.For(stack, cluster.Chip, recipe);
        var shard = Shard.Create(workload, strategy, cluster.System, parameters);
        var groups = RankGroups.Of(strategy);
        double layers = workload.Model.LayerCount + workload.Model.MultiTokenPrediction;

        var body = Body(shard, groups);
        var (again, againFlops, kept) = Recomputed(shard, body, layers);
        var head = default(LayerCost);
        head.AddHead(shard);
        var age = Maturity(parameters, stack);
        var device = body.Forward + body.Backward;
        device[StepPart.Recompute] += again;
        var host = StepPlans.HostSeconds(body, parameters, strategy.Overlap, strategy.Graphs, strategy.DropsTokens);
        var forward = WithHost(body.Forward.Total, host * StepPlans.HostForward);
        var backward = WithHost(body.Backward.Total + again, host * (1 - StepPlans.HostForward));
        device[StepPart.Host] += forward + backward - device.Total;
        var pass = device * age;
        var headPass = (head.Forward + head.Backward) * age;
        headPass[StepPart.Recompute] += head.Under(strategy.Recompute).Again * age;
        var cost = new PassCost<Scalar>(
            new(forward * age), new(backward * age), new(pass.Total),
            new(head.Forward.Total * age), new(headPass.Total - (head.Forward.Total * age)), new(headPass.Total),
            new(kept / layers), new(strategy.Recompute.HasFlag(Recompute.Full) ? body.UnsavedBytes / layers : 0));

        var pipeline = PipelinePlan.Of(strategy, layers, shard.MicroBatches);
        var held = HeldWeights.Of(shard, body.DenseWeights, body.ExpertWeights, pipeline.Weights);
        var memory = StaticMemory.Of(shard, held, layers);
        var transfers = Pipeline.Transfers(
            parameters, shard.MicroBatches, strategy.VirtualStages, strategy.PipelineParallel,
            Pipeline.TransferSeconds(shard, groups.StagePair, strategy.PipelineParallel));
        var optimizer = HostLink.Optimizer(shard, held, memory) + parameters.FixedStepS;
        var plan = StepPlans.Of(shard, pipeline, memory, transfers + optimizer, StepPlans.Jitter(parameters, cluster.Chips, cluster.System.ScaleUpDomain));
        var exchange = DataExchange.Of(shard, groups, held);
        var pace = StepFormula<Scalar>.Pace(cost, plan, new(strategy.OffloadedLayers));
        var sharded = StepPlans.Sharded(shard, cost, pace, exchange);
        var data = StepPlans.AtTheEnd(shard, pace, plan, exchange);

        // The step's parts: the slowest stage's pass by what it does, and what the plan adds around it.
        var slowest = StepFormula<Scalar>.SlowestStage(cost, plan).Value;
        var isFull = slowest == pipeline.Full * pass.Total;
        var step = isFull ? pass * pipeline.Full : (pass * ((slowest - headPass.Total) / pass.Total)) + headPass;
        step *= shard.MicroBatches;
        step[StepPart.DataParallelCommunication] += (sharded.Value * shard.MicroBatches) + data.Value;
        step[StepPart.Bubble] += StepFormula<Scalar>.Bubble(cost, plan).Value;
        step[StepPart.PipelineCommunication] += transfers;
        step[StepPart.Host] += StepFormula<Scalar>.Offload(cost, pace, plan).Value * shard.MicroBatches;
        step[StepPart.Optimizer] += optimizer;
        step[StepPart.Jitter] += step.Total * (plan.Jitter.Value - 1);

        var flops = new Flops(ModelCounts.Training(workload.Model, workload.SequenceLength, frozenWeights: shard.Frozen));
        return new TrainingEstimate
        {
            Workload = workload,
            Strategy = strategy,
            Cluster = cluster,
            Iteration = new Seconds(step.Total),
            Parts = step,
            Memory = StepPlans.Memory(shard, cluster, memory, cost, plan),
            Checkpoint = shard.Frozen ? default : CheckpointSize.Of(workload.Model, parameters),
            ModelFlopsPerToken = flops,
            HardwareFlopsPerToken = new Flops(flops.Value + (againFlops * strategy.TensorParallel / shard.Tokens)),
            Peak = (cluster.Chip.MatmulPeak(recipe.Format) ?? throw new MissingFactException($"chip '{cluster.Chip.Id}' states no {recipe.Format} peak")).Value,
        };
    }

    /// <summary>All layers for one micro-batch on one rank, with what their exchanges leave exposed.</summary>
    private static LayerCost Body(Shard shard, in RankGroups groups)
    {
        var dense = BodyCost.Dense(shard);
        var total = dense.Total;
        var exchange = GroupExchange.Of(shard, dense.Runs, groups);
        if (BodyCost.Routed(shard) is { } routed)
        {
            total.Add(routed.Total, 1);
            exchange += GroupExchange.Of(shard, routed.Runs, groups);
        }

        exchange.AddTo(ref total, shard.Parameters, shard.Strategy.Overlap);
        return total;
    }

    /// <summary>Seconds and FLOPs that the backward pass runs again, and activation bytes that wait for it, of all layers.</summary>
    internal static (double Again, double Flops, double KeptBytes) Recomputed(Shard shard, in LayerCost body, double layers)
    {
        var s = shard.Strategy;
        var model = shard.Workload.Model;
        var input = 2.0 * model.Hidden * shard.KeptTokens;
        var (again, flops, kept) = body.Under(s.Recompute);
        if (s.Recompute.HasFlag(Recompute.AlternateLayers))
        {
            again += body.Forward.Total / 2;
            flops += model.Layers.Sum(run => run.Count * ModelCounts.LayerForward(model, run.Layer, shard.Workload.SequenceLength))
                * shard.Tokens / s.TensorParallel / 2;
            kept = (kept + (input * layers)) / 2;
        }

        return (again, flops, s.Recompute.HasFlag(Recompute.Full) ? input * layers : kept);
    }

    /// <summary>The device waits where the host launches slower than it computes: a smooth maximum of the two.</summary>
    internal static double WithHost(double device, double host) => device * StepPlans.HostFloor(host / device);

    /// <summary>A stack is slower on the day a generation ships, and catches up; an undated stack counts as mature.</summary>
    internal static double Maturity(TrainingParameters parameters, SoftwareStack stack) =>
        stack.Date is not { } date || double.IsNaN(parameters.MaturityStart)
            ? 1
            : 1 + (parameters.MaturityExcess * Math.Exp(-Math.Max(0, date - parameters.MaturityStart) / parameters.MaturityYears));

}
