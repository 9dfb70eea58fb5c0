using System.CommandLine;
using System.Globalization;
using Orrery.Quantities;

namespace Orrery.Cli.Shell;

/// <summary>Options that are amounts rather than counts, and how large numbers of tokens are written.</summary>
internal static class Amount
{
    private const double MostAmount = 1e32;

    private static readonly (string Letter, double Factor)[] Letters = [("T", 1e12), ("B", 1e9), ("M", 1e6), ("K", 1e3)];

    /// <summary>Tokens as people write them: "15T", "1.5e13", "500B"; null where the option is not given.</summary>
    public static Option<double?> Tokens(string name, string description) => Of(name, description, "TOKENS", "a number of tokens such as 15T or 500B", text =>
    {
        var letter = Letters.FirstOrDefault(entry => text.EndsWith(entry.Letter, StringComparison.OrdinalIgnoreCase));
        return Read(letter.Letter is null ? text : text[..^1]) * (letter.Letter is null ? 1 : letter.Factor);
    });

    /// <summary>Floating-point operations as people write them, one or several: "1e26", "1e25,1e26"; none where the option is not given.</summary>
    public static Option<double[]> Flops(string name, string description)
    {
        var option = new Option<double[]>(name) { Description = description, HelpName = "FLOP" };
        option.CustomParser = result =>
        {
            var texts = result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToArray();
            foreach (var wrong in texts.Where(text => !IsAmount(Read(text))))
            {
                result.AddError($"{name} is '{wrong}', expected a number of operations such as 1e26");
            }

            return [.. texts.Select(Read).OfType<double>().Distinct()];
        };
        return option;
    }

    /// <summary>A number of days above zero; null where the option is not given.</summary>
    public static Option<double?> Days(string name, string description) => Of(name, description, "DAYS", "a number of days above zero", Read);

    /// <summary>A time such as "50ms" or "2s"; null where the option is not given.</summary>
    public static Option<double?> Time(string name, string description) => Of(name, description, "TIME", "a time such as 50ms or 2s", text =>
    {
        var unit = text.AsSpan().IndexOfAnyInRange('a', 'z');
        return unit > 0 && !text.Contains(' ', StringComparison.Ordinal) && QuantityText.TryParse<Seconds>($"{text[..unit]} {text[unit..]}", out var time, out _) ? time.Value : null;
    });

    /// <summary>A number of something a second; null where the option is not given.</summary>
    public static Option<double?> Rate(string name, string description) => Of(name, description, "RATE", "a number above zero", Read);

    /// <summary>"15.0T": three significant digits.</summary>
    public static string Tokens(double tokens)
    {
        var letter = Letters.FirstOrDefault(entry => tokens >= entry.Factor);
        return letter.Letter is null ? QuantityText.Significant(tokens) : QuantityText.Significant(tokens / letter.Factor) + letter.Letter;
    }

    /// <summary>"15T": every digit, to be typed again.</summary>
    public static string Typed(double tokens)
    {
        var letter = Letters.FirstOrDefault(entry => tokens % entry.Factor == 0);
        return (letter.Letter is null ? tokens : tokens / letter.Factor).ToString("R", CultureInfo.InvariantCulture) + letter.Letter;
    }

    private static bool IsAmount(double? amount) => amount is > 0 and <= MostAmount;

    private static double? Read(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static Option<double?> Of(string name, string description, string word, string expected, Func<string, double?> read)
    {
        var option = new Option<double?>(name) { Description = description, HelpName = word };
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (read(text) is { } amount && IsAmount(amount))
            {
                return amount;
            }

            result.AddError($"{name} is '{text}', expected {expected}");
            return null;
        };
        return option;
    }
}
