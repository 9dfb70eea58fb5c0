using Orrery.Catalog;
using Orrery.Evidence.Pairs;
using Xunit;

namespace Orrery.Evidence.Tests.Pairs;

/// <summary>Pairs of the shipped rows, and of a small file.</summary>
public sealed class ShippedPairTests
{
    private const string Header =
        "id,source,date,task,chip,chips,model,precision,gbs_sequences,mbs,seq_len,tp,pp,sharding,recompute,other_settings,"
        + "tokens_per_s_per_chip,model_tflops_per_s_per_chip,mfu_percent,iteration_s,notes";

    private static readonly OrreryCatalog Catalog = OrreryCatalog.Open(Repository.Folder("catalog"));
    private static readonly string Rules = Path.Combine(Repository.Folder("evidence"), "training-sources.yaml");
    private static readonly Lazy<PairReport> Shipped = new(() => PairValidation.Run(Catalog, Path.Combine(Repository.Folder("evidence"), "training.csv"), Rules));

    [Fact]
    public void EveryPair_DiffersInItsOneThingOnly()
    {
        Assert.True(Shipped.Value.Pairs.Count > 200);
        foreach (var pair in Shipped.Value.Pairs)
        {
            var (a, b) = (pair.First.Setup, pair.Second.Setup);
            Assert.True(a.Differs(pair.Kind, b), $"{pair.First.Id} and {pair.Second.Id} do not differ");
            Assert.True(a.Masked(pair.Kind).Intersect(b.Masked(pair.Kind)).Any(), $"{pair.First.Id} and {pair.Second.Id} differ in more");
            Assert.Equal((a.Source, a.Release, a.Model, a.Chip, a.System, a.Sequence, a.Unread), (b.Source, b.Release, b.Model, b.Chip, b.System, b.Sequence, b.Unread));
            Assert.Equal(pair.Kind != PairKind.Scale, a.Chips == b.Chips);
            Assert.Equal(pair.Kind != PairKind.Precision, a.Precision == b.Precision);
            Assert.True(pair.Kind is PairKind.Strategy or PairKind.Plan || a.Strategy with { DataParallel = 1, Recompute = 0 } == b.Strategy with { DataParallel = 1, Recompute = 0 });
        }
    }

    [Fact]
    public void NoTwoMeasurements_ArePairedTwice()
    {
        var twice = Shipped.Value.Pairs.GroupBy(pair => (pair.Kind, string.Join(' ', new[] { pair.First.Id, pair.Second.Id }.Order(StringComparer.Ordinal)))).Where(same => same.Count() > 1);
        Assert.Empty(twice.Select(same => same.Key));
    }

    /// <summary>A predictor that is right of every row is right of every pair, order and choice.</summary>
    [Fact]
    public void APerfectPredictor_HasNoErrorAndNoRegret()
    {
        var members = Shipped.Value.Sets.SelectMany(set => set.Members).DistinctBy(member => member.Id).Select(member => member with { Predicted = member.Measured });
        var perfect = PairReport.Of(members);
        Assert.Equal(Shipped.Value.Pairs.Count, perfect.Pairs.Count);
        Assert.All(perfect.Pairs, pair => Assert.Equal(0, pair.Error, 1e-12));
        Assert.All(perfect.Sets, set => Assert.Equal(0, set.Regret(), 1e-12));
        Assert.All(perfect.Sets.Select(set => set.RankCorrelation()).OfType<double>(), tau => Assert.Equal(1, tau, 1e-12));
    }

    /// <summary>Budgets that can only shrink.</summary>
    [Theory]
    [InlineData("scale", 0.02, 0.08)]
    [InlineData("precision", 0.045, 0.11)]
    [InlineData("strategy and recompute", 0.03, 0.08)]
    public void ErrorOfRatios_StaysUnderItsBudget(string kind, double median, double ninety)
    {
        var found = Shipped.Value.Kinds.Single(one => one.Name == kind);
        Assert.InRange(found.MedianError, 0, median);
        Assert.InRange(found.P90Error, 0, ninety);
    }

    /// <summary>Time, throughput or MFU: the ratio is of speeds, and a setting nothing reads keeps rows apart.</summary>
    [Fact]
    public void RowsOfAFile_ArePairedWhateverTheyAreJudgedOn()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(file,
            [
                Header,
                "a,Paper,2025-01-01,pretrain,H100,64,LLAMA3_8B,bf16,128,1,8192,1,1,fsdp,none,,,,,4.0,",
                "b,Paper,2025-01-01,pretrain,H100,64,LLAMA3_8B,bf16,128,1,8192,1,1,fsdp,full,,,,,5.0,",
                "c,Paper,2025-01-01,pretrain,H100,64,LLAMA3_8B,fp8,128,1,8192,1,1,fsdp,none,,6144,,,,",
                "d,Paper,2025-01-01,pretrain,H100,64,LLAMA3_8B,fp8,128,1,8192,1,1,fsdp,full,eager,6144,,,,",
            ]);
            var pairs = PairValidation.Run(Catalog, file, Rules).Pairs.Where(pair => pair.Kind != PairKind.Plan).OrderBy(pair => pair.Kind).ToList();
            Assert.Equal([(PairKind.Recompute, "a", "b"), (PairKind.Precision, "a", "c")], pairs.Select(pair => (pair.Kind, pair.First.Id, pair.Second.Id)));
            Assert.Equal(4.0 / 5, pairs[0].Measured, 1e-9);
            Assert.Equal(6144 / (128.0 * 8192 / 64 / 4), pairs[1].Measured, 1e-9);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
