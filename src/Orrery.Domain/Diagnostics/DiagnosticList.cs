using System.Collections;

namespace Orrery.Domain.Diagnostics;

/// <summary>Collects findings so that all of them are reported at once.</summary>
public sealed class DiagnosticList : IReadOnlyList<Diagnostic>
{
    private readonly List<Diagnostic> _items = [];

    public int Count => _items.Count;

    public Diagnostic this[int index] => _items[index];

    public bool HasErrors => _items.Exists(item => item.Severity == Severity.Error);

    public void Add(Diagnostic item) => _items.Add(item);

    public void AddRange(IEnumerable<Diagnostic> items) => _items.AddRange(items);

    public void Error(string code, string message, string file = "", int line = 0, int column = 0, string hint = "") =>
        _items.Add(new Diagnostic(Severity.Error, code, message, file, line, column, hint));

    public void Warning(string code, string message, string file = "", int line = 0, int column = 0, string hint = "") =>
        _items.Add(new Diagnostic(Severity.Warning, code, message, file, line, column, hint));

    /// <summary>Stops here when something was wrong, with everything that was.</summary>
    /// <exception cref="InvalidInputException">At least one error was collected.</exception>
    public void ThrowOnErrors()
    {
        if (HasErrors)
        {
            throw new InvalidInputException([.. _items]);
        }
    }

    public IEnumerator<Diagnostic> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
