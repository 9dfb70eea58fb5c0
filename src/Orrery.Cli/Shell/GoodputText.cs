using System.Text.Json.Nodes;
using Orrery.Analysis.Reliability;
using Orrery.Analysis.Training;
using Orrery.Catalog;
using Orrery.Cli.Terminal;
using Orrery.Comparison.Sensitivity;
using Orrery.Domain.Reliability;
using Orrery.Quantities;

namespace Orrery.Cli.Shell;

/// <summary>What failures leave of throughput, for people and for programs.</summary>
internal static class GoodputText
{
    private const int CausesTold = 3;

    /// <summary>How far the effective time of an estimate may be off; null where failures are unknown.</summary>
    public static GoodputRange? Range(OrreryCatalog catalog, TrainingEstimate estimate, Seconds? interval = null) =>
        GoodputRange.Of(GoodputEnds.Of(catalog, estimate.Cluster.System), estimate, interval);

    /// <summary>A section of its own.</summary>
    public static void Write(Screen screen, TrainingGoodput training, GoodputRange? range)
    {
        screen.Heading("Goodput: what failures leave");
        if (training.Goodput is not { } goodput)
        {
            screen.Line($"  unknown: {training.Unknown}. All figures above and below are as if nothing failed.");
            return;
        }

        screen.Line($"  {Number.Text(goodput.Ettr * training.Estimate.TokensPerSecondPerChip)} tokens/s a chip, {Number.Text(training.Counted)} on all: "
            + $"the effective training time ratio (ETTR) is {Number.Percent(goodput.Ettr)}{(range is null ? "" : $" ({Number.Percent(range.Lowest)} to {Number.Percent(range.Highest)})")}.");
        Shares(goodput, raw: false).WriteTo(screen, indent: 2);
        screen.Line("  " + Failures(goodput));
        screen.Line("  " + Checkpoints(goodput));
        screen.Line($"  Failure profile: {goodput.Profile.Name}."
            + (range?.Widest is { } widest ? $" Widest: {widest.Input.Path} = {widest.Input.Text} ({widest.Input.LowText} to {widest.Input.HighText}, {widest.Input.Confidence.ToString().ToLowerInvariant()}, {widest.Input.Source}), which alone moves the ETTR from {Number.Percent(widest.Lowest)} to {Number.Percent(widest.Highest)}." : ""));
    }

    /// <summary>In one clause after a system's name and a colon.</summary>
    public static string Brief(TrainingGoodput training) => training.Goodput is { } goodput
        ? $"failures leave {Number.Percent(goodput.Ettr)} of its time (one every {goodput.Mttf}, mostly of {Part(goodput.ByPart[0].Part)})"
        : $"failures unknown: {training.Unknown}, so it counts as if nothing failed";

    public static JsonObject Json(TrainingGoodput training, GoodputRange? range)
    {
        if (training.Goodput is not { } goodput)
        {
            return new JsonObject { ["known"] = false, ["unknown"] = training.Unknown };
        }

        var time = goodput.Time;
        return new JsonObject
        {
            ["known"] = true,
            ["ettr"] = Shell.Json.Of(goodput.Ettr),
            ["ettr_low"] = Shell.Json.Of(range?.Lowest),
            ["ettr_high"] = Shell.Json.Of(range?.Highest),
            ["delivered_tokens_per_s"] = Shell.Json.Of(training.TokensPerSecond),
            ["delivered_tokens_per_s_per_chip"] = Shell.Json.Of(training.TokensPerSecond / training.Estimate.Cluster.Chips),
            ["mttf_s"] = Shell.Json.Of(goodput.Mttf.Value),
            ["shares"] = new JsonObject
            {
                ["useful"] = Shell.Json.Of(time.Useful),
                ["lost_work"] = Shell.Json.Of(time.LostWork),
                ["recovery"] = Shell.Json.Of(time.Recovery),
                ["checkpoints"] = Shell.Json.Of(time.Checkpoints),
                ["waiting"] = Shell.Json.Of(time.Waiting),
            },
            ["recovery_s"] = Shell.Json.Of(goodput.Recovery.Value),
            ["spare_hosts"] = goodput.Spares,
            ["checkpoint"] = new JsonObject
            {
                ["size_bytes"] = Shell.Json.Of(goodput.Checkpoint.Size.Value),
                ["interval_s"] = Shell.Json.Of(goodput.Checkpoint.Interval.Value),
                ["write_s"] = Shell.Json.Of(goodput.Checkpoint.Write.Value),
                ["blocked_s"] = Shell.Json.Of(goodput.Checkpoint.Blocked.Value),
                ["best_interval"] = goodput.Checkpoint.IsBest,
            },
            ["causes"] = Shell.Json.Array(goodput.Causes, cause => new JsonObject
            {
                ["id"] = cause.Cause.Id,
                ["part"] = cause.Cause.Part.ToString().ToLowerInvariant(),
                ["parts"] = Shell.Json.Of(cause.Parts),
                ["interruptions_per_d"] = Shell.Json.Of(cause.Interruptions.Value * 86400),
                ["interruption_share"] = Shell.Json.Of(cause.Share),
                ["time_share"] = Shell.Json.Of(cause.Lost),
            }),
            ["profile"] = goodput.Profile.Id,
            ["inputs"] = range is null ? null : Shell.Json.Array(range.Effects, effect =>
            {
                var input = Shell.Json.Of(effect.Input);
                input["ettr_low"] = Shell.Json.Of(effect.Lowest);
                input["ettr_high"] = Shell.Json.Of(effect.Highest);
                return input;
            }),
        };
    }

    /// <summary>Wall-clock time by what it goes to; the shares sum to the whole.</summary>
    public static Table Shares(Goodput goodput, bool raw)
    {
        var time = goodput.Time;
        var table = raw ? new Table(new Column("part"), new Column("share")) : new Table(new Column(""), new Column("share", Align.Right));
        foreach (var (id, name, share) in new[]
        {
            ("useful", "steps that are kept", time.Useful), ("lost_work", "work that failures undo", time.LostWork), ("recovery", "detection, restart and reading back", time.Recovery),
            ("checkpoints", "writing checkpoints", time.Checkpoints), ("waiting", "waiting for a host", time.Waiting),
        })
        {
            table.Add(raw ? id : name, raw ? Number.Raw(share) : Number.Percent(share));
        }

        return raw ? table : table.Add("all time", Number.Percent(1));
    }

    private static string Part(FailingPart part) => part switch
    {
        FailingPart.Chip => "chips",
        FailingPart.Host => "hosts",
        FailingPart.Nic => "network cards",
        FailingPart.Link => "links",
        FailingPart.Optic => "optics",
        FailingPart.Switch => "switches",
        _ => "software",
    };

    private static string Failures(Goodput goodput)
    {
        var parts = goodput.ByPart.Where(part => part.Share > 0).Take(CausesTold)
            .Select(part => $"{Part(part.Part)} {Number.Percent(part.Share)} ({Number.Percent(part.Lost)} of the time)");
        return $"A failure every {goodput.Mttf}: {string.Join(", ", parts)}"
            + (goodput.Profile.Causes.Count > 1 ? $"; the cause that costs most is {goodput.Causes[0].Cause.Id.Replace('_', ' ')}." : ".")
            + $" Each takes {goodput.Recovery} to recover from; {Number.Count(goodput.Spares)} host{(goodput.Spares == 1 ? "" : "s")} spare.";
    }

    private static string Checkpoints(Goodput goodput)
    {
        var plan = goodput.Checkpoint;
        return $"A checkpoint of {plan.Size} every {plan.Interval}{(plan.IsBest ? ", the best interval" : "")}; it takes {plan.Write} to write, steps stand still for {plan.Blocked} of that.";
    }
}
