using System.Globalization;
using Orrery.Catalog.Yaml;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Strategies;

namespace Orrery.Evidence.Transfer;

/// <summary>Settings that a run may have had.</summary>
internal sealed record TransferSettings(
    int Sequence, int BatchTokens, int TensorParallel, int PipelineParallel, int VirtualStages, int ExpertParallel, int MicroBatch, Recompute Recompute, bool TensorOverlap);

/// <summary>A run whose source leaves settings unsaid, and what they may have been; see <c>evidence/transfer-rows.yaml</c>.</summary>
/// <param name="Id">Of the row in the training rows.</param>
/// <param name="Settings">Every combination, the best guess first.</param>
internal sealed record TransferRow(string Id, string Why, int Chips, IReadOnlyList<TransferSettings> Settings)
{
    public static IReadOnlyList<TransferRow> Load(string path) => MappingReader.ReadFile(path, root => root.Mappings("rows", "id").Select(Read).ToArray());

    private static TransferRow Read(MappingReader row)
    {
        IReadOnlyList<T> List<T>(string key, string expected, Func<string, T?> read) where T : struct
        {
            var (texts, found) = (row.Texts(key), new List<T>());
            foreach (var text in texts)
            {
                if (read(text) is { } one)
                {
                    found.Add(one);
                }
                else
                {
                    row.Error(key, DiagnosticCode.BadValue, $"'{key}' holds '{text}', expected {expected}");
                }
            }

            if (texts.Count == 0)
            {
                row.Error(key, DiagnosticCode.MissingKey, $"'{key}' is missing, expected a list of {expected}", "the best guess first");
            }

            return found;
        }

        IReadOnlyList<int> Numbers(string key) => List<int>(
            key, "whole numbers from 1", text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null);
        var (sequences, batches, tensor, pipeline) = (Numbers("sequence"), Numbers("batch_tokens"), Numbers("tensor_parallel"), Numbers("pipeline_parallel"));
        var (stages, experts, micro) = (Numbers("virtual_stages"), Numbers("expert_parallel"), Numbers("micro_batch"));
        var recomputes = List<Recompute>("recompute", string.Join(" or ", Enum.GetNames<Recompute>()).ToLowerInvariant(), text => Enum.TryParse<Recompute>(text, ignoreCase: true, out var one) ? one : null);
        var overlaps = List<bool>("tensor_overlap", "on or off", text => text switch { "on" => true, "off" => false, _ => null });
        var settings =
            from s in sequences from b in batches from t in tensor from p in pipeline from v in stages from e in experts from m in micro from r in recomputes from o in overlaps
            select new TransferSettings(s, b, t, p, v, e, m, r, o);
        return new TransferRow(row.Text("id"), row.Text("why"), row.Integer("chips"), [.. settings]);
    }
}
