using System.Collections.Concurrent;
using System.Collections.Immutable;
using Orrery.Catalog.Facts;
using Orrery.Catalog.Fleets;
using Orrery.Catalog.Hardware;
using Orrery.Catalog.Laws;
using Orrery.Catalog.Models;
using Orrery.Catalog.Policies;
using Orrery.Catalog.Reliability;
using Orrery.Catalog.Software;
using Orrery.Catalog.Workloads;
using Orrery.Catalog.Yaml;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;
using Orrery.Domain.Models;
using Orrery.Domain.Policies;
using Orrery.Domain.Reliability;
using Orrery.Domain.Software;
using Orrery.Domain.Workloads;

namespace Orrery.Catalog;

/// <summary>
/// The facts, by name. Only files that are asked for are read, once; views made by <c>WithOverride</c> share the parsed
/// documents and re-read only what an override touches. Safe to use from many threads.
/// </summary>
/// <remarks>Not called Catalog: inside this program that name is the namespace.</remarks>
public sealed partial class OrreryCatalog
{
    internal const string SourceFile = "sources.yaml";

    private readonly CatalogFiles _files;
    private readonly OrreryCatalog? _base;
    private readonly ImmutableDictionary<FileKey, ImmutableDictionary<string, ValueOverride>> _overrides;
    private readonly ConcurrentDictionary<FileKey, object> _things = new();

    /// <summary>The parts this thread is in the middle of reading, to stop at circles.</summary>
    [ThreadStatic]
    private static HashSet<FileKey>? _open;

    private OrreryCatalog(
        CatalogFiles files, OrreryCatalog? origin,
        ImmutableDictionary<FileKey, ImmutableDictionary<string, ValueOverride>> overrides)
    {
        (_files, _base, _overrides) = (files, origin, overrides);
    }

    internal CatalogFiles Files => _files;

    public string Folder => _files.Folder;

    /// <summary>The folder of files of one's own beside those; null where there is none.</summary>
    public string? OwnFolder => _files.Own;

    /// <summary>The file that holds a thing.</summary>
    public string PathOf(CatalogKind kind, string id) => _files.PathOf(kind, id);

    /// <summary>Opens a catalog folder; nothing in it is read yet.</summary>
    /// <param name="own">A folder of the same form whose files are added and stand before those of the same id; its sources.yaml may be absent.</param>
    /// <exception cref="InvalidInputException">There is no such folder, or it has no sources.yaml.</exception>
    public static OrreryCatalog Open(string folder, string? own = null)
    {
        if (!File.Exists(Path.Combine(folder, SourceFile)))
        {
            throw new InvalidInputException(new Diagnostic(
                Severity.Error, DiagnosticCode.Unreadable, $"'{folder}' is not a catalog, expected a folder with a file sources.yaml",
                Hint: "ORRERY_HOME names the folder that holds catalog/ and evidence/"));
        }

        if (own is not null && !Directory.Exists(own))
        {
            throw new InvalidInputException(new Diagnostic(
                Severity.Error, DiagnosticCode.Unreadable, $"there is no folder '{own}' to add to the catalog",
                Hint: "ORRERY_CATALOG names a folder with chips/, kernels/, systems/, software/ ... of your own"));
        }

        return new OrreryCatalog(
            new CatalogFiles(Whole(folder), own is null ? null : Whole(own)), null, ImmutableDictionary<FileKey, ImmutableDictionary<string, ValueOverride>>.Empty);
    }

    private static string Whole(string folder) => Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar);

    /// <summary>The chip of an id or alias.</summary>
    /// <exception cref="InvalidInputException">Unknown, or its files are wrong; with every finding. So for the others below.</exception>
    public Chip Chip(string name) => FindChip(name) ?? throw Unknown(CatalogKind.Chips, name);

    /// <summary>A system, or one with values of the reader's: <c>NAME with domain=8,memory-bandwidth=8TB/s</c>.</summary>
    /// <exception cref="InvalidInputException">Unknown, its files are wrong, or a change is.</exception>
    public AiSystem System(string name) => FindSystem(name) ?? throw Unknown(CatalogKind.Systems, VariantText.NameOf(name));

    /// <summary>A model, or one of another depth or width: <c>NAME with layers=176,hidden=22528</c>.</summary>
    public Transformer Model(string name) => FindModel(name) ?? throw Unknown(CatalogKind.Models, VariantText.NameOf(name));

    /// <summary>NAME and what is changed of it where a text reads <c>NAME with KEY=VALUE</c>; null where it does not.</summary>
    public static (string Name, string Changes)? Variant(string text) => VariantText.Split(text);

    /// <summary>A model from elsewhere, changed as <see cref="Model"/> changes those of the catalog.</summary>
    /// <exception cref="InvalidInputException">A change is unknown or no value; every finding is in it.</exception>
    public static Transformer Changed(Transformer model, string changes) => ModelVariant.Apply(model, changes);

    public SoftwareStack Stack(string name) => FindStack(name) ?? throw Unknown(CatalogKind.Software, name);

    /// <summary>The stack that a vendor's chips are taken to run where nobody names one.</summary>
    /// <exception cref="MissingFactException">No stack of the catalog says so.</exception>
    public SoftwareStack DefaultStack(Chip chip) =>
        Ids(CatalogKind.Software).Select(Stack).FirstOrDefault(stack => stack.DefaultFor.Contains(chip.Vendor))
        ?? throw new MissingFactException($"no software stack is the default for chips of {chip.Vendor}; name one with --stack");

    public ServingEngine Engine(string name) => FindEngine(name) ?? throw Unknown(CatalogKind.Engines, name);

    /// <summary>The serving engine that a vendor's chips are taken to run where nobody names one.</summary>
    /// <exception cref="MissingFactException">No engine of the catalog says so.</exception>
    public ServingEngine DefaultEngine(Chip chip) =>
        Ids(CatalogKind.Engines).Select(Engine).FirstOrDefault(engine => engine.DefaultFor.Contains(chip.Vendor))
        ?? throw new MissingFactException($"no serving engine is the default for chips of {chip.Vendor}; name one with --engine");

    public KernelProfile Kernels(string name) => FindKernels(name) ?? throw Unknown(CatalogKind.Kernels, name);

    public FactSheet Price(string name) => FindPrice(name) ?? throw Unknown(CatalogKind.Prices, name);

    public FactSheet Policy(string name) => FindPolicy(name) ?? throw Unknown(CatalogKind.Policies, name);

    public Fleet Fleet(string name) => FindFleet(name) ?? throw Unknown(CatalogKind.Fleets, name);

    public CriticalBatchLaw CriticalBatchLaw(string name) => FindCriticalBatchLaw(name) ?? throw Unknown(CatalogKind.Laws, name);

    public LossLaw LossLaw(string name) => FindLossLaw(name) ?? throw Unknown(CatalogKind.LossLaws, name);

    public FailureProfile Failures(string name) => FindFailures(name) ?? throw Unknown(CatalogKind.Reliability, name);

    public ReferenceWorkload Workload(string name) => FindWorkload(name) ?? throw Unknown(CatalogKind.Workloads, name);

    public ExportRule Rule(string name) => FindRule(name) ?? throw Unknown(CatalogKind.Rules, name);

    /// <summary>A rule of one's own in a file outside the catalog.</summary>
    /// <exception cref="InvalidInputException">The file is wrong; every finding is in it.</exception>
    public static ExportRule RuleOf(string path) => RuleReader.ReadFile(path);

    /// <summary>The law of the critical batch that a question means that names none.</summary>
    /// <exception cref="MissingFactException">No law of the catalog says so.</exception>
    public CriticalBatchLaw DefaultCriticalBatchLaw() =>
        Ids(CatalogKind.Laws).Select(CriticalBatchLaw).FirstOrDefault(law => law.IsDefault)
        ?? throw new MissingFactException("no law of the critical batch is the default one; name one");

    /// <summary>The loss law that a question means that names none.</summary>
    /// <exception cref="MissingFactException">No law of the catalog says so.</exception>
    public LossLaw DefaultLossLaw() =>
        Ids(CatalogKind.LossLaws).Select(LossLaw).FirstOrDefault(law => law.IsDefault)
        ?? throw new MissingFactException("no loss law is the default one; name one");

    /// <summary>The chip of an id or alias, or null where no chip has that name. So for the others below.</summary>
    public Chip? FindChip(string name) => Find<Chip>(CatalogKind.Chips, name);

    public AiSystem? FindSystem(string name) => VariantText.Split(name) is var (own, changes)
        ? Find<AiSystem>(CatalogKind.Systems, own) is { } system ? SystemVariant.Apply(system, changes) : null
        : Find<AiSystem>(CatalogKind.Systems, name);

    public Transformer? FindModel(string name) => Find<Transformer>(CatalogKind.Models, name)
        ?? (VariantText.Split(name) is var (own, changes) && Find<Transformer>(CatalogKind.Models, own) is { } model ? ModelVariant.Apply(model, changes) : null);

    public SoftwareStack? FindStack(string name) => Find<SoftwareStack>(CatalogKind.Software, name);

    public ServingEngine? FindEngine(string name) => Find<ServingEngine>(CatalogKind.Engines, name);

    public KernelProfile? FindKernels(string name) => Find<KernelProfile>(CatalogKind.Kernels, name);

    public FactSheet? FindPrice(string name) => Find<FactSheet>(CatalogKind.Prices, name);

    public FactSheet? FindPolicy(string name) => Find<FactSheet>(CatalogKind.Policies, name);

    public Fleet? FindFleet(string name) => Find<Fleet>(CatalogKind.Fleets, name);

    public CriticalBatchLaw? FindCriticalBatchLaw(string name) => Find<CriticalBatchLaw>(CatalogKind.Laws, name);

    public LossLaw? FindLossLaw(string name) => Find<LossLaw>(CatalogKind.LossLaws, name);

    public FailureProfile? FindFailures(string name) => Find<FailureProfile>(CatalogKind.Reliability, name);

    public ReferenceWorkload? FindWorkload(string name) => Find<ReferenceWorkload>(CatalogKind.Workloads, name);

    public ExportRule? FindRule(string name) => Find<ExportRule>(CatalogKind.Rules, name);

    /// <summary>All ids of a kind, in ordinal order, from the file names alone.</summary>
    public IReadOnlyList<string> Ids(CatalogKind kind) => _files.Ids(kind);

    /// <summary>Where values come from, by id; read afresh at each call.</summary>
    /// <exception cref="InvalidInputException">The list itself is wrong.</exception>
    public IReadOnlyDictionary<string, SourceEntry> Sources()
    {
        var findings = new DiagnosticList();
        var sources = ReadSources(findings);
        findings.ThrowOnErrors();
        return sources;
    }

    /// <summary>The id that a name means, or null.</summary>
    public string? Resolve(CatalogKind kind, string name) => _files.Resolve(kind, name);

    /// <summary>The id whose own text or alias reads most like the name; null where nothing is close.</summary>
    public string? Suggest(CatalogKind kind, string name) => _files.Index(kind).Suggest(name);

    /// <summary>The system that a measured row means: the one its system text names, else the default one of the chip that its
    /// chip text names, else the one that the chip text names as a system; null where none does. A chip text that means nothing is
    /// never passed over for a system that is known.</summary>
    public AiSystem? FindSystemOf(string chipText, string systemText)
    {
        var chip = _files.Resolve(CatalogKind.Chips, chipText);
        var named = systemText.Trim().Length == 0 ? null : FindSystem(systemText);
        if (named is not null && (chipText.Trim().Length == 0 || named.Chip.Id == chip))
        {
            return named;
        }

        if (chip is not null)
        {
            return FindChip(chip) is { DefaultSystem.Length: > 0 } found ? FindSystem(found.DefaultSystem) : null;
        }

        return FindSystem(chipText);
    }

    /// <summary>A fleet of one's own, from a file outside the catalog; it may name systems of the catalog, and its id is its own affair.</summary>
    /// <exception cref="InvalidInputException">Something is wrong with it; every finding is in the exception.</exception>
    public Fleet ReadFleet(string path)
    {
        var file = YamlFile.Load(path, path);
        var context = new ReadContext(path);
        context.Diagnostics.AddRange(file.Diagnostics);
        if (file.Root is null)
        {
            context.Diagnostics.ThrowOnErrors();
        }

        var root = new MappingReader(context, file.Root!);
        var header = ThingHeader.Read(context, root, fileId: null);
        var fleet = FleetReader.Read(header, root, (at, id) => SystemOf(context, at, id));
        root.ReportUnknownKeys();
        context.Diagnostics.ThrowOnErrors();
        return fleet;
    }

    /// <summary>By id or any name, since whoever writes a file of their own need not know ids; with values of their own where they give them.</summary>
    private AiSystem? SystemOf(ReadContext context, MappingReader at, string name)
    {
        try
        {
            return name.Length == 0 ? null
                : FindSystem(name) ?? Part<AiSystem>(context, at, "system", CatalogKind.Systems, VariantText.NameOf(name));
        }
        catch (InvalidInputException wrong)
        {
            foreach (var finding in wrong.Diagnostics)
            {
                at.Error("system", finding.Code, finding.Message, finding.Hint);
            }

            return null;
        }
    }

    private InvalidInputException Unknown(CatalogKind kind, string name) => new(new Diagnostic(
        Severity.Error, DiagnosticCode.UnknownName, $"no {kind.Word()} is called '{name}'",
        Hint: Suggest(kind, name) is { } close ? $"did you mean '{close}'?" : $"'orrery catalog list {kind.Folder()}' names them all"));

    private T? Find<T>(CatalogKind kind, string name) where T : class =>
        _files.Resolve(kind, name) is { } id ? (T)Load(kind, id) : null;

    private object Load(CatalogKind kind, string id) =>
        _things.GetOrAdd(new FileKey(kind, id), key => Shared(key.Kind, key.Id) ?? Read(key.Kind, key.Id, null));

    /// <summary>Reads one thing afresh, telling the recorder every value on the way.</summary>
    internal object Read(CatalogKind kind, string id, List<CatalogValue>? recorder)
    {
        var document = _files.Document(kind, id)!;
        var context = new ReadContext(document.Name, _overrides.GetValueOrDefault(new FileKey(kind, id)), recorder, _files.Values(kind, id));
        context.Diagnostics.AddRange(document.Diagnostics);
        if (document.Root is null)
        {
            context.Diagnostics.ThrowOnErrors();
        }

        var root = new MappingReader(context, document.Root!);
        var header = ThingHeader.Read(context, root, id);
        object thing = kind switch
        {
            CatalogKind.Chips => ChipReader.Read(header, root, profile => Part<KernelProfile>(context, root, "kernel_profile", CatalogKind.Kernels, profile)),
            CatalogKind.Systems => SystemReader.Read(
                header, root, chip => Part<Chip>(context, root, "chip", CatalogKind.Chips, chip),
                profile => Part<FailureProfile>(context, root, "failure_profile", CatalogKind.Reliability, profile)),
            CatalogKind.Models => ModelReader.Read(header, root, id => Part<Transformer>(context, root, "same_architecture_as", CatalogKind.Models, id)),
            CatalogKind.Kernels => KernelProfileReader.Read(header, root),
            CatalogKind.Software => StackReader.Read(header, root, id => Part<SoftwareStack>(context, root, "based_on", CatalogKind.Software, id)),
            CatalogKind.Engines => EngineReader.Read(header, root, id => Part<ServingEngine>(context, root, "based_on", CatalogKind.Engines, id)),
            CatalogKind.Reliability => FailureProfileReader.Read(header, root),
            CatalogKind.Rules => RuleReader.Read(header, root),
            CatalogKind.Workloads => ReferenceWorkloadReader.Read(header, root),
            CatalogKind.Laws => CriticalBatchReader.Read(header, root),
            CatalogKind.LossLaws => LossLawReader.Read(header, root),
            CatalogKind.Fleets => FleetReader.Read(header, root, (at, id) => id.Length == 0 ? null : Part<AiSystem>(context, at, "system", CatalogKind.Systems, id)),
            _ => FactSheetReader.Read(header, root),
        };
        root.ReportUnknownKeys();
        foreach (var path in context.UnusedOverrides)
        {
            context.Diagnostics.Error(DiagnosticCode.UnknownPath, $"there is no value at '{path}' to override", document.Name);
        }

        context.Diagnostics.ThrowOnErrors();
        return thing;
    }

    /// <summary>One thing, or null where its files are wrong.</summary>
    internal object? TryRead(CatalogKind kind, string id)
    {
        try
        {
            return Load(kind, id);
        }
        catch (InvalidInputException)
        {
            return null;
        }
    }

    /// <summary>The sources of both folders; an own entry stands before a shipped one of the same id.</summary>
    internal IReadOnlyDictionary<string, SourceEntry> ReadSources(DiagnosticList findings)
    {
        var sources = new Dictionary<string, SourceEntry>(StringComparer.Ordinal);
        foreach (var folder in _files.Folders.Where(folder => File.Exists(Path.Combine(folder, SourceFile))))
        {
            foreach (var (id, entry) in SourceListReader.Read(YamlFile.Load(Path.Combine(folder, SourceFile), CatalogFiles.NameOf(folder, SourceFile)), findings))
            {
                sources.TryAdd(id, entry);
            }
        }

        return sources;
    }

    /// <summary>Another thing that this one is made of; what is wrong with it is wrong with this one too.</summary>
    private T? Part<T>(ReadContext context, MappingReader root, string key, CatalogKind kind, string id) where T : class
    {
        var open = _open ??= [];
        if (!open.Add(new FileKey(kind, id)))
        {
            root.Error(key, DiagnosticCode.BadValue, $"'{key}' is '{id}', which leads back here, expected a thing of its own");
            return null;
        }

        try
        {
            if (_files.Document(kind, id) is not null)
            {
                return (T)Load(kind, id);
            }

            var close = Suggest(kind, id);
            root.Error(
                key, DiagnosticCode.UnknownName, $"'{key}' is '{id}', expected the id of a file in {kind.Folder()}/",
                close is null ? "" : $"did you mean '{close}'?");
        }
        catch (InvalidInputException error)
        {
            context.Diagnostics.AddRange(error.Diagnostics);
        }
        finally
        {
            open.Remove(new FileKey(kind, id));
        }

        return null;
    }
}
