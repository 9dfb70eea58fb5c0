using Orrery.Domain.Diagnostics;

namespace Orrery.Evidence.Kernels;

/// <summary>A table of measured kernels; its file name says the system and the op.</summary>
public sealed record KernelTableFile(string File, string Chip, string Op)
{
    /// <summary>The ops that have a table form, longest name first so that "mla_prefill" is not read as "prefill".</summary>
    public static IReadOnlyList<string> Ops { get; } =
        ["attn_prefill", "attn_decode", "mla_prefill", "mla_decode", "quantize", "deepep", "gemm", "comm", "moe"];

    /// <summary>Reads <c>SYSTEM_OP.csv</c>; null where the name is not of that form.</summary>
    public static KernelTableFile? Of(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        foreach (var op in Ops)
        {
            if (name.EndsWith("_" + op, StringComparison.Ordinal) && name.Length > op.Length + 1)
            {
                return new KernelTableFile(path, name[..^(op.Length + 1)], op);
            }
        }

        return null;
    }

    /// <summary>The one file named, or every table of a folder in ordinal order. Other files of a folder are left alone.</summary>
    /// <exception cref="InvalidInputException">There is nothing there, or the one file's name says no op.</exception>
    public static IReadOnlyList<KernelTableFile> At(string path)
    {
        if (Directory.Exists(path))
        {
            var tables = Directory.EnumerateFiles(path, "*.csv").Order(StringComparer.Ordinal).Select(Of).OfType<KernelTableFile>().ToList();
            return tables.Count > 0 ? tables : throw Unusable($"the folder '{path}' has no file named SYSTEM_OP.csv");
        }

        return System.IO.File.Exists(path)
            ? [Of(path) ?? throw Unusable($"the file name '{Path.GetFileName(path)}' is not SYSTEM_OP.csv")]
            : throw Unusable($"there is no file or folder '{path}'");
    }

    private static InvalidInputException Unusable(string message) =>
        new(new Diagnostic(Severity.Error, DiagnosticCode.Unreadable, message, Hint: $"OP is one of {string.Join(", ", Ops)}"));
}
