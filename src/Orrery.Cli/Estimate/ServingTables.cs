using Orrery.Analysis.Serving;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Domain.Workloads;
using Orrery.Quantities;

namespace Orrery.Cli.Estimate;

/// <summary>Where time and memory of a deployment go, in tables whose rows sum.</summary>
internal static class ServingTables
{
    // What rounds to 0.0 % is shown together, so that the table still sums to the whole.
    private const double LeastShare = 0.0005;

    /// <summary>The parts of a decode step and of a prompt's steps, and their sums; <paramref name="raw"/> for programs.</summary>
    public static Table Parts(ServingEstimate estimate, bool raw)
    {
        var (decode, prefill) = (estimate.DecodeStep, estimate.PrefillStep);
        var table = raw
            ? new Table(new Column("part"), new Column("decode_step_s"), new Column("decode_share"), new Column("prefill_s"), new Column("prefill_share"))
            : new Table(new Column(""), new Column("decode step", Align.Right), new Column("share", Align.Right), new Column("one prompt", Align.Right), new Column("share", Align.Right));
        double restOfDecode = 0, restOfPrefill = 0;
        foreach (var part in Enum.GetValues<ServingPart>().OrderByDescending(part => decode[part]))
        {
            if (raw || decode[part] >= decode.Total * LeastShare || prefill[part] >= prefill.Total * LeastShare)
            {
                Add(raw ? Words.Key(part) : Words.Of(part), decode[part], prefill[part]);
            }
            else
            {
                restOfDecode += decode[part];
                restOfPrefill += prefill[part];
            }
        }

        if (restOfDecode + restOfPrefill > 0)
        {
            Add("all others", restOfDecode, restOfPrefill);
        }

        Add(raw ? "total_s" : "all", decode.Total, prefill.Total);
        return table;

        void Add(string name, double ofDecode, double ofPrefill) => table.Add(
            name, Time(ofDecode), Share(ofDecode / decode.Total), Time(ofPrefill), Share(ofPrefill / prefill.Total));
        string Time(double seconds) => raw ? Number.Raw(seconds) : Number.Time(seconds);
        string Share(double share) => raw ? Number.Raw(share) : Number.Percent(share);
    }

    /// <summary>Where the time to the first token goes; the rows sum to it.</summary>
    public static Table FirstToken(ServingEstimate estimate)
    {
        var ttft = estimate.Ttft;
        var table = Shares();
        Row(table, "the prompt's own steps", ttft.Prefill, ttft.Total);
        Row(table, "waiting for others", ttft.Wait, ttft.Total);
        Row(table, "keys and values from host memory", ttft.HostLoad, ttft.Total);
        Row(table, "keys and values to the decode pool", ttft.Transfer, ttft.Total);
        Row(table, "for the next tokens, sent with it", ttft.Delivery, ttft.Total);
        Row(table, "between client and engine", ttft.Request, ttft.Total);
        Row(table, "TTFT", ttft.Total, ttft.Total);
        return table;
    }

    /// <summary>Where the time between tokens goes; the rows sum to it.</summary>
    public static Table LaterTokens(ServingEstimate estimate)
    {
        var tpot = estimate.Tpot;
        var table = Shares();
        Row(table, estimate.Question.Workload.TokensPerStep > 1 ? FormattableString.Invariant($"decode step / {estimate.Question.Workload.TokensPerStep:0.00} tokens") : "decode step", tpot.Decode, tpot.Total);
        Row(table, "prompts of others", tpot.Prompts, tpot.Total);
        Row(table, "TPOT", tpot.Total, tpot.Total);
        return table;
    }

    /// <summary>What a chip's memory holds; the rows sum to the chip.</summary>
    public static Table Memory(ServingEstimate estimate) => Memory(estimate.Memory, estimate.CacheInUse, estimate.Question.System.Chip.Memory);

    public static Table Memory(ServingMemory memory, Bytes cache, Bytes chip)
    {
        var table = new Table(new Column(""), new Column("memory", Align.Right), new Column("of the chip", Align.Right));
        void Row(string name, double bytes) => table.Add(name, new Bytes(bytes).ToString(), Number.Percent(bytes / chip.Value));
        Row("weights", memory.Weights.Value);
        Row("keys and values in use", cache.Value);
        Row("activations", memory.Activations.Value);
        Row("engine reserve", memory.Reserve.Value);
        var free = memory.CacheRoom.Value - cache.Value;
        Row(free < 0 ? "more than there is" : "free for keys and values", free);
        Row("not used by the engine", chip.Value - memory.Capacity.Value);
        Row("the chip", chip.Value);
        return table;
    }

    public static string Key(ServingLoadKind kind) => kind switch
    {
        ServingLoadKind.Concurrency => "concurrency",
        ServingLoadKind.StaticBatch => "batch",
        ServingLoadKind.Rate => "rate",
        _ => "full",
    };

    private static Table Shares() => new(new Column(""), new Column("time", Align.Right), new Column("share", Align.Right));

    private static void Row(Table table, string name, double seconds, double whole)
    {
        if (seconds > 0)
        {
            table.Add(name, Number.Time(seconds), Number.Percent(seconds / whole));
        }
    }
}
