using System.Collections.Immutable;
using Orrery.Catalog.Hardware;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Hardware;
using Orrery.Domain.Reliability;
using Orrery.Domain.Software;
using Orrery.Domain.Workloads;

namespace Orrery.Catalog;

/// <summary>Values as data: what a thing says, which values carry ranges, and views that read other values instead.</summary>
public sealed partial class OrreryCatalog
{
    /// <summary>A view in which the value at a path ("chips/ascend-910c:memory.bandwidth") reads as the given text.</summary>
    /// <exception cref="InvalidInputException">The path names no file; a path inside the file is checked when it is read.</exception>
    public OrreryCatalog WithOverride(string path, string text) => WithOverride(path, new ValueOverride(null, text));

    /// <summary>A view in which the value at a path reads as one end of its range.</summary>
    public OrreryCatalog WithOverride(string path, RangeEnd end) => WithOverride(path, new ValueOverride(end, ""));

    /// <summary>Every value of a thing as its file writes it, in reading order.</summary>
    public IReadOnlyList<CatalogValue> Describe(CatalogKind kind, string name)
    {
        var values = new List<CatalogValue>();
        Read(kind, _files.Resolve(kind, name) ?? throw Unknown(kind, name), values);
        return values;
    }

    /// <summary>Every value with a range that a system (its fabric, its chip, its kernel and failure profiles), a stack, a law or a serving engine depends on.</summary>
    public IReadOnlyList<RangedInput> RangedInputs(AiSystem system, SoftwareStack? stack = null, CriticalBatchLaw? law = null, ServingEngine? engine = null)
    {
        var inputs = new List<RangedInput>();
        AddRanged(inputs, CatalogKind.Systems, VariantText.NameOf(system.Id), []);
        AddRanged(inputs, CatalogKind.Chips, system.Chip.Id, []);
        AddRanged(inputs, CatalogKind.Kernels, system.Chip.KernelProfileId, []);
        AddRanged(inputs, CatalogKind.Reliability, system.Failures?.Id ?? "", []);
        AddRanged(inputs, CatalogKind.Software, stack?.Id ?? "", []);
        AddRanged(inputs, CatalogKind.Laws, law?.Id ?? "", []);
        AddRanged(inputs, CatalogKind.Engines, engine?.Id ?? "", []);
        return inputs;
    }

    /// <param name="seen">Paths that a thing based on this one replaces, and those already listed.</param>
    private void AddRanged(List<RangedInput> inputs, CatalogKind kind, string id, HashSet<string> seen)
    {
        if (id.Length == 0)
        {
            return;
        }

        var values = Describe(kind, id);
        foreach (var value in values.Where(value => seen.Add(value.Path) && value.IsRanged && CanMatter(value.Path)))
        {
            inputs.Add(new RangedInput(
                $"{kind.Folder()}/{id}:{value.Path}", value.Low, value.Value, value.High, value.Confidence!.Value, value.Source,
                value.Text, value.LowText, value.HighText));
        }

        if (kind is CatalogKind.Software or CatalogKind.Engines && values.FirstOrDefault(value => value.Path == "based_on") is { } basis)
        {
            AddRanged(inputs, kind, basis.Text, seen);
        }
    }

    /// <summary>What others say of a whole, other conventions for a peak and what an architecture could grow to are for show; no
    /// result is computed from them.</summary>
    private static bool CanMatter(string path) =>
        path is not ("launch" or "scale_up_limit") && !path.StartsWith("claims.", StringComparison.Ordinal) && !path.StartsWith("other_peaks.", StringComparison.Ordinal);

    private OrreryCatalog WithOverride(string path, ValueOverride change)
    {
        var colon = path.IndexOf(':', StringComparison.Ordinal);
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        if (colon < 0 || slash < 0 || slash > colon || KindOf(path[..slash]) is not { } kind
            || _files.Document(kind, path[(slash + 1)..colon]) is null)
        {
            throw new InvalidInputException(new Diagnostic(
                Severity.Error, DiagnosticCode.UnknownPath,
                $"'{path}' is not a catalog value, expected FOLDER/ID:PATH such as chips/h100-sxm:memory.bandwidth"));
        }

        var file = new FileKey(kind, path[(slash + 1)..colon]);
        var changes = _overrides.GetValueOrDefault(file, ImmutableDictionary<string, ValueOverride>.Empty);
        return new OrreryCatalog(_files, this, _overrides.SetItem(file, changes.SetItem(path[(colon + 1)..], change)));
    }

    private static CatalogKind? KindOf(string folder)
    {
        foreach (var kind in Enum.GetValues<CatalogKind>())
        {
            if (kind.Folder() == folder)
            {
                return kind;
            }
        }

        return null;
    }

    /// <summary>The thing as the catalog below has it, around its part in this view; null where its own file must be read again.</summary>
    private object? Shared(CatalogKind kind, string id)
    {
        // Stacks, engines and models are merged with what they are based on, which no rebuilding around a part can undo.
        var isMerged = kind is CatalogKind.Software or CatalogKind.Engines or CatalogKind.Models;
        if (_base is null || _overrides.Keys.Any(file => (file.Kind == kind && file.Id == id) || (isMerged && file.Kind == kind)))
        {
            return null;
        }

        return _base.Load(kind, id) switch
        {
            Chip { KernelProfileId.Length: > 0 } chip => chip.Around((KernelProfile)Load(CatalogKind.Kernels, chip.KernelProfileId)),
            AiSystem system => system.Around(
                (Chip)Load(CatalogKind.Chips, system.Chip.Id),
                system.Failures is { } failures ? (FailureProfile)Load(CatalogKind.Reliability, failures.Id) : null),
            Fleet fleet => fleet with { Holdings = [.. fleet.Holdings.Select(holding => holding with { System = (AiSystem)Load(CatalogKind.Systems, holding.System.Id) })] },
            var thing => thing,
        };
    }
}
