using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Orrery.Architecture.Tests;

/// <summary>Dependencies point one way; a library may use only what stands before it.</summary>
public sealed partial class LayerTests
{
    // The rank of each library; one may refer to lower ranks only, never to its own.
    private static readonly Dictionary<string, int> Rank = new(StringComparer.Ordinal)
    {
        ["Orrery.Quantities"] = 0,
        ["Orrery.Domain"] = 1,
        ["Orrery.Catalog"] = 2,
        ["Orrery.Analysis"] = 2,
        ["Orrery.Interchange"] = 2,
        ["Orrery.Simulation"] = 3,
        ["Orrery.Planning"] = 4,
        ["Orrery.Comparison"] = 5,
        ["Orrery.Policy"] = 6,
        ["Orrery.Evidence"] = 6,
        ["Orrery.Cli"] = 7,
        ["Orrery.Server"] = 7,
    };

    public static TheoryData<string> Libraries() =>
        new(Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Project_references_point_down(string library)
    {
        Assert.True(Rank.ContainsKey(library), $"{library} has no place in the layers: give it a rank here");
        var project = XDocument.Load(Path.Combine(Repository.Root, "src", library, library + ".csproj"));
        var references = project.Descendants("ProjectReference")
            .Select(element => Path.GetFileNameWithoutExtension(element.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.All(references, reference =>
            Assert.True(Rank[reference] < Rank[library], $"{library} refers to {reference}, which does not stand below it"));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Namespaces_used_stand_below_the_library(string library)
    {
        var wrong =
            from file in Repository.Sources($"src/{library}")
            from Match use in NamespaceUse().Matches(File.ReadAllText(file))
            let used = use.Groups[1].Value
            where used != library && Rank.GetValueOrDefault(used, int.MaxValue) >= Rank[library]
            select $"{Repository.Relative(file)} uses {used}";

        Assert.Empty(wrong.Distinct());
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_file_declares_the_namespace_of_its_library(string library)
    {
        var wrong =
            from file in Repository.Sources($"src/{library}")
            let declared = NamespaceDeclaration().Match(File.ReadAllText(file))
            where declared.Success && declared.Groups[1].Value != library && !declared.Groups[1].Value.StartsWith(library + ".", StringComparison.Ordinal)
            select $"{Repository.Relative(file)} declares {declared.Groups[1].Value}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void Only_Domain_stands_on_Quantities_alone()
    {
        var project = XDocument.Load(Path.Combine(Repository.Root, "src", "Orrery.Quantities", "Orrery.Quantities.csproj"));
        Assert.Empty(project.Descendants("ProjectReference"));
        Assert.Empty(project.Descendants("PackageReference"));
    }

    [GeneratedRegex(@"^\s*using\s+(?:static\s+)?(?:\w+\s*=\s*)?(Orrery\.\w+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceUse();

    [GeneratedRegex(@"^namespace\s+([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceDeclaration();
}
