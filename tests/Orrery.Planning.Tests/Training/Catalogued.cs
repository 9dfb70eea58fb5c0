using Orrery.Catalog;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Software;

namespace Orrery.Planning.Tests.Training;

/// <summary>What the catalog ships, as a starting point for random questions and for known answers.</summary>
internal static class Catalogued
{
    public static OrreryCatalog Catalog { get; } =
        OrreryCatalog.Open(CatalogRoot.Find() ?? throw new InvalidOperationException("no catalog above the test's folder"));

    public static SoftwareStack Megatron { get; } = Catalog.Stack("megatron");

    public static AiSystem H100 { get; } = Catalog.System("dgx-h100");

    public static AiSystem A100 { get; } = Catalog.System("dgx-a100");

    public static Sourced<T> Of<T>(T value) where T : struct => new(value, "test", Confidence.Assumed);
}
