using Orrery.Analysis.Serving;
using Orrery.Domain.Strategies;
using Orrery.Planning.Serving;

namespace Orrery.Planning.Tests.Serving;

/// <summary>Every deployment of a small space, each estimated on its own and none ruled out.</summary>
internal static class ServingBruteForce
{
    /// <summary>The most requests a second within the targets (the fewest chips where a rate is given); null where none does.</summary>
    public static (int Chips, double Requests)? Best(ServingPlanQuestion question)
    {
        (int Chips, double Requests)? best = null;
        foreach (var precision in question.Precisions)
        {
            var workload = question.In(precision);
            var layouts = ServingSpace.Layouts(workload.Model, question.Cluster.Chips, question.Limits).ToList();
            var replicas = layouts.Select(layout => (Layout: layout, Step: ServingStep.Create(workload, layout, question.Cluster.System, question.Engine))).ToList();
            foreach (var (layout, step) in replicas)
            {
                var memory = ServingMemory.Of(workload, layout, question.Cluster.Chip, step.Engine);
                foreach (var batch in Batches(question, layout, memory, step).ToList())
                {
                    if (question.Limits.Aggregated)
                    {
                        Shared(layout, step, memory, batch);
                    }

                    if (question.Limits.Disaggregated && workload.Output.Mean > 1)
                    {
                        foreach (var (prefill, prefillStep) in replicas.Where(one => one.Layout.CacheShards == 1))
                        {
                            Split(layout, step, batch, prefill, prefillStep);
                        }
                    }
                }
            }

            void Shared(ServingLayout layout, ServingStep step, ServingMemory memory, double batch)
            {
                var state = SteadyState.Of(step, workload, memory, batch, question.Engine, layout.PipelineParallel);
                var each = state.OutputTokensPerSecond / workload.Output.Mean;
                var count = question.Rate is { } rate ? (int)Math.Ceiling((rate / each) - 1e-9) : question.Cluster.Chips / layout.Chips;
                if (count >= 1 && question.Targets.Allow(state.Ttft, state.Tpot))
                {
                    Offer(count * layout.Chips, count * each);
                }
            }

            void Split(ServingLayout layout, ServingStep step, double batch, ServingLayout prefill, ServingStep prefillStep)
            {
                var prefillMemory = ServingMemory.Of(workload, prefill, question.Cluster.Chip, prefillStep.Engine);
                var decode = new DecodePool(step, workload, layout, batch);
                var (late, tpot) = step.Engine.Delivered(decode.Step(batch).Total / workload.TokensPerStep, workload.Output.Mean);
                if (prefillMemory.MostSequences(workload.Input.Most) < 1 || tpot > question.Targets.Tpot)
                {
                    return;
                }

                var pool = PrefillPool.Of(prefillStep, workload, prefill);
                var bytes = CacheMoves.OfPrompt(workload, question.Cluster.Chip, step.Engine);
                for (var prefills = 1; prefills * prefill.Chips < question.Cluster.Chips; prefills++)
                {
                    var rest = (question.Cluster.Chips - (prefills * prefill.Chips)) / layout.Chips;
                    var decodes = question.Rate is { } rate ? (int)Math.Ceiling((rate / decode.RequestsPerSecond(batch)) - 1e-9) : rest;
                    if (decodes < 1 || decodes > rest)
                    {
                        continue;
                    }

                    var deployment = new ServingDeployment(new ServingPool(layout, decodes), new ServingPool(prefill, prefills));
                    var wait = question.Targets.Ttft - step.Engine.RequestS - pool.Alone.Total - late - CacheMoves.TransferSeconds(deployment, bytes, question.Cluster.System);
                    var each = Math.Min(PrefillPool.MostBusy * pool.MostPromptsPerSecond, pool.PromptsPerSecondAt(wait));
                    var requests = Math.Min(prefills * each, decodes * decode.RequestsPerSecond(batch));
                    if (requests > 0 && (question.Rate is not { } asked || requests >= asked * (1 - 1e-9)))
                    {
                        Offer(deployment.Chips, requests);
                    }
                }
            }
        }

        return best;

        void Offer(int chips, double requests)
        {
            var isBetter = best is not { } found
                || (question.Rate is null ? requests > found.Requests : chips < found.Chips || (chips == found.Chips && requests > found.Requests));
            if (chips <= question.Cluster.Chips && isBetter)
            {
                best = (chips, requests);
            }
        }
    }

    private static IEnumerable<double> Batches(ServingPlanQuestion question, ServingLayout layout, ServingMemory memory, ServingStep step)
    {
        var workload = question.Workload;
        var largest = ServingEstimator.LargestBatch(
            new ServingQuestion(workload, new ServingDeployment(new ServingPool(layout, 1)), Domain.Workloads.ServingLoad.Full, question.Cluster.System, question.Engine), memory, step.Engine).Requests;
        return ServingSpace.Batches(memory.Groups, step.Engine.Sequences * memory.Groups, question.Limits).Where(batch => batch <= largest);
    }
}
