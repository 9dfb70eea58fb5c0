using System.Globalization;
using Orrery.Catalog.Yaml;
using Orrery.Domain.Diagnostics;

namespace Orrery.Evidence.Calibration.Kernels;

/// <summary>What a fit to kernel or collective timings may move; see <c>evidence/kernel-fit.yaml</c>.</summary>
internal sealed record KernelFitPlan(IReadOnlyDictionary<string, PlannedOp> Ops)
{
    /// <summary>The op that holds what collectives reach.</summary>
    public const string Reach = "reach";

    /// <summary>The parameters of <see cref="Reach"/>.</summary>
    public static IReadOnlyList<KernelField> ReachFields { get; } =
    [
        new("fraction", FieldUnit.None), new("pair_loss", FieldUnit.None), new("startup", FieldUnit.Microseconds),
        new("startup_per_rank", FieldUnit.Microseconds), new("half_size", FieldUnit.Megabytes),
    ];

    /// <exception cref="InvalidInputException">Something is wrong with the file; every finding is in it.</exception>
    public static KernelFitPlan Load(string path) => MappingReader.ReadFile(
        path, root => new KernelFitPlan(root.Mappings("ops", "op").Select(Op).ToDictionary(op => op.Name, StringComparer.Ordinal)));

    private static PlannedOp Op(MappingReader op)
    {
        var name = op.Text("op");
        var fields = name == Reach ? ReachFields : KernelSection.All.First(section => section.Name == name).Fields;
        return new PlannedOp(name, Plain(op, "error"), [.. op.Mappings("parameters", "name").Select(parameter => Parameter(parameter, fields))]);
    }

    private static PlannedParameter Parameter(MappingReader parameter, IReadOnlyList<KernelField> fields)
    {
        parameter.OptionalText("why");
        var name = parameter.Text("name");
        var field = fields.First(candidate => candidate.Name == name);
        double Quantity(string key)
        {
            if (field.TryParse(parameter.Text(key), out var value))
            {
                return value;
            }

            parameter.Error(key, DiagnosticCode.BadValue, $"'{key}' of {name} is '{parameter.Text(key)}', expected a value as the catalog writes it");
            return 1;
        }

        var otherwise = parameter.OptionalText("otherwise");
        return new PlannedParameter(
            field, Quantity("prior"), Plain(parameter, "sd"), Quantity("low"), Quantity("high"),
            parameter.Has("formats") ? parameter.Texts("formats") : null,
            otherwise is not null && field.TryParse(otherwise, out var fixedValue) ? fixedValue : null,
            otherwise is not null && fields.Any(candidate => candidate.Name == otherwise) ? otherwise : null);
    }

    private static double Plain(MappingReader reader, string key)
    {
        if (double.TryParse(reader.Text(key), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0)
        {
            return number;
        }

        reader.Error(key, DiagnosticCode.BadValue, $"'{key}' is '{reader.Text(key)}', expected a number above 0");
        return 1;
    }
}

/// <summary>One op: the scale of its rows' errors and its parameters.</summary>
internal sealed record PlannedOp(string Name, double Error, IReadOnlyList<PlannedParameter> Parameters)
{
    public PlannedParameter this[string name] => Parameters.First(parameter => parameter.Field.Name == name);
}

/// <summary>A parameter before any row.</summary>
/// <param name="Formats">Formats in which rows may move it; null for all.</param>
/// <param name="Otherwise">Its value in others; null where it stays as it was.</param>
/// <param name="TiedTo">The parameter whose value it takes in others; null for none.</param>
internal sealed record PlannedParameter(
    KernelField Field, double Prior, double Deviation, double Low, double High, IReadOnlyList<string>? Formats, double? Otherwise, string? TiedTo)
{
    public bool MayMove(string format) => Formats?.Contains(format) ?? true;

    /// <summary>The variable of a fit that starts where the catalog has the parameter, else at the prior.</summary>
    public FitVariable Variable(double present) =>
        new(Field.Name, present > 0 ? Math.Clamp(present, Low, High) : Prior, Deviation, Low, High);
}
