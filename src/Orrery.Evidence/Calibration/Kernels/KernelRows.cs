using Orrery.Analysis.Collectives;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Software;
using Orrery.Evidence.Calibration.Collectives;
using Orrery.Evidence.Kernels;

namespace Orrery.Evidence.Calibration.Kernels;

/// <summary>One measured kernel, ready to be predicted by any profile.</summary>
internal sealed record KernelRow(KernelTable Table, KernelCells Cells, string Column, double Seconds, string Shape);

/// <summary>The rows of one kernel: one part of the profile and one key in it.</summary>
internal sealed record KernelUnit(KernelSection Section, string Key, IReadOnlyList<KernelRow> Rows);

/// <summary>Deals measured rows to the kernels that predict them, and says why others are left out.</summary>
internal sealed class KernelRows
{
    private readonly Dictionary<(string Section, string Key), List<KernelRow>> _units = [];
    private readonly Dictionary<string, int> _skipped = new(StringComparer.Ordinal);
    private readonly List<ReachRow> _collectives = [];

    private readonly DiagnosticList _diagnostics = [];

    public KernelRows(IEnumerable<KernelTimings> timings, KernelProfile profile)
    {
        foreach (var file in timings)
        {
            foreach (var row in file.Table.Rows)
            {
                var table = KernelTable.Of(file.Op);
                var cells = new KernelCells(file.Table, row, _diagnostics);
                foreach (var column in table.Measured)
                {
                    var seconds = cells.Number(column) * file.SecondsPerUnit;
                    if (seconds <= 0)
                    {
                        Skip($"'{column}' is zero: nothing was measured");
                    }
                    else if (table.Section.Length == 0)
                    {
                        Collective(cells, seconds);
                    }
                    else if (table.Key(profile, cells, column) is { Length: > 0 } key)
                    {
                        Add(table.Section, key, new KernelRow(table, cells, column, seconds, table.Shape(cells)));
                    }
                    else
                    {
                        Skip($"'{table.Format(cells)}' is not a known format; known are {TableFormat.Words}");
                    }
                }
            }
        }
    }

    /// <summary>In the order of the profile's parts, then by key.</summary>
    public IEnumerable<KernelUnit> Units =>
        from section in KernelSection.All
        from unit in _units.Where(unit => unit.Key.Section == section.Name).OrderBy(unit => unit.Key.Key, StringComparer.Ordinal)
        select new KernelUnit(section, unit.Key.Key, unit.Value);

    public IReadOnlyList<ReachRow> Collectives => _collectives;

    /// <summary>Stops with every cell that is no number, where one was read so far.</summary>
    /// <exception cref="InvalidInputException">There are such cells.</exception>
    public void ThrowOnErrors() => _diagnostics.ThrowOnErrors();

    /// <summary>How many rows were left out, by reason.</summary>
    public IReadOnlyDictionary<string, int> Skipped => _skipped;

    public void Skip(string reason) => _skipped[reason] = _skipped.GetValueOrDefault(reason) + 1;

    private void Add(string section, string key, KernelRow row)
    {
        if (!_units.TryGetValue((section, key), out var rows))
        {
            _units[(section, key)] = rows = [];
        }

        rows.Add(row);
    }

    private void Collective(KernelCells cells, double seconds)
    {
        var custom = cells.Text("impl").StartsWith("custom", StringComparison.Ordinal);
        TimedOperation? operation = (cells.Text("op"), custom) switch
        {
            ("all_reduce", true) => TimedOperation.CustomAllReduce,
            ("all_reduce", false) => TimedOperation.AllReduce,
            ("all_gather", false) => TimedOperation.AllGather,
            ("reduce_scatter", false) => TimedOperation.ReduceScatter,
            ("alltoall" or "all_to_all", false) => TimedOperation.AllToAll,
            _ => null,
        };
        var (ranks, bytes) = ((int)Math.Min(cells.Number("num_gpus"), int.MaxValue), cells.Number("message_bytes"));
        if (operation is null)
        {
            Skip($"op '{cells.Text("op")}' by '{cells.Text("impl")}' is not modelled");
        }
        else if (ranks < 2 || bytes <= 0)
        {
            Skip("fewer than two ranks or no bytes: nothing to exchange");
        }
        else
        {
            _collectives.Add(new ReachRow(operation.Value, new RankGroup(ranks), ranks, bytes, seconds));
        }
    }
}
