using System.Globalization;
using System.Text;
using Orrery.Domain.Diagnostics;

namespace Orrery.Comparison.Uncertainty;

/// <summary>What was left out of the fit that a residual is of.</summary>
public enum LeftOut
{
    /// <summary>One model on one chip generation from one source.</summary>
    Group,

    /// <summary>Every row of the chip's generation.</summary>
    Chip,

    /// <summary>Every row of the model's family.</summary>
    Model,
}

/// <summary>How far off the prediction of one published result was by a fit that had not seen it.</summary>
/// <param name="Fold">What was left out together with it, by name or number.</param>
/// <param name="Class">"dense", "fsdp", "moe" or "tpu".</param>
/// <param name="Generation">Of the chip.</param>
/// <param name="Family">Of the model.</param>
/// <param name="Value">ln(measured speed / predicted speed), whatever quantity the row is judged on.</param>
public sealed record Residual(
    LeftOut LeftOut, string Fold, string Id, string Class, string Generation, string Family, string Model, string Source, double Value)
{
    /// <summary>What was left out with the row, the thing that the next unseen one is taken to be like: residuals inside a unit
    /// go together, those of two units do not.</summary>
    public string Unit { get; } = LeftOut switch { LeftOut.Chip => Generation, LeftOut.Model => Family, _ => $"{Model}|{Generation}|{Source}" };
}

/// <summary>Residuals of left-out results, committed beside the measurements they were taken on.</summary>
public sealed record ResidualTable(IReadOnlyList<Residual> Residuals)
{
    public const string FileName = "residuals.csv";

    private const string Header = "left_out,fold,id,class,generation,family,model,source,residual";

    public static ResidualTable Empty { get; } = new([]);

    /// <summary>Reads what <see cref="ToCsv"/> wrote; a missing file is an empty table, a damaged one an error.</summary>
    public static ResidualTable Load(string path)
    {
        if (!File.Exists(path))
        {
            return Empty;
        }

        var residuals = new List<Residual>();
        foreach (var (line, index) in File.ReadLines(path).Select((line, index) => (line, index)).Skip(1))
        {
            var cells = line.Split(',');
            if (cells.Length != 9 || !Enum.TryParse<LeftOut>(cells[0], ignoreCase: true, out var leftOut)
                || !double.TryParse(cells[8], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
            {
                throw new InvalidInputException(new Diagnostic(
                    Severity.Error, DiagnosticCode.BadValue, $"'{line}' is not a row of {Header}", path, Line: index + 1, Hint: "write it anew with calibrate training --write"));
            }

            residuals.Add(new Residual(leftOut, cells[1], cells[2], cells[3], cells[4], cells[5], cells[6], cells[7], value));
        }

        return new ResidualTable(residuals);
    }

    public string ToCsv()
    {
        var text = new StringBuilder(Header).Append('\n');
        foreach (var r in Residuals)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{r.LeftOut.ToString().ToLowerInvariant()},{r.Fold},{r.Id},{r.Class},{r.Generation},{r.Family},{r.Model},{r.Source},{r.Value:F4}\n");
        }

        return text.ToString();
    }
}
