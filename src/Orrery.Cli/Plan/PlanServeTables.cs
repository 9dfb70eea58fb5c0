using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Planning.Serving;

namespace Orrery.Cli.Plan;

/// <summary>The tables of a planned deployment, for people and for programs.</summary>
internal static class PlanServeTables
{
    /// <summary>The best deployment, its runners-up and the best under each constraint.</summary>
    public static Table Deployments(PlanServeRequest request, PlanServeAnswer answer, bool raw)
    {
        var table = raw
            ? new Table(
                new Column("kind"), new Column("chips"), new Column("tokens_per_s"), new Column("tokens_per_s_per_user"), new Column("ttft_s"), new Column("tpot_s"),
                new Column("batch_per_replica"), new Column("deployment"))
            : new Table(
                new Column(""), new Column("chips", Align.Right), new Column("tokens/s", Align.Right), new Column("less by", Align.Right), new Column("TTFT", Align.Right),
                new Column("TPOT", Align.Right), new Column("deployment"));
        var best = answer.Plan.Best;
        foreach (var (kind, planned) in Rows(answer))
        {
            if (planned is null)
            {
                if (!raw)
                {
                    table.Add(kind, "", "-", "none does", "", "", "");
                }

                continue;
            }

            var estimate = planned.Estimate;
            if (raw)
            {
                table.Add(
                    kind, Number.Raw(estimate.Chips), Number.Raw(estimate.OutputTokensPerSecond), Number.Raw(estimate.TokensPerSecondPerUser), Number.Raw(estimate.Ttft.Total),
                    Number.Raw(estimate.Tpot.Total), Number.Raw(planned.Candidate.Batch), Options(request, planned.Candidate));
            }
            else
            {
                var less = request.Question.Rate is null ? (best!.Candidate.RequestsPerSecond / planned.Candidate.RequestsPerSecond) - 1 : ((double)estimate.Chips / best!.Estimate.Chips) - 1;
                table.Add(
                    kind, Number.Count(estimate.Chips), Number.Text(estimate.OutputTokensPerSecond), ReferenceEquals(planned, best) ? "" : Number.Percent(1 - (1 / (1 + less))),
                    Number.Time(estimate.Ttft.Total), Number.Time(estimate.Tpot.Total), PlanServeText.Deployment(request.Question, planned.Candidate));
            }
        }

        return table;
    }

    public static Table Frontier(PlanServeRequest request, PlanServeAnswer answer, bool raw)
    {
        var table = raw
            ? new Table(
                new Column("tokens_per_s_per_user"), new Column("tokens_per_s_per_chip"), new Column("ttft_s"), new Column("tpot_s"), new Column("chips"), new Column("batch_per_replica"), new Column("deployment"))
            : new Table(new Column("tokens/s a user", Align.Right), new Column("tokens/s a chip", Align.Right), new Column("TTFT", Align.Right), new Column("deployment"));
        var output = request.Question.Workload.Output.Mean;
        foreach (var point in raw ? answer.Frontier : Thinned(answer.Frontier))
        {
            var perChip = point.RequestsPerSecond * output / request.Question.Cluster.Chips;
            if (raw)
            {
                table.Add(
                    Number.Raw(1 / point.Tpot), Number.Raw(perChip), Number.Raw(point.Ttft), Number.Raw(point.Tpot), Number.Raw(point.Deployment.Chips), Number.Raw(point.Batch), Options(request, point));
            }
            else
            {
                table.Add(Number.Text(1 / point.Tpot), Number.Text(perChip), Number.Time(point.Ttft), PlanServeText.Deployment(request.Question, point));
            }
        }

        return answer.Frontier.Count > FrontierShown && !raw ? table.Note($"{FrontierShown} of {Number.Count(answer.Frontier.Count)} points; --csv has them all.") : table;
    }

    /// <summary>What the search looked at and what it ruled out, by reason.</summary>
    public static Table Proof(ServingProof proof)
    {
        var table = new Table(new Column(""), new Column("layouts with a batch", Align.Right), new Column(""));
        table.Add("in the space", Number.Count(proof.Points), Number.Count(proof.Layouts) + " layouts of a replica");
        table.Add("evaluated", Number.Count(proof.Evaluated), "");
        foreach (var (reason, count) in proof.RuledOut.OrderBy(entry => entry.Key))
        {
            table.Add(reason == ServingRuledOut.Dominated ? "of them set aside" : "ruled out", Number.Count(count), Words.Of(reason));
        }

        if (proof.Pairs > 0)
        {
            table.Add("splits in two pools", Number.Count(proof.Pairs), "every pair left, every number of prefill replicas");
        }

        return table;
    }

    /// <summary>The deployment as <c>estimate serve</c> takes it.</summary>
    public static string Options(PlanServeRequest request, ServingCandidate candidate) =>
        $"{ServingText.FormatOptions(request.Question.In(candidate.Precision))} {ServingText.Options(candidate.Deployment)}{ServingText.Options(ServingPlanner.LoadOf(request.Question, candidate))}";

    private const int FrontierShown = 16;

    private static IEnumerable<ServingCandidate> Thinned(IReadOnlyList<ServingCandidate> points) => points.Count <= FrontierShown
        ? points
        : Enumerable.Range(0, FrontierShown).Select(at => points[(int)Math.Round(at * (points.Count - 1.0) / (FrontierShown - 1))]);

    private static IEnumerable<(string Kind, PlannedServing? Planned)> Rows(PlanServeAnswer answer)
    {
        if (answer.Plan.Best is { } best)
        {
            yield return ("best", best);
        }

        foreach (var (planned, at) in answer.Plan.RunnersUp.Select((planned, at) => (planned, at)))
        {
            yield return (FormattableString.Invariant($"{at + 2}."), planned);
        }

        foreach (var constrained in answer.Constrained)
        {
            yield return (constrained.Constraint.Name, constrained.Plan.Best);
        }
    }
}
