using Orrery.Analysis.Training;
using Orrery.Catalog;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Paper;
using Orrery.Comparison.Sensitivity;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain;
using Orrery.Domain.Models;
using Orrery.Domain.Workloads;
using Orrery.Planning.Training;

namespace Orrery.Comparison;

/// <summary>What is to be compared.</summary>
/// <param name="SequenceLength">Tokens a sequence; null for each model's default.</param>
/// <param name="GlobalBatch">Sequences a step; null for the default, near the same number of tokens for every contestant.</param>
public sealed record ComparisonQuestion(
    IReadOnlyList<Contestant> Contestants, IReadOnlyList<Transformer> Models, IReadOnlyList<PrecisionChoice> Precisions,
    int? SequenceLength = null, int? GlobalBatch = null);

/// <summary>System against system: what the datasheets say, and what each delivers.</summary>
public sealed record SystemComparison(ComparisonQuestion Question, PaperSheet Paper, IReadOnlyList<Bout> Bouts)
{
    // What a contestant may choose from when each uses its fastest. INT8 training exists on TPUs only and is asked for by name.
    internal static readonly TrainingPrecision[] Candidates =
        [TrainingPrecision.Bf16, TrainingPrecision.Fp8, TrainingPrecision.Mxfp8, TrainingPrecision.Nvfp4];

    /// <summary>Plans every contestant's best strategy for every model and precision.</summary>
    /// <param name="catalog">Read again at the ends of ranges.</param>
    /// <param name="record">Published errors to quote.</param>
    /// <param name="progress">Told what is being planned.</param>
    /// <param name="residuals">What intervals are made of; null for none.</param>
    public static SystemComparison Of(OrreryCatalog catalog, ComparisonQuestion question, TrackRecord record, Action<string> progress, ResidualTable? residuals = null)
    {
        var planned = new Dictionary<(Contestant, string, TrainingPrecision), DeliveredResult>();
        var explained = new Dictionary<DeliveredResult, DeliveredResult>(ReferenceEqualityComparer.Instance);
        var ends = new Dictionary<(string System, string Stack), RangeEnds>();
        var failures = new Dictionary<string, GoodputEnds>();
        var bouts = new List<Bout>();
        foreach (var model in question.Models)
        {
            var sequence = question.SequenceLength ?? DefaultWorkload.SequenceLength(model);

            TrainingWorkload Workload(Contestant contestant, TrainingPrecision precision) => new(
                model, question.GlobalBatch ?? DefaultWorkload.GlobalBatchOn(sequence, contestant.Cluster.Chips), sequence, precision);

            DeliveredResult Plan(Contestant contestant, TrainingPrecision precision)
            {
                if (!planned.TryGetValue((contestant, model.Id, precision), out var result))
                {
                    progress($"planning {model.Id} on {contestant.Text} in {precision.ToString().ToLowerInvariant()} ...");
                    result = Deliver(contestant, Workload(contestant, precision));
                    planned[(contestant, model.Id, precision)] = result;
                }

                return result;
            }

            // Starts from what is planned already; every further precision is searched only for what beats the best so far.
            DeliveredResult Fastest(Contestant contestant)
            {
                var best = Candidates.Where(precision => planned.ContainsKey((contestant, model.Id, precision)))
                    .Select(precision => Plan(contestant, precision)).Where(result => result.Best is not null).MaxBy(result => result.TokensPerSecond);
                foreach (var precision in Candidates.Reverse().Where(precision => !planned.ContainsKey((contestant, model.Id, precision))))
                {
                    if (best is null)
                    {
                        best = Plan(contestant, precision) is { Best: not null } found ? found : null;
                        continue;
                    }

                    progress($"planning {model.Id} on {contestant.Text} in {precision.ToString().ToLowerInvariant()} ...");
                    var faster = Deliver(contestant, Workload(contestant, precision), best.Best!.Iteration.Value);
                    best = faster.Best is not null ? faster : best;
                }

                return best ?? Plan(contestant, Candidates[0]);
            }

            foreach (var choice in question.Precisions)
            {
                bouts.Add(new Bout(model, sequence, choice, [.. question.Contestants.Select(contestant => Explained(
                    choice.Precision is { } one ? Plan(contestant, one) : Fastest(contestant)))]));
            }
        }

        return new SystemComparison(question, PaperSheet.Of([.. question.Contestants.Select(contestant => contestant.Cluster)]), bouts);

        DeliveredResult Explained(DeliveredResult result)
        {
            // A contestant's fastest precision is often one that another bout asks for by name.
            if (result.Best is { } best && !explained.ContainsKey(result))
            {
                var range = PredictionRange.Of(Ends(result.Contestant), best);
                explained[result] = result with
                {
                    Levers = LeverEffect.On(best, result.Contestant.Stack),
                    Range = range,
                    GoodputRange = GoodputRange.Of(Failures(result.Contestant), best),
                    Interval = PredictionInterval.Of(residuals ?? ResidualTable.Empty, best, result.Contestant.Stack, range),
                    Record = record.Nearest(Groups(best)),
                };
            }

            // Why nothing fits takes more searches than a plan: only of what is shown.
            if (result.Unanswered is { } unanswered && !explained.ContainsKey(result))
            {
                explained[result] = result with { WhyNot = "It does not fit: " + WhyNothingFits.Reason(unanswered, CancellationToken.None) };
            }

            return explained.GetValueOrDefault(result, result);
        }

        GoodputEnds Failures(Contestant contestant)
        {
            var system = contestant.Cluster.System;
            if (!failures.TryGetValue(system.Id, out var found))
            {
                found = GoodputEnds.Of(catalog, system);
                failures[system.Id] = found;
            }

            return found;
        }

        RangeEnds Ends(Contestant contestant)
        {
            var (system, stack) = (contestant.Cluster.System, contestant.Stack);
            if (!ends.TryGetValue((system.Id, stack.Id), out var found))
            {
                found = RangeEnds.Of(catalog, system, stack);
                ends[(system.Id, stack.Id)] = found;
            }

            return found;
        }
    }

    /// <param name="longestStep">Seconds; what takes longer is of no interest.</param>
    private static DeliveredResult Deliver(Contestant contestant, TrainingWorkload workload, double longestStep = double.PositiveInfinity)
    {
        var none = new DeliveredResult { Contestant = contestant, Precision = workload.Precision };
        var format = PrecisionRecipe.Of(workload.Precision).Format;
        if (contestant.Cluster.Chip.MatmulPeak(format) is null)
        {
            return none with { WhyNot = $"{contestant.Cluster.Chip.Name} has no {format.ToString().ToUpperInvariant()} matrix units" };
        }

        try
        {
            var plan = TrainingPlanner.Best(contestant.Ask(workload, contestant.Cluster.Chips) with { LongestStep = longestStep });
            return none with { Best = plan.Best, Unanswered = plan.Best is null ? plan.Question : null, Proof = plan.Proof };
        }
        catch (MissingFactException missing)
        {
            return none with { WhyNot = missing.Message };
        }
    }

    /// <summary>The groups of published results a prediction belongs to, the most telling first.</summary>
    internal static IEnumerable<string> Groups(TrainingEstimate estimate) =>
    [
        $"chip:{estimate.Cluster.Chip.Id}",
        estimate.Workload.Model.IsMixtureOfExperts ? "class:moe" : "class:dense",
    ];
}
