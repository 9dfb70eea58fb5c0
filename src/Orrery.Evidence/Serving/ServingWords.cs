using System.Globalization;
using System.Text.RegularExpressions;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Evidence.Serving;

/// <summary>The words of serving rows: formats, layouts, numbers inside text.</summary>
internal static partial class ServingWords
{
    /// <summary>Names that a row may call the model by, from its own text to that without owner and without what names a format or a chat tuning.</summary>
    public static IEnumerable<string> ModelNames(string text)
    {
        yield return text;
        var bare = Spelled(text);
        yield return bare;
        yield return SuffixPattern().Replace(bare, "");
        yield return UnderscorePattern().Replace(bare, "");

        static string Spelled(string name) => RemarkPattern().Replace(name, "").Split('/')[^1].Trim();
    }

    /// <summary>The formats that a text states for all weights, or for products and experts apart; null where it states none that is known.</summary>
    public static (WeightFormat Dense, WeightFormat Experts)? Weights(string text)
    {
        var parts = PartPattern().Match(text);
        if (parts.Success && Format(parts.Groups[1].Value) is { } gemm && Format(parts.Groups[2].Value) is { } moe)
        {
            return (gemm, moe);
        }

        var all = Format(text.Split(' ')[0]) ?? Format(text);
        return all is { } format ? (format, format) : null;
    }

    public static WeightFormat? Format(string text) => text.Trim().ToLowerInvariant() switch
    {
        "bf16" or "bfloat16" => WeightFormat.Bf16,
        "fp16" or "float16" => WeightFormat.Fp16,
        "fp8" or "fp8_pb" => WeightFormat.Fp8,
        "fp8_block" or "fp8-block" => WeightFormat.Fp8Block,
        "fp4" or "nvfp4" => WeightFormat.Nvfp4,
        "mxfp4" => WeightFormat.Mxfp4,
        "int8" or "w8a8" or "sq" => WeightFormat.Int8,
        "int8_wo" => WeightFormat.Int8WeightOnly,
        "int4" or "int4_wo" or "uint4" or "awq/int4" or "awq" => WeightFormat.Int4WeightOnly,
        _ => null,
    };

    public static CacheFormat? Cache(string text) => text.Trim().ToLowerInvariant() switch
    {
        "bf16" or "fp16" or "bfloat16" or "bf16 attention" => CacheFormat.Bf16,
        "fp8" or "fp8 attention" => CacheFormat.Fp8,
        "int8" => CacheFormat.Int8,
        _ => null,
    };

    /// <summary>One replica's layout and how many there are; null where the text states none. DP attention makes its groups out of the tensor-parallel ranks.</summary>
    public static (ServingLayout Layout, int Replicas)? Layout(string text)
    {
        if (text.StartsWith("disagg", StringComparison.Ordinal))
        {
            return null;
        }

        var tensor = Degree(TensorPattern(), text);
        var groups = Degree(AttentionGroupPattern(), text);
        if (groups is null && text.Contains("attention-DP on", StringComparison.Ordinal))
        {
            groups = tensor;
        }

        if (tensor is null && groups is null)
        {
            return null;
        }

        var ranks = Math.Max(tensor ?? 1, groups ?? 1);
        var dp = groups ?? 1;
        var ep = Degree(ExpertPattern(), text) ?? (text.Contains("EP on", StringComparison.Ordinal) ? ranks : 1);
        var layout = new ServingLayout
        {
            TensorParallel = Math.Max(1, ranks / dp),
            AttentionDataParallel = dp,
            PipelineParallel = Degree(PipelinePattern(), text) ?? 1,
            ExpertParallel = Math.Min(ep, ranks),
        };
        var replicas = ReplicaPattern().Match(text);
        return (layout, replicas.Success ? int.Parse(replicas.Groups[1].Success ? replicas.Groups[1].ValueSpan : replicas.Groups[2].ValueSpan, CultureInfo.InvariantCulture) : 1);
    }

    /// <summary>Pools of their own for prompts and for decoding, as "disagg: 1 prefill x (TP1 attnDP4 EP4) + 4 decode x TP8"; null where the text states none.</summary>
    public static ServingDeployment? Pools(string text)
    {
        var match = PoolPattern().Match(text);
        return match.Success && Layout(match.Groups[2].Value) is { } prefill && Layout(match.Groups[4].Value) is { } decode
            ? new ServingDeployment(new ServingPool(decode.Layout, Count(3)), new ServingPool(prefill.Layout, Count(1)))
            : null;

        int Count(int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The layout of a phase that runs on its own with experts over all ranks and attention on each: "EP72" and the like, in the
    /// parallelism or the notes; null for other loads. Where dies are counted, two make a chip.
    /// </summary>
    public static (ServingLayout Layout, int Replicas)? WideExperts(ServingRow row, LoadKind load)
    {
        if (load is not (LoadKind.PrefillOnly or LoadKind.DecodeOnly) || (Degree(ExpertPattern(), row.Parallelism) ?? Degree(ExpertPattern(), row.Notes)) is not { } ranks)
        {
            return null;
        }

        var chips = Degree(PackagePattern(), row.Notes) ?? (row.Notes.Contains("per die", StringComparison.Ordinal) ? ranks / 2 : ranks);
        return (new ServingLayout { AttentionDataParallel = chips, ExpertParallel = chips }, 1);
    }

    /// <summary>Drafts that the notes state with the share that is accepted; null where they state none.</summary>
    public static Speculation? Speculation(string notes)
    {
        var match = DraftPattern().Match(notes);
        return match.Success
            ? new Speculation(
                int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), double.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture) / 100)
            : null;
    }

    /// <summary>The first whole number of a text.</summary>
    public static int? Whole(string text)
    {
        var match = WholePattern().Match(text);
        return match.Success && int.TryParse(match.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>The number behind a word, as in "max_num_tokens 1536".</summary>
    public static double? After(string word, string text)
    {
        var match = Regex.Match(text, Regex.Escape(word) + @"\s*[= ]\s*([0-9.]+)", RegexOptions.CultureInvariant);
        return match.Success && double.TryParse(match.Groups[1].Value.TrimEnd('.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static int? Degree(Regex pattern, string text)
    {
        var match = pattern.Match(text);
        return match.Success ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;
    }

    [GeneratedRegex(@"\s*\([^)]*\)", RegexOptions.CultureInvariant)]
    private static partial Regex RemarkPattern();

    [GeneratedRegex(@"(?:[- ](?:FP8|NVFP4|AWQ|Instruct|chat|Chat|W8A8|meta FP8|2507|0528))+$", RegexOptions.CultureInvariant)]
    private static partial Regex SuffixPattern();

    [GeneratedRegex(@"(?:-fp8|_finetuned).*$", RegexOptions.CultureInvariant)]
    private static partial Regex UnderscorePattern();

    [GeneratedRegex(@"gemm=(\w+), moe=(\w+)", RegexOptions.CultureInvariant)]
    private static partial Regex PartPattern();

    [GeneratedRegex(@"(?<![A-Za-z]-)\bTP(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex TensorPattern();

    [GeneratedRegex(@"(?:attention-DP|attnDP|\bDP)(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex AttentionGroupPattern();

    [GeneratedRegex(@"\bEP(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex ExpertPattern();

    [GeneratedRegex(@"\bPP(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex PipelinePattern();

    [GeneratedRegex(@"x (\d+) replicas|(\d+) replicas x", RegexOptions.CultureInvariant)]
    private static partial Regex ReplicaPattern();

    [GeneratedRegex(@"^disagg: (\d+) prefill x \(?([^()+]+)\)? \+ (\d+) decode x \(?([^()]+)\)?$", RegexOptions.CultureInvariant)]
    private static partial Regex PoolPattern();

    [GeneratedRegex(@"= (\d+) NPUs", RegexOptions.CultureInvariant)]
    private static partial Regex PackagePattern();

    [GeneratedRegex(@"\bMTP(\d) (\d+)\s?%", RegexOptions.CultureInvariant)]
    private static partial Regex DraftPattern();

    [GeneratedRegex(@"\d+", RegexOptions.CultureInvariant)]
    private static partial Regex WholePattern();
}
