using Orrery.Comparison.Delivered;
using Orrery.Domain.Workloads;

namespace Orrery.Cli.Shell;

/// <summary>A precision by name, or the word "best" for each system's fastest.</summary>
internal readonly record struct PrecisionWord(TrainingPrecision? Precision)
{
    private const string Best = "best";

    public static IReadOnlyDictionary<string, PrecisionWord> All { get; } = Words.Precisions
        .Select(word => (Word: word.Key, Value: new PrecisionWord(word.Value)))
        .Append((Best, new PrecisionWord(null)))
        .ToDictionary(word => word.Item1, word => word.Item2);

    public PrecisionChoice Choice => new(Precision);

    public static string Of(PrecisionChoice choice) => choice.Precision is { } one ? Words.Of(Words.Precisions, one) : Best;
}
