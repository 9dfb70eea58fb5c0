using Orrery.Analysis.Training;
using Orrery.Domain.Strategies;
using Orrery.Planning.Training;
using Orrery.Quantities;

namespace Orrery.Planning.Tests.Training;

/// <summary>Every strategy of a question's space, each estimated on its own: what a search is held against.</summary>
internal sealed class BruteForce
{
    private readonly PlanQuestion _question;

    public BruteForce(PlanQuestion question)
    {
        _question = question;
        Strategies = [.. new StrategySpace(question).All()];
        Estimates = new Entry[Strategies.Length];
        Parallel.For(0, Strategies.Length, i => Estimates[i] = new Entry(Strategies[i], TrainingPlanner.Estimate(question, Strategies[i])));
    }

    public Strategy[] Strategies { get; }

    public Entry[] Estimates { get; }

    /// <summary>Whether an estimate would fit chips of another memory than the question's.</summary>
    public bool Fits(TrainingMemory memory, double capacity) =>
        (memory with { Capacity = new Bytes(capacity * _question.Limits.Memory) }).Fits;

    /// <summary>The least seconds of each layout, micro-batches apart or together, of those that fit.</summary>
    public Dictionary<Layout, double> Best(double capacity, bool withMicroBatch = false)
    {
        var best = new Dictionary<Layout, double>();
        foreach (var entry in Estimates)
        {
            if (Fits(entry.Memory, capacity))
            {
                var layout = LayoutOf(entry.Strategy);
                layout = withMicroBatch ? layout : layout.WithoutMicroBatch;
                best[layout] = Math.Min(entry.Seconds, best.GetValueOrDefault(layout, double.PositiveInfinity));
            }
        }

        return best;
    }

    /// <summary>Memory sizes with which nothing, little, some or all of the space fits.</summary>
    public double[] Capacities(Draw draw)
    {
        if (Estimates.Length == 0)
        {
            return [1e9];
        }

        double[] needed = [.. Estimates.Select(entry => entry.Memory.Total.Value / _question.Limits.Memory).Order()];
        double At(double share) => needed[(int)(share * (needed.Length - 1))] * (1 + 1e-9);
        return [needed[0] * 0.99, At(draw.Power(-4, -2)), At(draw.Between(0.02, 0.3)), At(draw.Between(0.3, 0.9)), needed[^1] * 1.01];
    }

    public static Layout LayoutOf(Strategy s) =>
        new(s.TensorParallel, s.ContextParallel, s.PipelineParallel, s.DataParallel, s.ExpertParallel, s.ExpertTensorParallel, s.MicroBatch);

    public static string Text(Layout l) => FormattableString.Invariant(
        $"tp {l.Tensor} cp {l.Context} pp {l.Pipeline} dp {l.Data} ep {l.Expert} etp {l.ExpertTensor} mbs {l.MicroBatch}");

    /// <summary>Of an estimate, what a search is about.</summary>
    internal readonly record struct Entry(Strategy Strategy, double Seconds, TrainingMemory Memory)
    {
        public Entry(Strategy strategy, TrainingEstimate estimate) : this(strategy, estimate.Iteration.Value, estimate.Memory)
        {
        }
    }
}
