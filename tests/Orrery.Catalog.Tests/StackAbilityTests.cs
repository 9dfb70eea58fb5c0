using Orrery.Catalog.Checks;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Software;
using Orrery.Domain.Strategies;
using Xunit;

namespace Orrery.Catalog.Tests;

/// <summary>What a stack says that it can do: read, inherited, and wrong.</summary>
public sealed class StackAbilityTests
{
    private const string Lists = """
        schedules: [1f1b, zero-bubble, dualpipe]
        shardings: [none, zero1, zero2, zero3, hsdp]
        offloads: [activations, weights, optimizer]
        """;

    [Fact]
    public void Lists_AreReadInTheirOrder()
    {
        using var scratch = new ScratchCatalog().Write("software/one.yaml", Stack("one", Lists));
        var stack = scratch.Open().Stack("one");
        Assert.Equal([PipelineSchedule.OneForwardOneBackward, PipelineSchedule.ZeroBubble, PipelineSchedule.DualPipe], stack.Schedules);
        Assert.Equal([Sharding.None, Sharding.Zero1, Sharding.Zero2, Sharding.Zero3, Sharding.Hsdp], stack.Shardings);
        Assert.Equal([OffloadTarget.Activations, OffloadTarget.Weights, OffloadTarget.Optimizer], stack.Offloads);
        Assert.Empty(CatalogCheck.Run(scratch.Open()));
    }

    [Fact]
    public void AListThatIsLeftOut_IsThatOfTheBase_AndAnEmptyOneIsEmpty()
    {
        using var scratch = new ScratchCatalog()
            .Write("software/one.yaml", Stack("one", Lists))
            .Write("software/two.yaml", Stack("two", "based_on: one\nschedules: []\noffloads: [optimizer]"));
        var stack = scratch.Open().Stack("two");
        Assert.Empty(stack.Schedules);
        Assert.Equal(5, stack.Shardings.Count);
        Assert.Equal([OffloadTarget.Optimizer], stack.Offloads);
    }

    [Theory]
    [InlineData("shardings: [none]\noffloads: []", "error ORR0104: 'schedules' is missing, expected a list of 1f1b, zero-bubble, dualpipe here or in the stack this one is based on", "")]
    [InlineData("schedules: []\noffloads: []", "error ORR0104: 'shardings' is missing, expected a list of none, zero1, zero2, zero3, hsdp here or in the stack this one is based on", "")]
    [InlineData("schedules: []\nshardings: [none]", "error ORR0104: 'offloads' is missing, expected a list of activations, weights, optimizer here or in the stack this one is based on", "")]
    [InlineData("schedules: []\nshardings: []\noffloads: []", "error ORR0110: 'shardings' is empty, expected at least none", "")]
    [InlineData("schedules: [zero-bubbles]\nshardings: [none]\noffloads: []", "error ORR0103: 'schedules' holds 'zero-bubbles', expected 1f1b, zero-bubble, dualpipe", "did you mean 'zero-bubble'?")]
    [InlineData("schedules: 1f1b\nshardings: [none]\noffloads: []", "error ORR0103: 'schedules' is '1f1b', expected a list", "")]
    [InlineData("schedules: []\nshardings: [zero1, zero1]\noffloads: []", "error ORR0103: 'shardings' holds 'zero1' twice, expected each word once", "")]
    [InlineData("schedules: []\nshardings: [none]\noffloads: [[weights]]", "error ORR0103: 'offloads' holds a list, expected activations, weights, optimizer", "")]
    public void AListThatIsWrong_IsAnErrorAtItsPlace(string lists, string message, string hint)
    {
        using var scratch = new ScratchCatalog().Write("software/one.yaml", Stack("one", lists));
        var finding = Assert.Single(CatalogCheck.Run(scratch.Open()));
        Assert.EndsWith(message, finding.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("catalog/software/one.yaml:", finding.ToString(), StringComparison.Ordinal);
        Assert.Equal(hint, finding.Hint);
    }

    [Fact]
    public void ABaseThatIsNotThere_IsOneError()
    {
        using var scratch = new ScratchCatalog().Write("software/two.yaml", Stack("two", "based_on: one"));
        Assert.Equal(DiagnosticCode.UnknownName, Assert.Single(CatalogCheck.Run(scratch.Open())).Code);
    }

    [Fact]
    public void Describe_ShowsTheLists()
    {
        var values = Repository.Open().Describe(CatalogKind.Software, "torchtitan").ToDictionary(value => value.Path, value => value.Text);
        Assert.Equal("1f1b, zero-bubble", values["schedules"]);
        Assert.Equal("none, zero2, zero3, hsdp", values["shardings"]);
        Assert.Equal("weights, optimizer", values["offloads"]);
    }

    [Fact]
    public void ShippedStacks_CanDoWhatTheirProjectsDocument()
    {
        var catalog = Repository.Open();
        Assert.Equal([PipelineSchedule.OneForwardOneBackward], catalog.Stack("megatron").Schedules);
        Assert.Equal([OffloadTarget.Activations, OffloadTarget.Optimizer], catalog.Stack("megatron").Offloads);
        Assert.DoesNotContain(Sharding.Zero3, catalog.Stack("megatron-2021").Shardings);
        Assert.Empty(catalog.Stack("llm-foundry").Schedules);
        Assert.Equal([Sharding.None, Sharding.Zero1], catalog.Stack("neuron").Shardings);
    }

    private static string Stack(string id, string lists) =>
        $"id: {id}\nname: Stack {id}\naliases: []\nsource: BOOK\nconfidence: published\n{lists}\nparameters: {{ a: 1 }}\n";
}
