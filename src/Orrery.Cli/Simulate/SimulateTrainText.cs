using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Domain.Workloads;
using Orrery.Simulation.Timeline;

namespace Orrery.Cli.Simulate;

/// <summary>A played step for people: how long, beside the closed form part by part, what waits, and a picture.</summary>
internal static class SimulateTrainText
{
    // Differences below this share of a step need no reason.
    private const double Notable = 0.002;
    private const int PictureWidth = 96;
    private const int StagesShown = 32;

    public static void Write(Screen screen, SimulateTrainRequest request, TimelineStudy study, string command)
    {
        var (workload, cluster) = (request.Run.Workload, request.Run.Cluster);
        screen.Line(screen.Bold(Verdict(study)));
        screen.Line($"{workload.Model.Name} on {Number.Count(cluster.Chips)} chips of {cluster.System.Name}, {Words.Of(Words.Precisions, workload.Precision)}, "
            + $"{Number.Count(workload.GlobalBatch)} x {Number.Count(workload.SequenceLength)} tokens a step, {(workload.Task == TrainingTask.Pretrain ? "" : Words.Of(Words.Tasks, workload.Task) + ", ")}{StrategyText.Short(request.Run.Strategy)}; software {request.Run.Stack.Name}");
        if (!study.Estimate.Memory.Fits)
        {
            screen.Line($"It does not fit: it needs {study.Estimate.Memory.Total} a chip and there is {study.Estimate.Memory.Capacity}.");
        }

        screen.Heading("Closed form and timeline");
        Effects(study, raw: false).WriteTo(screen, indent: 2);

        screen.Heading("Why they differ");
        Reasons(screen, study);

        screen.Heading("From step to step");
        Noise(screen, request, study);

        screen.Heading("How busy each stage is");
        Stages(study).WriteTo(screen, indent: 2);

        Picture(screen, study);
        if (request.TracePath is { } path)
        {
            screen.Heading("Trace");
            screen.Line($"  {Number.Count(study.Slices.Count)} slices in {path}; open it at ui.perfetto.dev.");
        }

        screen.Heading("Again");
        screen.Line("  " + command);
    }

    /// <summary>Part by part; <paramref name="raw"/> for programs.</summary>
    public static Table Effects(TimelineStudy study, bool raw)
    {
        var table = raw
            ? new Table(new Column("part"), new Column("closed_form_s"), new Column("timeline_s"), new Column("difference_of_step"))
            : new Table(new Column(""), new Column("closed form", Align.Right), new Column("timeline", Align.Right), new Column("difference", Align.Right), new Column("of the step", Align.Right));
        var step = study.Estimate.Iteration.Value;
        foreach (var (effect, closed, played) in study.Effects)
        {
            if (raw)
            {
                table.Add(TimelineWords.Key(effect), Number.Raw(closed), Number.Raw(played), Number.Raw((played - closed) / step));
            }
            else if (Math.Max(Math.Abs(closed), Math.Abs(played)) >= step * 1e-6)
            {
                Add(TimelineWords.Of(effect), closed, played);
            }
        }

        if (raw)
        {
            return table.Add("step", Number.Raw(step), Number.Raw(study.MeanStep), Number.Raw((study.MeanStep - step) / step));
        }

        Add("one step", step, study.MeanStep);
        return table;

        void Add(string name, double closed, double played) =>
            table.Add(name, Number.Time(Rounded(closed)), Number.Time(Rounded(played)), Number.Time(Rounded(played - closed)), Number.Change((played - closed) / step));

        // What rounding to nanoseconds and summing left over is no time that anyone could measure.
        double Rounded(double seconds) => Math.Abs(seconds) < step * 1e-7 ? 0 : seconds;
    }

    private static string Verdict(TimelineStudy study)
    {
        var closed = study.Estimate.Iteration.Value;
        var mean = study.MeanStep;
        return $"Played: {Number.Time(mean)} a step, {Number.Text(study.Estimate.Workload.TokensPerStep / mean / study.Estimate.Cluster.Chips)} tokens/s a chip; the closed form says {Number.Time(closed)} ({Number.Change((mean - closed) / closed)}).";
    }

    private static void Reasons(Screen screen, TimelineStudy study)
    {
        var step = study.Estimate.Iteration.Value;
        var notable = study.Effects.Where(effect => Math.Abs(effect.Difference) >= Notable * step).OrderByDescending(effect => Math.Abs(effect.Difference)).ToArray();
        foreach (var effect in notable)
        {
            screen.Line($"  {TimelineWords.Of(effect.Effect)} ({Number.Change(effect.Difference / step)} of a step): {TimelineWords.Why(effect.Effect)}.");
        }

        if (notable.Length == 0)
        {
            screen.Line($"  They do not, part by part, by more than {Number.Percent(Notable)} of a step.");
        }
    }

    private static void Noise(Screen screen, SimulateTrainRequest request, TimelineStudy study)
    {
        var noise = study.Noise;
        screen.Line($"  {Number.Time(study.Step)} where every rank and micro-batch is alike ({Number.Count(study.Events)} events).");
        if (study.Steps.Count == 0)
        {
            screen.Line("  No steps with uneven ranks were asked for (--iterations).");
            return;
        }

        screen.Line($"  {Number.Count(study.Steps.Count)} steps with uneven ranks, seed {request.Options.Seed}: mean {Number.Time(study.MeanStep)}, "
            + $"half of them up to {Number.Time(StepSpread.Quantile(study.Steps, 0.5))}, nine in ten up to {Number.Time(StepSpread.Quantile(study.Steps, 0.9))}, the longest {Number.Time(study.Steps.Max())}.");
        var slow = noise.MeanSlowDown > 0
            ? $"{Number.Count(noise.RanksInStep)} ranks meet in every layer, {Number.Count(noise.Replicas)} such pipelines at the end of a step; a rank is slower by {Number.Percent(noise.MeanSlowDown)} on average, exponentially"
            : $"No rank is slower: the closed form counts no jitter here";
        var loads = noise.ExpertRanks > 1 && noise.ExpertSpread > 0
            ? $"; loads of {Number.Count(noise.ExpertRanks)} expert ranks spread by {Number.Percent(noise.ExpertSpread)}"
            : "";
        screen.Line($"  {slow}{loads}.");
    }

    private static Table Stages(TimelineStudy study)
    {
        var plan = study.Plan;
        var table = new Table(new Column("stage", Align.Right), new Column("layers", Align.Right), new Column("a micro-batch", Align.Right), new Column("busy", Align.Right), new Column("waits", Align.Right));
        for (var stage = 0; stage < Math.Min(plan.Stages, StagesShown); stage++)
        {
            var own = SimulateTrainJson.OnStage(plan, stage).ToArray();
            table.Add(
                Number.Count(stage), Number.Count(own.Sum(work => work.Layers)), Number.Time(own.Sum(work => work.PassS) * (own.Length > plan.VirtualStages ? 0.5 : 1)),
                Number.Percent(study.Utilisation[stage]), Number.Time((1 - study.Utilisation[stage]) * study.Step));
        }

        return plan.Stages > StagesShown
            ? table.Note($"{Number.Count(plan.Stages - StagesShown)} further stages: --json has them; all of them are busy {Number.Percent(study.Utilisation.Average())} on average.")
            : table;
    }

    private static void Picture(Screen screen, TimelineStudy study)
    {
        if (study.Slices.Count == 0 || study.Plan.Stages > StagesShown)
        {
            return;
        }

        var digits = (study.Plan.Stages - 1).ToString(System.Globalization.CultureInfo.InvariantCulture).Length;
        var width = Math.Max(20, Math.Min(PictureWidth, screen.Width - digits - 4));
        foreach (var (title, rows) in PipelinePicture.Draw(study, width))
        {
            screen.Heading(title.Length == 0 ? "The step, stage by stage" : $"The {title} of the step, stage by stage");
            for (var stage = 0; stage < rows.Length; stage++)
            {
                screen.Line($"  {stage.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(digits)} {rows[stage]}");
            }
        }

        screen.Line("  " + PipelinePicture.Legend);
    }
}
