using Orrery.Analysis.Training;
using Orrery.Catalog;
using Orrery.Evidence.Ablation;
using Orrery.Evidence.Calibration;
using Orrery.Evidence.Training;
using Xunit;

namespace Orrery.Evidence.Tests.Ablation;

/// <summary>Effects left out of the step, on a few of the shipped rows.</summary>
public sealed class AblationTests
{
    private static readonly OrreryCatalog Catalog = OrreryCatalog.Open(Repository.Folder("catalog"));
    private static readonly FitPlan Plan = FitPlan.Load(InEvidence("training-fit.yaml"));
    private static readonly List<TrainingCase> Cases =
        [.. TrainingCalibration.Cases(Catalog, Plan, InEvidence("training.csv"), InEvidence("training-sources.yaml")).Where((_, row) => row % 6 == 0)];

    private static readonly Dictionary<FitParameter, double> Priors = Plan.Free.ToDictionary(parameter => parameter, parameter => parameter.Prior);

    [Fact]
    public void LeavingNothingOut_ChangesNothing()
    {
        var report = TrainingAblation.Run(Plan, Cases, [new Effect("nothing", "", new Dictionary<string, double>())]);
        var effect = Assert.Single(report.Effects);
        foreach (var name in report.Before.ByClass.Keys.Append(AblationErrors.All))
        {
            Assert.Equal(report.Before[name], effect.Dropped[name]);
            Assert.Equal(report.Before[name], effect.Refitted[name]);
        }

        Assert.Equal(0, effect.StandardErrors);
        Assert.Equal(AblationVerdict.Undecided, report.Verdict(effect));
    }

    /// <summary>A name misspelt would leave nothing out and be called undecided.</summary>
    [Fact]
    public void EveryParameterOfAnEffect_IsInThePlan()
    {
        var stems = Plan.Stacks.SelectMany(stack => stack.Parameters).Select(parameter => Effect.Stem(parameter.Name)).ToHashSet();
        Assert.All(Effects.All.SelectMany(effect => effect.Neutral.Keys.Concat(effect.Shared is { } shared ? [shared] : [])), name => Assert.Contains(name, stems));
        Assert.Equal(Effects.All.Count, Effects.All.Select(effect => effect.Name).Distinct().Count());
        Assert.All(Effects.All, effect => Assert.True(effect.Neutral.Count > 0 || effect.Part is not null || effect.Shared is not null, effect.Name));
    }

    /// <summary>Every effect shows in some row at all, and never leaves a step of no time or less.</summary>
    [Fact]
    public void EveryEffect_MovesARow_AndKeepsStepsPositive()
    {
        double[] point = [.. Plan.Free.Select(parameter => Math.Log(parameter.Prior))];
        var all = Enumerable.Range(0, Cases.Count).ToArray();
        var before = new TrainingFit(Plan, Cases).Errors(point, all).Select(row => row.Error).ToArray();
        foreach (var effect in Effects.All)
        {
            var fit = new TrainingFit(AblatedPlan.Of(Plan, effect, Priors), Cases) { Rest = effect.Rest };
            var without = fit.Errors([.. fit.Free.Select(parameter => Math.Log(parameter.Prior))], all).Select(row => row.Error).ToArray();
            Assert.All(without, error => Assert.True(double.IsFinite(error) && error > -1, effect.Name));
            Assert.True(before.Zip(without).Any(pair => pair.First != pair.Second), $"{effect.Name} moves no row");
        }
    }

    [Fact]
    public void FrozenParameters_AreNeutralOnEveryStack_AndTheOthersAsTheyWere()
    {
        var effect = Effects.All.Single(one => one.Name == "tensor-parallel exposure");
        var plan = AblatedPlan.Of(Plan, effect, Priors);
        foreach (var (was, now) in Plan.Stacks.SelectMany(stack => stack.Parameters).Zip(plan.Stacks.SelectMany(stack => stack.Parameters)))
        {
            Assert.Equal(was.Name.StartsWith("tensor_exposed", StringComparison.Ordinal) ? was with { Prior = 0, Free = false } : was, now);
        }
    }

    [Fact]
    public void ASharedParameter_IsOneFreeValueAStack()
    {
        var plan = AblatedPlan.Of(Plan, Effects.All.Single(one => one.Shared == "gemm_reach"), Priors);
        foreach (var (was, now) in Plan.Stacks.Zip(plan.Stacks))
        {
            var keyed = was.Parameters.Where(parameter => parameter.Free && Effect.Stem(parameter.Name) == "gemm_reach").ToList();
            var left = now.Parameters.Where(parameter => Effect.Stem(parameter.Name) == "gemm_reach").ToList();
            if (keyed.Count > 0)
            {
                var shared = Assert.Single(left);
                Assert.True(shared.Free);
                Assert.Equal(keyed.Average(parameter => Math.Log(parameter.Prior)), Math.Log(shared.Prior), 1e-9);
            }
            else
            {
                Assert.Equal(was.Parameters, now.Parameters);
            }
        }
    }

    /// <summary>The step less its bubble is what the step's own parts say, with the jitter that waited on it.</summary>
    [Fact]
    public void TakingAPartOff_LeavesTheOtherParts()
    {
        var one = Cases.First(row => row.Strategy is { PipelineParallel: > 1, DataParallel: > 1 });
        var estimate = TrainingEstimator.Estimate(one.Workload, one.Strategy, one.Cluster, Catalog.Stack(one.Stack.Id));
        var jitter = estimate.Iteration.Value / (estimate.Iteration.Value - estimate.Parts[StepPart.Jitter]);
        var rest = Effects.All.Single(effect => effect.Name == "bubble").Rest(one, estimate);
        Assert.Equal(estimate.Iteration.Value - (jitter * estimate.Parts[StepPart.Bubble]), rest * estimate.Iteration.Value, 1e-9);
        Assert.InRange(rest, 0.01, 0.999);
    }

    [Fact]
    public void StandardErrors_CountAGroupAsOneObservation()
    {
        Assert.Equal(2, TrainingAblation.StandardErrors([("a", 1), ("b", 1), ("c", 1), ("d", 1)]), 1e-12);
        Assert.Equal(1, TrainingAblation.StandardErrors([("a", 1), ("a", 1), ("a", 1), ("a", 1)]), 1e-12);
        Assert.Equal(0, TrainingAblation.StandardErrors([("a", 1), ("b", -1)]), 1e-12);
    }

    private static string InEvidence(string file) => Path.Combine(Repository.Folder("evidence"), file);
}
