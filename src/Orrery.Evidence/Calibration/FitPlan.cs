using System.Globalization;
using Orrery.Catalog.Yaml;
using Orrery.Domain;
using Orrery.Domain.Software;

namespace Orrery.Evidence.Calibration;

/// <summary>A stack parameter before the fit: its prior, how far it may move, and whether rows may move it.</summary>
internal sealed record FitParameter(string Stack, string Name, double Prior, double Deviation, double Low, double High, bool Free, string Note);

/// <summary>One list of what a stack can do, copied to the catalog as it is.</summary>
/// <param name="Key">The list's key in the catalog file.</param>
/// <param name="Said">Who says so, for the comment beside it.</param>
internal sealed record FitAbility(string Key, IReadOnlyList<string> Words, string Said);

/// <summary>A software stack as the fit starts from it.</summary>
/// <param name="Abilities">Those it does not inherit.</param>
internal sealed record FitStack(
    string Id, string Name, IReadOnlyList<string> Aliases, string? BasedOn, IReadOnlyList<string> DefaultFor,
    IReadOnlyList<FitAbility> Abilities, IReadOnlyList<FitParameter> Parameters);

/// <summary>Priors and bounds of every training parameter; see <c>evidence/training-fit.yaml</c>.</summary>
internal sealed record FitPlan(IReadOnlyList<FitStack> Stacks)
{
    private static readonly string[] AbilityKeys = ["schedules", "shardings", "offloads"];

    public IReadOnlyList<FitParameter> Free { get; } = [.. Stacks.SelectMany(stack => stack.Parameters).Where(parameter => parameter.Free)];

    public static FitPlan Load(string path) =>
        MappingReader.ReadFile(path, root => new FitPlan([.. root.Mappings("stacks", "id").Select(Stack)]));

    /// <summary>The stack with its base's parameters under its own, at the given values of the free ones.</summary>
    public SoftwareStack Resolve(string id, IReadOnlyDictionary<FitParameter, double> values)
    {
        var stack = Stacks.Single(candidate => candidate.Id == id);
        var parameters = new Dictionary<string, Sourced<double>>();
        foreach (var level in stack.BasedOn is { } parent ? new[] { Stacks.Single(candidate => candidate.Id == parent), stack } : [stack])
        {
            foreach (var parameter in level.Parameters)
            {
                parameters[parameter.Name] = new Sourced<double>(
                    values.GetValueOrDefault(parameter, parameter.Prior), "ORRERY-FIT", Confidence.Estimated);
            }
        }

        return new SoftwareStack(id, stack.Name, parameters);
    }

    private static FitStack Stack(MappingReader stack)
    {
        var id = stack.Text("id");
        return new FitStack(
            id, stack.Text("name"), stack.Texts("aliases"), stack.OptionalText("based_on"), stack.Texts("default_for"),
            [.. AbilityKeys.Select(key => Ability(key, stack.OptionalMapping(key))).OfType<FitAbility>()],
            [.. stack.Mappings("parameters", "name").Select(parameter => Parameter(id, parameter))]);
    }

    private static FitAbility? Ability(string key, MappingReader? ability) =>
        ability is null ? null : new FitAbility(key, ability.Texts("can"), ability.Text("said"));

    private static FitParameter Parameter(string stack, MappingReader parameter)
    {
        double Number(string key, double otherwise) =>
            parameter.OptionalText(key) is { } text ? double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) : otherwise;

        return new FitParameter(
            stack, parameter.Text("name"), Number("prior", double.NaN), Number("sd", 0), Number("low", double.NaN), Number("high", double.NaN),
            parameter.Flag("fit"), parameter.OptionalText("note") ?? "");
    }
}
