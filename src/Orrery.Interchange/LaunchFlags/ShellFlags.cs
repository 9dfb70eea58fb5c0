using System.Globalization;
using System.Text;
using Orrery.Domain.Strategies;

namespace Orrery.Interchange.LaunchFlags;

/// <summary>Command-line flags, one a line behind a launcher.</summary>
internal sealed class ShellFlags
{
    private readonly List<string> _flags = [];

    public void Add(string flag) => _flags.Add(flag);

    public void Add(string flag, int value) => _flags.Add(flag + " " + value.ToString(CultureInfo.InvariantCulture));

    public void Add(string flag, string value) => _flags.Add(flag + " " + value);

    public void AddWhen(bool applies, string flag)
    {
        if (applies)
        {
            _flags.Add(flag);
        }
    }

    public void AddWhen(bool applies, string flag, int value)
    {
        if (applies)
        {
            Add(flag, value);
        }
    }

    /// <summary>The comments, then torchrun with as many nodes as the strategy fills, the script and the flags.</summary>
    public string Render(IEnumerable<string> comments, string script, Strategy strategy, LaunchTarget target, GapList gaps)
    {
        var perNode = Math.Min(target.ChipsPerNode, strategy.Chips);
        var nodes = (strategy.Chips + perNode - 1) / perNode;
        gaps.AddWhen(
            nodes * perNode != strategy.Chips, "nodes",
            $"{strategy.Chips} ranks do not fill {nodes} nodes of {perNode}, and torchrun starts as many on each; set the counts by hand.");

        var text = new StringBuilder();
        foreach (var comment in comments)
        {
            text.Append("# ").Append(comment).Append('\n');
        }

        text.Append(CultureInfo.InvariantCulture, $"torchrun --nnodes {nodes} --nproc-per-node {perNode} {script}");
        foreach (var flag in _flags)
        {
            text.Append(" \\\n    ").Append(flag);
        }

        return text.Append('\n').ToString();
    }
}
