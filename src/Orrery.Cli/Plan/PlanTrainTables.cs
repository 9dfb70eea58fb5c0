using Orrery.Analysis.Training;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Planning.Training;

namespace Orrery.Cli.Plan;

/// <summary>The tables of a plan, for people and for programs.</summary>
internal static class PlanTrainTables
{
    /// <summary>The best strategy, its runners-up and the best under each constraint.</summary>
    public static Table Strategies(PlanTrainAnswer answer, bool raw)
    {
        var table = raw
            ? new Table(
                new Column("kind"), new Column("chips"), new Column("iteration_s"), new Column("tokens_per_s"), new Column("mfu"), new Column("memory_bytes"),
                new Column("largest_overhead"), new Column("strategy"))
            : new Table(
                new Column(""), new Column("step", Align.Right), new Column("slower by", Align.Right), new Column("memory", Align.Right),
                new Column("chips", Align.Right), new Column("costs most"), new Column("strategy"));
        var best = answer.Plan.Best;
        foreach (var (kind, estimate) in Rows(answer))
        {
            if (estimate is null)
            {
                if (!raw)
                {
                    table.Add(kind, "-", "does not fit", "", "", "", "");
                }

                continue;
            }

            if (raw)
            {
                table.Add(
                    kind, Number.Raw(estimate.Cluster.Chips), Number.Raw(estimate.Iteration.Value), Number.Raw(estimate.TokensPerSecond), Number.Raw(estimate.Mfu),
                    Number.Raw(estimate.Memory.Total.Value), Words.Key(Overhead(estimate)), StrategyText.Options(estimate.Strategy));
            }
            else
            {
                table.Add(
                    kind, Number.Time(estimate.Iteration.Value),
                    ReferenceEquals(estimate, best) ? "" : Number.Change((estimate.Iteration.Value / best!.Iteration.Value) - 1),
                    estimate.Memory.Total.ToString(), Number.Count(estimate.Cluster.Chips), LimitText(estimate), StrategyText.Short(estimate.Strategy));
            }
        }

        return table;
    }

    /// <summary>What the search looked at and what it ruled out, by reason.</summary>
    public static Table Proof(SearchProof proof)
    {
        var table = new Table(new Column(""), new Column("strategies", Align.Right), new Column(""));
        table.Add("in the space", Count(proof.Strategies), "");
        table.Add("evaluated", Count(proof.Evaluated), Number.Count(proof.Layouts) + " layouts looked into");
        foreach (var (reason, count) in proof.RuledOut.Where(entry => entry.Value > 0))
        {
            table.Add("ruled out", Count(count), Words.Of(reason));
        }

        if (!proof.IsComplete)
        {
            table.Add("not looked at", Count(proof.Strategies - proof.Accounted), "");
        }

        return table;
    }

    public static Table Flat(PlanTrainAnswer answer)
    {
        var table = new Table(
            new Column("every pair of chips believed at"), new Column("step believed", Align.Right), new Column("step delivered", Align.Right),
            new Column("lost", Align.Right), new Column("strategy"));
        foreach (var flat in answer.Flat)
        {
            var best = answer.Plan.Best!.Iteration.Value;
            table.Add(
                $"{flat.Belief.Bandwidth.Value} ({flat.Belief.Name})", Number.Time(flat.Believed.Iteration.Value),
                flat.Real.Memory.Fits ? Number.Time(flat.Real.Iteration.Value) : "does not fit", Number.Percent(1 - (best / flat.Real.Iteration.Value)),
                StrategyText.Short(flat.Real.Strategy));
        }

        return table;
    }

    public static Table Pareto(IReadOnlyList<PlanResult> front)
    {
        var table = new Table(
            new Column("tokens/s", Align.Right), new Column("memory a chip", Align.Right), new Column("chips", Align.Right), new Column("costs most"), new Column("strategy"));
        foreach (var best in front.Select(plan => plan.Best!))
        {
            table.Add(
                Number.Text(best.TokensPerSecond), best.Memory.Total.ToString(), Number.Count(best.Cluster.Chips), LimitText(best), StrategyText.Short(best.Strategy));
        }

        return table;
    }

    /// <summary>The strategy asked about against the best one, part by part, the largest difference first.</summary>
    public static Table Difference(TrainingEstimate asked, TrainingEstimate best)
    {
        var table = new Table(new Column(""), new Column("asked about", Align.Right), new Column("best", Align.Right), new Column("difference", Align.Right));
        foreach (var part in Enum.GetValues<StepPart>().OrderByDescending(part => Math.Abs(asked.Parts[part] - best.Parts[part])))
        {
            if (Math.Abs(asked.Parts[part] - best.Parts[part]) >= best.Iteration.Value * 5e-4)
            {
                Add(Words.Of(part), asked.Parts[part], best.Parts[part]);
            }
        }

        Add("one step", asked.Iteration.Value, best.Iteration.Value);
        return table;

        void Add(string name, double one, double other) =>
            table.Add(name, Number.Time(one), Number.Time(other), (one >= other ? "+" : "-") + Number.Time(Math.Abs(one - other)));
    }

    /// <summary>The part of a step, beside the model's own kernels, that takes longest: what limits a strategy.</summary>
    public static StepPart Overhead(TrainingEstimate estimate) => Enum.GetValues<StepPart>()
        .Where(part => part is not (StepPart.Gemm or StepPart.Attention or StepPart.Experts))
        .MaxBy(part => estimate.Parts[part]);

    /// <summary>A number of strategies: whole where it can be read, in powers of ten where not.</summary>
    public static string Count(UInt128 count)
    {
        const double Readable = 1e12;
        var number = (double)count;
        if (number < Readable)
        {
            return Number.Count(number);
        }

        var power = (int)Math.Floor(Math.Log10(number));
        return FormattableString.Invariant($"{number / Math.Pow(10, power):0.00}e{power}");
    }

    private static string LimitText(TrainingEstimate estimate)
    {
        var part = Overhead(estimate);
        return $"{Words.Of(part)} {Number.Percent(estimate.Parts[part] / estimate.Iteration.Value)}";
    }

    private static IEnumerable<(string Kind, TrainingEstimate? Estimate)> Rows(PlanTrainAnswer answer)
    {
        if (answer.Plan.Best is { } best)
        {
            yield return ("best", best);
        }

        for (var i = 0; i < answer.Plan.RunnersUp.Count; i++)
        {
            yield return (FormattableString.Invariant($"runner-up {i + 1}"), answer.Plan.RunnersUp[i]);
        }

        foreach (var constrained in answer.Constrained)
        {
            yield return (constrained.Constraint.Name, constrained.Plan.Best);
        }
    }
}
