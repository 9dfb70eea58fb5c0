using System.Text.Json;
using Orrery.Domain.Workloads;

namespace Orrery.Policy.Claims.Measures;

/// <summary>Words of the commands that give a measure again.</summary>
internal static class MeasureText
{
    /// <summary>A system's name for the shell: one with values of the reader's has blanks.</summary>
    public static string Quoted(string system) => system.Contains(' ', StringComparison.Ordinal) ? $"'{system}'" : system;

    /// <summary>A precision, or "best" for each one's fastest.</summary>
    public static string Word(TrainingPrecision? precision) => precision is { } one ? JsonNamingPolicy.KebabCaseLower.ConvertName(one.ToString()) : "best";

    public static string Word(WeightFormat format) => JsonNamingPolicy.KebabCaseLower.ConvertName(format.ToString());
}
