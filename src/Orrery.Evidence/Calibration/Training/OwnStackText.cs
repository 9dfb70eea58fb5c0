using System.Globalization;
using System.Text;

namespace Orrery.Evidence.Calibration.Training;

/// <summary>A stack of one's own as a catalog file: based on a shipped one, with the parameters that one's rows moved.</summary>
public static class OwnStackText
{
    /// <param name="id">The stack's id, which is the file's name.</param>
    /// <param name="source">The id of the entry in sources.yaml that says what it was fitted on.</param>
    /// <param name="rowsFile">The rows, for the comment.</param>
    public static string Of(string id, string source, OwnTrainingResult result, string rowsFile)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Line($"id: {id}");
        Line($"name: {SourceText.Quoted($"{result.Stack.Name}, as measured")}");
        Line($"aliases: []");
        Line($"source: {source}");
        Line($"confidence: estimated");
        Line($"based_on: {result.Stack.Id}");
        Line($"");
        Line($"# Written by 'orrery calibrate training --rows' from {result.Rows.Count} rows of {Path.GetFileName(rowsFile)}, starting from {result.Stack.Id}.");
        Line($"# Ranges are two posterior standard deviations; what the rows say nothing of is as in {result.Stack.Id}.");
        Line($"parameters:{(result.Moved.Count == 0 ? " {}" : "")}");
        foreach (var parameter in result.Moved)
        {
            var spread = Math.Exp(2 * Math.Min(parameter.Deviation, parameter.PriorDeviation));
            Line($"  {parameter.Name}: {{ value: {parameter.Value:G5}, low: {parameter.Value / spread:G5}, high: {parameter.Value * spread:G5} }}");
        }

        return text.ToString();
    }
}
