using System.Globalization;
using Orrery.Catalog.Yaml;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Workloads;
using Orrery.Quantities;

namespace Orrery.Catalog.Workloads;

/// <summary>Reads a reference workload: a choice and not a measurement, so its numbers carry no source.</summary>
internal static class ReferenceWorkloadReader
{
    public static ReferenceWorkload Read(ThingHeader header, MappingReader root)
    {
        var kind = root.Word<ReferenceKind>("kind");
        var isServed = kind is ReferenceKind.Prefill or ReferenceKind.Decode;
        return new ReferenceWorkload
        {
            Id = header.Id,
            Name = header.Name,
            Why = root.Text("why"),
            Kind = kind,
            Model = root.Text("model"),
            Chips = Positive(root, "chips"),
            InputTokens = Positive(root, "input_tokens"),
            OutputTokens = kind is ReferenceKind.Decode or ReferenceKind.ReinforcementLearning ? Positive(root, "output_tokens") : 0,
            OutputTokensP99 = kind == ReferenceKind.ReinforcementLearning ? Positive(root, "output_tokens_p99") : 0,
            Step = kind == ReferenceKind.ReinforcementLearning ? (Positive(root, "prompts"), Positive(root, "group")) : default,
            RolloutShare = kind == ReferenceKind.ReinforcementLearning ? Share(root, "rollout_share") : 0,
            Ttft = isServed ? Time(root, "ttft") : double.PositiveInfinity,
            Tpot = isServed ? Time(root, "tpot") : double.PositiveInfinity,
        };
    }

    private static int Positive(MappingReader root, string key)
    {
        var number = root.Integer(key);
        if (number < 1)
        {
            root.Error(key, DiagnosticCode.OutOfRange, $"'{key}' is {number}, expected 1 or more");
        }

        return Math.Max(1, number);
    }

    private static double Share(MappingReader root, string key)
    {
        var text = root.Text(key);
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) || share is not (> 0 and < 1))
        {
            root.Error(key, DiagnosticCode.BadValue, $"'{key}' is '{text}', expected a share between 0 and 1");
        }

        return share;
    }

    private static double Time(MappingReader root, string key)
    {
        if (root.OptionalText(key) is not { } text)
        {
            return double.PositiveInfinity;
        }

        if (!QuantityText.TryParse<Seconds>(text, out var time, out var expected) || time.Value <= 0)
        {
            root.Error(key, DiagnosticCode.BadValue, $"'{key}' is '{text}', expected {(expected.Length > 0 ? expected : "a time above zero")}");
        }

        return time.Value;
    }
}
