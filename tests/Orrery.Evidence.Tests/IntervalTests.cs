using Orrery.Catalog;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain.Diagnostics;
using Orrery.Evidence.Training;
using Xunit;

namespace Orrery.Evidence.Tests;

/// <summary>The 80 % interval holds about eight in ten of the measurements that it and the prediction have not seen, and widens where nothing was judged.</summary>
public sealed class IntervalTests
{
    private const string Header =
        "id,source,date,task,system,chip,chips,model,precision,gbs_sequences,mbs,seq_len,tp,pp,cp,vp,ep,etp,dp,sharding,recompute,recompute_modules,"
        + "cpu_offload_layers,moe_dispatcher,moe_a2a_overlap,dp_overlap,tp_comm_overlap,cuda_graph,pp_layout,recipe_match,recipe_ref,other_settings,"
        + "tokens_per_s_per_chip,model_tflops_per_s_per_chip,mfu_percent,iteration_s,notes,verified";

    private static readonly string Evidence = Repository.Folder("evidence");
    private static readonly ResidualTable Table = ResidualTable.Load(Path.Combine(Evidence, ResidualTable.FileName));
    private static readonly ValidatedGroup Known = new("dense", "hopper", "llama-3.1");

    /// <summary>Between 70 and 90 %, over all rows and for every class with twenty rows or more, whatever is left out.</summary>
    [Fact]
    public void Coverage_OfWhatWasLeftOut_IsBetweenSevenAndNineTenths()
    {
        var coverage = IntervalCoverage.Of(Table);
        Assert.Equal([LeftOut.Group, LeftOut.Chip, LeftOut.Model], coverage.Select(one => one.LeftOut));
        foreach (var one in coverage)
        {
            Assert.Equal(Table.Residuals.Count(residual => residual.LeftOut == one.LeftOut), one.All.Count);
            Assert.InRange(one.All.Coverage, 0.7, 0.9);
            Assert.All(
                one.ByGroup.Where(group => group.Key.StartsWith("class:", StringComparison.Ordinal) && group.Value.Count >= 20),
                group => Assert.InRange(group.Value.Coverage, 0.7, 0.9));
        }
    }

    /// <summary>What is judged does not count: a residual of a held fold, however wild, changes no interval that judges the fold.</summary>
    [Fact]
    public void Coverage_OfAFold_IsBlindToItsOwnResiduals()
    {
        var wild = new ResidualTable([.. Table.Residuals.Select(residual =>
            residual is { LeftOut: LeftOut.Chip, Generation: "hopper" } ? residual with { Value = 5 } : residual)]);
        static double Width(ResidualTable table) => IntervalCoverage.Of(table).Single(one => one.LeftOut == LeftOut.Chip).ByGroup["generation:hopper"].MeanWidth;
        Assert.Equal(Width(Table), Width(wild));
    }

    [Fact]
    public void AChipNeverValidated_IsSaidAndWidens()
    {
        var known = Spread(Known);
        var chip = Spread(Known with { Generation = "ascend-910b" });
        Assert.Empty(known.Outside);
        Assert.True(chip.ChipIsNew && chip.HalfWidth > known.HalfWidth);
        Assert.Contains("ascend-910b", Assert.Single(chip.Outside), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dense", "hopper")]
    [InlineData("fsdp", "ampere")]
    [InlineData("moe", "blackwell")]
    [InlineData("tpu", "tpu-v5")]
    public void AModelNeverValidated_NeverNarrows_AndBothNoveltiesAreWidest(string @class, string generation)
    {
        var family = Table.Residuals.First(residual => residual.Class == @class && residual.Generation == generation).Family;
        var known = new ValidatedGroup(@class, generation, family);
        var model = Spread(known with { Family = "no-such" });
        var both = Spread(known with { Family = "no-such", Generation = "no-such" });
        Assert.True(model.FamilyIsNew && !model.ChipIsNew);
        Assert.True(model.HalfWidth >= Spread(known).HalfWidth);
        Assert.True(both.HalfWidth > Spread(known).HalfWidth);
        Assert.Equal(2, both.Outside.Count);
    }

    /// <summary>One run repeated does not set the width: units of many rows are damped.</summary>
    [Fact]
    public void AResultRepeatedManyTimes_WeighsLessThanItsRows()
    {
        Residual Row(string source, double value) => new(LeftOut.Group, "0", source, "dense", "g", "f", "m", source, value);
        var few = Enumerable.Range(0, 9).Select(at => Row($"s{at}", 0.1)).Append(Row("big", 1)).ToList();
        var many = Enumerable.Range(0, 9).Select(at => Row($"s{at}", 0.1)).Concat(Enumerable.Repeat(Row("big", 1), 4)).ToList();
        var group = new ValidatedGroup("dense", "g", "f");
        Assert.Equal(0.1, ResidualSpread.Of(new ResidualTable(few), group)!.HalfWidth, 0.02);
        Assert.InRange(ResidualSpread.Of(new ResidualTable(many), group)!.HalfWidth, 0.1, 0.9);
    }

    [Fact]
    public void EveryShippedRow_HasAnIntervalAroundItsPrediction()
    {
        var report = Run(Path.Combine(Evidence, "training.csv"));
        Assert.All(report.Rows, row => Assert.True(row.Low > 0 && row.Low < row.Predicted && row.Predicted < row.High, row.Id));
        Assert.InRange(report.Summary.WithinInterval!.Value, 0.7, 0.95);
    }

    /// <summary>In seconds as in tokens/s, and wider for a model that nobody has judged.</summary>
    [Fact]
    public void RowsThatNobodyHasSeen_HaveOneToo()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(path,
            [
                Header,
                "a,NVIDIA-NeMo/Megatron-Bridge [26.06],2026-06-22,pretrain,DGX-H100,H100,64,LLAMA3_70B,bf16,128,1,8192,4,4,1,5,,,,,,,,,,,,,,,,,800,,,,,yes",
                "b,NVIDIA-NeMo/Megatron-Bridge [26.06],2026-06-22,pretrain,DGX-H100,H100,64,LLAMA3_70B,bf16,128,1,8192,4,4,1,5,,,,,,,,,,,,,,,,,,,,10,,yes",
            ]);
            var rows = Run(path).Rows;
            Assert.All(rows, row => Assert.True(row.Low < row.Predicted && row.Predicted < row.High));
            Assert.Equal(rows[0].High!.Value / rows[0].Predicted, rows[1].Predicted / rows[1].Low!.Value, 1e-9);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void WithoutResiduals_ThereIsNoInterval()
    {
        Assert.Null(ResidualSpread.Of(ResidualTable.Empty, Known));
        Assert.Empty(IntervalCoverage.Of(ResidualTable.Empty));
    }

    [Fact]
    public void TheTable_ReadsWhatItWrites_AndRefusesWhatItDoesNot()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, Table.ToCsv());
            Assert.Equal(Table.ToCsv(), ResidualTable.Load(path).ToCsv());
            Assert.Equal(File.ReadAllText(Path.Combine(Evidence, ResidualTable.FileName)), Table.ToCsv());
            File.WriteAllText(path, "header\ngroup,0,x,dense,hopper,llama,llama-3.1-8b,nemo,NaN\n");
            Assert.Equal(2, Assert.Single(Assert.Throws<InvalidInputException>(() => ResidualTable.Load(path)).Diagnostics).Line);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static ResidualSpread Spread(ValidatedGroup group) => ResidualSpread.Of(Table, group)!;

    private static ValidationReport Run(string rows) => TrainingValidation.Run(
        OrreryCatalog.Open(Repository.Folder("catalog")), rows, Path.Combine(Evidence, "training-sources.yaml"), Table);
}
