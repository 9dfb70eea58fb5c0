using System.Globalization;
using System.Text.RegularExpressions;

namespace Orrery.Policy.Claims.Expressions;

/// <summary>Reads arithmetic (+ - * / min max, brackets) and conditions (comparisons joined by and, or, not) over names.</summary>
public sealed partial class ExpressionParser
{
    private readonly List<string> _tokens;
    private int _at;

    private ExpressionParser(string text)
    {
        _tokens = [.. Token().Matches(text).Select(match => match.Value)];
        // What the tokens leave over of the text, blanks aside, is no part of the language.
        var left = Token().Replace(text, "").Trim();
        if (left.Length > 0)
        {
            throw new FormatException($"'{left[0]}' in '{text}' means nothing here");
        }
    }

    /// <exception cref="FormatException">The text is no arithmetic; the message says where.</exception>
    public static Expression Arithmetic(string text)
    {
        var parser = new ExpressionParser(text);
        var found = parser.Sum();
        return parser.IsDone ? found : throw new FormatException($"'{parser.Here}' stands where '{text}' should end");
    }

    /// <exception cref="FormatException">The text is no condition; the message says where.</exception>
    public static Condition Condition(string text)
    {
        var parser = new ExpressionParser(text);
        var found = parser.Or();
        return parser.IsDone ? found : throw new FormatException($"'{parser.Here}' stands where '{text}' should end");
    }

    private bool IsDone => _at == _tokens.Count;

    private string Here => IsDone ? "the end" : _tokens[_at];

    private Condition Or()
    {
        var found = And();
        while (Take("or"))
        {
            found = new Both(found, And(), IsAnd: false);
        }

        return found;
    }

    private Condition And()
    {
        var found = Negated();
        while (Take("and"))
        {
            found = new Both(found, Negated(), IsAnd: true);
        }

        return found;
    }

    private Condition Negated()
    {
        if (Take("not"))
        {
            return new Not(Negated());
        }

        // A bracket may hold a condition or a term: the condition is tried first.
        var start = _at;
        if (Take("("))
        {
            try
            {
                var inner = Or();
                if (Take(")"))
                {
                    return inner;
                }
            }
            catch (FormatException)
            {
                // A term after all.
            }

            _at = start;
        }

        var left = Sum();
        if (Here is not ("<" or "<=" or ">" or ">="))
        {
            throw new FormatException($"expected <, <=, > or >= and found '{Here}'");
        }

        return new Comparison(_tokens[_at++], left, Sum());
    }

    private Expression Sum()
    {
        var found = Product();
        while (Here is "+" or "-")
        {
            found = new Operation(_tokens[_at++], found, Product());
        }

        return found;
    }

    private Expression Product()
    {
        var found = Factor();
        while (Here is "*" or "/")
        {
            found = new Operation(_tokens[_at++], found, Factor());
        }

        return found;
    }

    private Expression Factor()
    {
        if (Take("-"))
        {
            return new Operation("-", new Constant(0), Factor());
        }

        if (Take("("))
        {
            var inner = Sum();
            Expect(")");
            return inner;
        }

        var word = Here;
        if (IsDone || !(char.IsLetterOrDigit(word[0]) || word[0] is '_' or '.'))
        {
            throw new FormatException($"expected a number or a name and found '{word}'");
        }

        _at++;
        if (word is "min" or "max")
        {
            Expect("(");
            var found = Sum();
            while (Take(","))
            {
                found = new Operation(word, found, Sum());
            }

            Expect(")");
            return found;
        }

        return char.IsLetter(word[0]) || word[0] == '_' ? new Named(word)
            : double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? new Constant(number)
            : throw new FormatException($"'{word}' is no number");
    }

    private bool Take(string token)
    {
        if (Here != token || IsDone)
        {
            return false;
        }

        _at++;
        return true;
    }

    private void Expect(string token)
    {
        if (!Take(token))
        {
            throw new FormatException($"expected '{token}' and found '{Here}'");
        }
    }

    [GeneratedRegex(@"[0-9.]+(?:[eE][+-]?[0-9]+)?|[A-Za-z_][A-Za-z0-9_]*|<=|>=|[-+*/(),<>]")]
    private static partial Regex Token();
}
