using System.Globalization;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;

namespace Orrery.Catalog;

/// <summary>A thing of the catalog with values of the reader's: <c>NAME with KEY=VALUE,KEY=VALUE</c>.</summary>
internal static class VariantText
{
    private const string With = " with ";

    /// <summary>The thing's own name and what is changed, or null where nothing is.</summary>
    public static (string Name, string Changes)? Split(string text)
    {
        var at = text.IndexOf(With, StringComparison.Ordinal);
        return at < 0 ? null : (text[..at].Trim(), text[(at + With.Length)..]);
    }

    /// <summary>The name alone, for what is read from the thing's file.</summary>
    public static string NameOf(string text) => Split(text)?.Name ?? text;

    /// <summary>The thing with its changes, made in the order they stand in.</summary>
    /// <param name="known">What can be changed, by key.</param>
    /// <param name="example">A text that is right, for the hint.</param>
    /// <exception cref="InvalidInputException">A change is unknown or no value; every finding is in it.</exception>
    public static T Apply<T>(T thing, string id, string changes, IReadOnlyDictionary<string, Func<T, string, T>> known, string example)
    {
        var findings = new DiagnosticList();
        foreach (var part in Parts(changes))
        {
            var pair = part.Split('=', 2);
            if (pair.Length != 2 || !known.TryGetValue(pair[0], out var change))
            {
                var near = Spelling.Closest(pair[0], known.Keys);
                findings.Error(
                    DiagnosticCode.UnknownKey, $"'{part}' changes nothing of {id}, expected NAME=VALUE with one of {string.Join(", ", known.Keys)}",
                    hint: near is null ? $"for example {example}" : $"did you mean '{near}'?");
                continue;
            }

            try
            {
                thing = change(thing, pair[1]);
            }
            catch (InvalidInputException wrong)
            {
                findings.AddRange(wrong.Diagnostics);
            }
            catch (Exception impossible) when (impossible is ArgumentOutOfRangeException or MissingFactException)
            {
                findings.Error(DiagnosticCode.OutOfRange, $"'{part}': {(impossible is MissingFactException ? impossible.Message : "expected at least 1")}");
            }
        }

        findings.ThrowOnErrors();
        return thing;
    }

    /// <summary>An id that reads the same thing again.</summary>
    public static string Id(string id, string changes) => $"{id}{With}{string.Join(",", Parts(changes)).Replace(" ", "", StringComparison.Ordinal)}";

    public static string Name(string name, string changes) => $"{name}{With}{string.Join(", ", Parts(changes)).Replace("=", " ", StringComparison.Ordinal)}";

    /// <summary>A whole number from 1.</summary>
    public static int Whole(string name, string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
        ? number
        : throw new InvalidInputException(new Diagnostic(Severity.Error, DiagnosticCode.BadValue, $"'{name}' is '{text}', expected a whole number from 1"));

    private static string[] Parts(string changes) => changes.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
