using System.CommandLine;
using System.Text.Json;
using Orrery.Catalog;
using Orrery.Cli.Shell;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Xunit;

namespace Orrery.Cli.Tests.Shell;

/// <summary>A strategy written for the command line, for people and for programs loses nothing.</summary>
public sealed class StrategyWordsTests
{
    private const int Chips = 256;
    private static readonly List<Strategy> Legal = [.. LegalOnes(2000)];

    [Fact]
    public void Options_ReadBack_AreTheSameStrategy() =>
        Assert.All(Legal, strategy => Assert.Equal(strategy, Read(StrategyText.Options(strategy))));

    [Fact]
    public void Options_OfTwoStrategies_AreNeverAlike() => AreNeverAlike(StrategyText.Options);

    [Fact]
    public void WordsForPeople_OfTwoStrategies_AreNeverAlike() => AreNeverAlike(StrategyText.Short);

    [Fact]
    public void Json_OfTwoStrategies_IsNeverAlike() => AreNeverAlike(strategy => StrategyText.Json(strategy).ToJsonString(new JsonSerializerOptions()));

    /// <summary>A field added to a strategy must be tried here, too.</summary>
    [Fact]
    public void StrategiesTried_VaryInEveryField()
    {
        var fields = typeof(Strategy).GetProperties().Where(property => property.CanWrite).ToList();
        Assert.All(fields, field => Assert.True(Legal.Select(field.GetValue).Distinct().Count() > 1, $"{field.Name} is always the same"));
        Assert.All(Enum.GetValues<Recompute>(), one => Assert.Contains(Legal, strategy => strategy.Recompute.HasFlag(one)));
    }

    [Theory]
    [InlineData("--order tp-cp-ep-dp", "did you mean tp-cp-ep-dp-pp?")]
    [InlineData("--order tp-cp-ep-dp-xp", "expected tp, cp, ep, dp and pp, each once")]
    [InlineData("--order inside-out", "--order is 'inside-out'")]
    public void AnOrderThatIsNone_IsAnsweredWithWhatIsOne(string options, string says)
    {
        var (command, _) = Command();
        Assert.Contains(command.Parse(options.Split(' ')).Errors, error => error.Message.Contains(says, StringComparison.Ordinal));
    }

    private static void AreNeverAlike(Func<Strategy, string> text) =>
        Assert.Empty(Legal.Distinct().GroupBy(text).Where(same => same.Count() > 1).Select(same => same.Key));

    private static Strategy Read(string options)
    {
        var (command, reader) = Command();
        var parsed = command.Parse(options.Split(' '));
        Assert.Empty(parsed.Errors.Select(error => $"{options}: {error.Message}"));
        return reader.Read(parsed, Chips);
    }

    private static (Command Command, StrategyOptions Options) Command()
    {
        var command = new Command("test");
        var options = new StrategyOptions();
        options.AddTo(command);
        return (command, options);
    }

    private static IEnumerable<Strategy> LegalOnes(int count)
    {
        var random = new Random(20251203);
        var model = OrreryCatalog.Open(CatalogRoot.Find() ?? throw new InvalidOperationException("no catalog above the test's folder")).Model("deepseek-v3");
        var workload = new TrainingWorkload(model, 4096, 4096, TrainingPrecision.Bf16, TrainingTask.Pretrain);
        var layers = model.LayerCount + model.MultiTokenPrediction;
        while (count > 0)
        {
            var strategy = Any(random, layers);
            if (StrategyRules.Check(strategy, workload, Chips).Count == 0)
            {
                count--;
                yield return strategy;
            }
        }
    }

    /// <summary>Any strategy, whether it can be laid out or not.</summary>
    private static Strategy Any(Random random, int layers)
    {
        int Power(int most) => 1 << random.Next(most + 1);
        bool Maybe() => random.Next(3) == 0;
        T Some<T>() where T : struct, Enum => Enum.GetValues<T>()[random.Next(Enum.GetValues<T>().Length)];
        T Flags<T>(int share) where T : struct, Enum => (T)Enum.ToObject(typeof(T),
            Enum.GetValues<T>().Where(_ => random.Next(share) == 0).Aggregate(0, (all, one) => all | Convert.ToInt32(one, null)));

        var (tensor, context) = (Power(3), Power(1));
        var pipeline = Maybe() ? 1 : Power(3);
        var data = Chips / tensor / context / pipeline;
        var first = pipeline > 2 && Maybe() ? random.Next(1, layers / 2) : (int?)null;
        var sharding = Some<Sharding>();
        var sequenceParallel = tensor > 1 && !Maybe();
        return new Strategy
        {
            TensorParallel = tensor,
            ContextParallel = context,
            PipelineParallel = pipeline,
            DataParallel = data,
            ExpertParallel = Power(5),
            ExpertTensorParallel = Power(1),
            VirtualStages = first is null && pipeline > 1 ? random.Next(1, 4) : 1,
            FirstStageLayers = first,
            LastStageLayers = first is null ? null : random.Next(1, layers / 2),
            EmbeddingAndLossCountAsLayers = first is null && Maybe(),
            Schedule = pipeline > 1 ? Some<PipelineSchedule>() : default,
            MicroBatch = Power(2),
            SequenceParallel = sequenceParallel,
            KeepGathered = sequenceParallel && Maybe(),
            DropsTokens = Maybe(),
            Sharding = sharding,
            ShardRanks = sharding == Sharding.Hsdp ? Power(4) : 0,
            Recompute = Flags<Recompute>(4),
            OffloadedLayers = Maybe() ? random.Next(layers) : 0,
            Offload = Flags<Offload>(3),
            Overlap = Flags<Overlap>(2),
            Graphs = Some<GraphCapture>(),
            Dispatch = Some<ExpertDispatch>(),
            Order = Maybe() ? RankOrder.All[random.Next(RankOrder.All.Count)] : default,
        };
    }
}
