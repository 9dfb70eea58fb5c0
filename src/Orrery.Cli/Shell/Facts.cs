using System.Globalization;
using Orrery.Analysis.Serving;
using Orrery.Analysis.Training;
using Orrery.Catalog;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Policies;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Interchange.HuggingFace;

namespace Orrery.Cli.Shell;

/// <summary>What the words of a command line name: models, systems, stacks. Collects what is wrong, so that all of it is said at once.</summary>
internal sealed class Facts
{
    private readonly DiagnosticList _wrong = [];
    private readonly DiagnosticList _warnings = [];

    public OrreryCatalog Catalog { get; } = Tool.OpenCatalog();

    /// <summary>MODEL@SYSTEM:CHIPS in its three parts.</summary>
    public (Transformer Model, Cluster Cluster)? Scenario(string text)
    {
        // The last '@': a path to a model's configuration may contain one.
        var at = text.LastIndexOf('@');
        if (at <= 0 || at == text.Length - 1)
        {
            _wrong.Error(CommandLineCode.BadValue, $"'{text}' is not MODEL@SYSTEM:CHIPS", hint: "for example llama-3.1-405b@gb200-nvl72:72");
            return null;
        }

        var model = Model(text[..at]);
        var cluster = Cluster(text[(at + 1)..]);
        return model is null || cluster is null ? null : (model, cluster);
    }

    /// <summary>SYSTEM (one of it) or SYSTEM:CHIPS.</summary>
    public Cluster? Cluster(string text)
    {
        var colon = text.LastIndexOf(':');
        var name = colon < 0 ? text : text[..colon];
        var system = Try(() => Catalog.System(name));
        if (colon < 0)
        {
            return system is null ? null : new Cluster(system, system.Chips);
        }

        var number = text[(colon + 1)..];
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var chips) || chips is < 1 or > 10_000_000)
        {
            _wrong.Error(CommandLineCode.BadValue, $"'{number}' in '{text}' is not a number of chips, expected 1 to 10,000,000",
                hint: $"'{name}' alone is one system");
            return null;
        }

        return system is null ? null : new Cluster(system, chips);
    }

    /// <summary>A model of the catalog, or the path of a Hugging Face config.json or of its folder.</summary>
    public Transformer? Model(string text) => Try(() => IsPath(text)
        ? !Path.Exists(text) && OrreryCatalog.Variant(text) is var (path, changes) ? OrreryCatalog.Changed(ReadConfiguration(path), changes) : ReadConfiguration(text)
        : Catalog.Model(text));

    public SoftwareStack? Stack(string name) => Try(() => Catalog.Stack(name));

    /// <summary>The stack of that name, or the chip's own where none is given.</summary>
    public SoftwareStack? Stack(string? name, Chip chip) => name is null ? Try(() => Catalog.DefaultStack(chip)) : Stack(name);

    /// <summary>A fleet of the catalog, or the path of a YAML file that describes one.</summary>
    public Fleet? Fleet(string text) => Try(() =>
        text.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || text.EndsWith(".yml", StringComparison.OrdinalIgnoreCase) || text.Contains('/', StringComparison.Ordinal)
            ? Catalog.ReadFleet(text) : Catalog.Fleet(text));

    public ServingEngine? Engine(string name) => Try(() => Catalog.Engine(name));

    /// <summary>The engine of that name, or the chip's own where none is given.</summary>
    public ServingEngine? Engine(string? name, Chip chip) => name is null ? Try(() => Catalog.DefaultEngine(chip)) : Engine(name);

    public Chip? Chip(string name) => Try(() => Catalog.Chip(name));

    /// <summary>A rule of the catalog, or the path of a file that holds one.</summary>
    public ExportRule? Rule(string text) => IsYaml(text) ? Try(() => OrreryCatalog.RuleOf(text)) : Try(() => Catalog.Rule(text));

    private static bool IsYaml(string text) => text.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || text.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    public ReferenceWorkload? Workload(string name) => Try(() => Catalog.Workload(name));

    /// <summary>The law of the critical batch of that name, or the default one where none is given.</summary>
    public CriticalBatchLaw? Law(string? name) =>
        Try(() => name is null ? Catalog.DefaultCriticalBatchLaw() : Catalog.CriticalBatchLaw(name));

    /// <summary>The loss law of that name, or the default one where none is given.</summary>
    public LossLaw? LossLaw(string? name) => Try(() => name is null ? Catalog.DefaultLossLaw() : Catalog.LossLaw(name));

    /// <summary>Notes when a chip lacks the matrix units of a precision.</summary>
    public void CheckPrecision(Chip chip, TrainingPrecision precision)
    {
        var format = PrecisionRecipe.Of(precision).Format;
        if (chip.MatmulPeak(format) is null)
        {
            Wrong(
                StrategyRules.Code, $"{chip.Name} has no {format.ToString().ToUpperInvariant()} matrix units for {Words.Of(Words.Precisions, precision)}",
                "it can train in " + string.Join(", ", Words.Precisions.Where(word => chip.MatmulPeak(PrecisionRecipe.Of(word.Value).Format) is not null).Select(word => word.Key)));
        }
    }

    /// <summary>Notes when a chip cannot serve the formats of a model's weights.</summary>
    public void CheckServing(Chip chip, Transformer model, ServingPrecision precision)
    {
        Check(precision.Dense, isExperts: false);
        if (model.IsMixtureOfExperts)
        {
            Check(precision.Experts, isExperts: true);
        }

        void Check(WeightFormat format, bool isExperts)
        {
            if (ServableFormats.WhyNot(format, chip, isExperts) is { } why)
            {
                var servable = Words.WeightFormats.Where(word => ServableFormats.WhyNot(word.Value, chip, isExperts) is null).Select(word => word.Key).ToList();
                Wrong(
                    StrategyRules.Code, $"{chip.Name} cannot serve {(isExperts ? "routed experts" : "weights")} in {Words.Of(Words.WeightFormats, format)}: {why}",
                    servable.Count > 0 ? $"{(isExperts ? "--experts" : "--weights")} {string.Join(", ", servable)}" : "");
            }
        }
    }

    /// <summary>What was taken for granted on the way; no reason to stop.</summary>
    public IReadOnlyList<Diagnostic> Warnings => _warnings;

    /// <summary>What was wrong so far.</summary>
    public IReadOnlyList<Diagnostic> Found => _wrong;

    public void Add(IEnumerable<Diagnostic> found) => _wrong.AddRange(found);

    public void Wrong(string code, string message, string hint = "")
    {
        if (!_wrong.Any(item => item.Code == code && item.Message == message))
        {
            _wrong.Error(code, message, hint: hint);
        }
    }

    public void Warn(string code, string message, string hint = "") => _warnings.Warning(code, message, hint: hint);

    /// <summary>Stops with everything that was wrong, if anything was.</summary>
    public void Check() => _wrong.ThrowOnErrors();

    private static bool IsPath(string text) =>
        (OrreryCatalog.Variant(text)?.Name ?? text).EndsWith(".json", StringComparison.OrdinalIgnoreCase) || text.Contains('/', StringComparison.Ordinal)
        || text.Contains('\\', StringComparison.Ordinal) || text is "." or "..";

    private Transformer ReadConfiguration(string path)
    {
        var imported = HuggingFaceConfig.Load(path);
        _warnings.AddRange(imported.Warnings);
        return imported.Model;
    }

    /// <summary>Does something and notes what is wrong with its input.</summary>
    public void Try(Action read) => Try<object>(() =>
    {
        read();
        return new object();
    });

    /// <summary>What was found, or null where its input is wrong, which is noted.</summary>
    public T? Try<T>(Func<T> find) where T : class
    {
        try
        {
            return find();
        }
        catch (InvalidInputException invalid)
        {
            _wrong.AddRange(invalid.Diagnostics.Where(item => !_wrong.Contains(item)));
            return null;
        }
    }
}
