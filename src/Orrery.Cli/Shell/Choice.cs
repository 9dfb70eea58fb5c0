using System.CommandLine;
using System.Globalization;
using Orrery.Catalog;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;

namespace Orrery.Cli.Shell;

/// <summary>Options whose bad values are answered with what was found, what was expected and the nearest valid word.</summary>
internal static class Choice
{
    /// <summary>A whole number; null where the option is not given.</summary>
    public static Option<int?> Whole(string name, string description, int least = 1, int most = 100_000_000)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            {
                return number;
            }

            result.AddError(string.Create(CultureInfo.InvariantCulture,
                $"{name} is '{text}', expected a whole number from {least} to {most:#,0}"));
            return null;
        };
        return option;
    }

    /// <summary>A whole number or a range of them, "1000" or "800-1000"; null where the option is not given.</summary>
    public static Option<TokenRange?> Range(string name, string description, int most = 16_777_216)
    {
        var option = new Option<TokenRange?>(name) { Description = description, HelpName = "N or A-B" };
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            var ends = text.Split('-');
            if (ends.Length <= 2
                && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var low)
                && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var high)
                && low >= 1 && low <= high && high <= most)
            {
                return new TokenRange(low, high);
            }

            result.AddError(string.Create(CultureInfo.InvariantCulture,
                $"{name} is '{text}', expected a whole number from 1 to {most:#,0}, or two joined by '-', the smaller one first"));
            return null;
        };
        return option;
    }

    /// <summary>A number from one end to another; null where the option is not given.</summary>
    public static Option<double?> Between(string name, string description, double least, double most)
    {
        var option = new Option<double?>(name) { Description = description, HelpName = "X" };
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
                && number >= least && number <= most)
            {
                return number;
            }

            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is '{text}', expected a number from {least} to {most:#,0.###}"));
            return null;
        };
        return option;
    }

    /// <summary>One of a few words; null where the option is not given.</summary>
    public static Option<T?> Of<T>(string name, string description, IReadOnlyDictionary<string, T> words) where T : struct
    {
        var option = new Option<T?>(name) { Description = $"{description}: {string.Join(", ", words.Keys)}", HelpName = "WORD" };
        option.CustomParser = result =>
        {
            if (TryRead(name, result.Tokens[0].Value, words, out var value, out var error))
            {
                return value;
            }

            result.AddError(error);
            return null;
        };
        return option;
    }

    /// <summary>Several of a few words, joined by commas; empty where the option is not given.</summary>
    public static Option<IReadOnlyList<T>> Several<T>(string name, string description, IReadOnlyDictionary<string, T> words) where T : struct
    {
        var option = new Option<IReadOnlyList<T>>(name)
        {
            Description = $"{description}: {string.Join(", ", words.Keys)}; several joined by commas",
            HelpName = "WORDS",
            DefaultValueFactory = _ => [],
        };
        option.CustomParser = result =>
        {
            var values = new List<T>();
            foreach (var word in result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries))
            {
                if (TryRead(name, word, words, out var value, out var error))
                {
                    values.Add(value);
                }
                else
                {
                    result.AddError(error);
                }
            }

            return values;
        };
        return option;
    }

    /// <summary>An order of the groups, innermost first; null where the option is not given.</summary>
    public static Option<RankOrder?> Order(string name, string description)
    {
        var option = new Option<RankOrder?>(name) { Description = description, HelpName = "ORDER" };
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (RankOrder.Parse(text) is { } order)
            {
                return order;
            }

            var near = Spelling.Closest(text, RankOrder.All.Select(candidate => candidate.ToString()));
            result.AddError($"{name} is '{text}', expected tp, cp, ep, dp and pp, each once, innermost first, as in {default(RankOrder)}"
                + (near is null ? "" : $"; did you mean {near}?"));
            return null;
        };
        return option;
    }

    private static bool TryRead<T>(string name, string word, IReadOnlyDictionary<string, T> words, out T value, out string error)
        where T : struct
    {
        error = "";
        if (words.TryGetValue(word, out value))
        {
            return true;
        }

        var near = Spelling.Closest(word, words.Keys);
        error = $"{name} is '{word}', expected {string.Join(", ", words.Keys)}{(near is null ? "" : $"; did you mean {near}?")}";
        return false;
    }
}
