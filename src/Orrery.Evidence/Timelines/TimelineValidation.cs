using Orrery.Catalog;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;
using Orrery.Evidence.Training;
using Orrery.Interchange.Csv;
using Orrery.Simulation.Timeline;

namespace Orrery.Evidence.Timelines;

/// <summary>Plays every measured run that can be simulated: what the timeline says of effects that the rows cannot decide.</summary>
public static class TimelineValidation
{
    /// <param name="rowsPath">Any CSV file with the columns of <c>evidence/training.csv</c>.</param>
    /// <param name="rulesPath">How each source counts: <c>evidence/training-sources.yaml</c>.</param>
    /// <param name="shownPath">A CSV file with a column <c>id</c>: the rows to show one by one.</param>
    /// <param name="iterations">Steps with uneven ranks that each is played.</param>
    /// <param name="progress">Told the share that is done, from any thread.</param>
    /// <exception cref="InvalidInputException">A file is malformed; every finding is in it.</exception>
    public static TimelineReport Run(OrreryCatalog catalog, string rowsPath, string rulesPath, string shownPath, int iterations, Action<double>? progress = null)
    {
        var cases = TrainingValidation.Cases(catalog, rowsPath, rulesPath, out var skipped);
        var shown = Ids(shownPath);
        var rows = new TimelineRow?[cases.Count];
        var reasons = new string?[cases.Count];
        var done = 0;
        Parallel.For(0, cases.Count, at =>
        {
            try
            {
                rows[at] = Play(cases[at], new StudyOptions(Iterations: iterations), out reasons[at]);
            }
            catch (MissingFactException missing)
            {
                reasons[at] = missing.Message;
            }

            progress?.Invoke((double)Interlocked.Increment(ref done) / cases.Count);
        });
        skipped.AddRange(cases.Select((one, at) => (one.Row.Id, Reason: reasons[at])).Where(one => one.Reason is not null).Select(one => new SkippedRow(one.Id, one.Reason!)));
        List<TimelineRow> played = [.. rows.OfType<TimelineRow>()];
        return new TimelineReport(played, skipped, [.. shown.Select(id => played.FirstOrDefault(row => row.Id == id)).OfType<TimelineRow>()], iterations);
    }

    private static TimelineRow? Play(TrainingCase one, StudyOptions options, out string? reason)
    {
        var broken = TimelineRules.Check(one.Strategy, one.Workload);
        reason = broken.Count > 0 ? broken[0].Message : null;
        if (reason is not null)
        {
            return null;
        }

        var study = TimelineStudy.Of(one.Workload, one.Strategy, one.Cluster, one.Stack, options);
        var kind = TrainingValidation.ClassOf(one);
        ValidationRow Row(double step) => new(
            one.Row.Id, one.Metric, one.Unit, one.Measured, one.InMetric(one.Workload.TokensPerStep / step / one.Cluster.Chips, study.Estimate.Peak.Value), [$"class:{kind}"]);
        return new TimelineRow(
            kind, one.Workload.Model.Id, $"{one.Cluster.System.Id}:{one.Cluster.Chips}", study, Row(study.Estimate.Iteration.Value), Row(study.MeanStep));
    }

    private static List<string> Ids(string path)
    {
        var diagnostics = new DiagnosticList();
        var table = CsvTable.Load(path, ["id"], diagnostics);
        diagnostics.ThrowOnErrors();
        return [.. table!.Rows.Select(row => table.Text(row, "id"))];
    }
}
