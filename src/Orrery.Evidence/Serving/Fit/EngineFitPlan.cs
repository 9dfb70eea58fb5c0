using System.Globalization;
using Orrery.Catalog.Yaml;
using Orrery.Domain;
using Orrery.Domain.Software;

namespace Orrery.Evidence.Serving.Fit;

/// <summary>An engine parameter before the fit: its prior, how far it may move, and whether rows may move it.</summary>
internal sealed record EngineFitParameter(string Engine, string Name, double Prior, double Deviation, double Low, double High, bool Free, string Note);

/// <summary>A serving engine as the fit starts from it.</summary>
internal sealed record FitEngine(
    string Id, string Name, IReadOnlyList<string> Aliases, IReadOnlyList<string> DefaultFor, BatchPolicy Batching, CachePolicy Caching, string SchedulingNote,
    IReadOnlyList<EngineFitParameter> Parameters);

/// <summary>Priors and bounds of every engine parameter; see <c>evidence/serving-fit.yaml</c>. Parameters under <c>shared</c> are each engine's own, from the same prior.</summary>
internal sealed record EngineFitPlan(IReadOnlyList<FitEngine> Engines)
{
    public IReadOnlyList<EngineFitParameter> Free { get; } = [.. Engines.SelectMany(engine => engine.Parameters).Where(parameter => parameter.Free)];

    public static EngineFitPlan Load(string path) => MappingReader.ReadFile(path, root =>
    {
        var shared = root.Mappings("shared", "name").Select(parameter => Parameter("", parameter)).ToArray();
        return new EngineFitPlan([.. root.Mappings("engines", "id").Select(engine => Engine(engine, shared))]);
    });

    /// <summary>An engine at the given values of the free parameters.</summary>
    public ServingEngine Resolve(string id, IReadOnlyDictionary<EngineFitParameter, double> values)
    {
        var engine = Engines.Single(candidate => candidate.Id == id);
        return new ServingEngine(
            id, engine.Name,
            engine.Parameters.ToDictionary(one => one.Name, one => new Sourced<double>(values.GetValueOrDefault(one, one.Prior), "ORRERY-FIT", Confidence.Estimated)),
            null)
        {
            Batching = engine.Batching,
            Caching = engine.Caching,
        };
    }

    private static FitEngine Engine(MappingReader engine, IReadOnlyList<EngineFitParameter> shared)
    {
        var id = engine.Text("id");
        var own = engine.Mappings("parameters", "name").Select(parameter => Parameter(id, parameter)).ToList();
        return new FitEngine(
            id, engine.Text("name"), engine.Texts("aliases"), engine.Texts("default_for"), engine.Word<BatchPolicy>("batching"), engine.Word<CachePolicy>("caching"),
            engine.OptionalText("note") ?? "",
            [.. shared.Where(one => own.All(other => other.Name != one.Name)).Select(one => one with { Engine = id }), .. own]);
    }

    private static EngineFitParameter Parameter(string engine, MappingReader parameter)
    {
        double Number(string key, double otherwise) =>
            parameter.OptionalText(key) is { } text ? double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) : otherwise;

        return new EngineFitParameter(
            engine, parameter.Text("name"), Number("prior", double.NaN), Number("sd", 0), Number("low", double.NaN), Number("high", double.NaN),
            parameter.Flag("fit"), parameter.OptionalText("note") ?? "");
    }
}
