using System.Globalization;
using System.Text;
using Orrery.Analysis.Training;
using Orrery.Catalog;
using Orrery.Catalog.Checks;
using Orrery.Domain;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Software;
using Orrery.Evidence.Calibration;
using Orrery.Evidence.Calibration.Training;
using Orrery.Evidence.Training;
using Xunit;

namespace Orrery.Evidence.Tests.Calibration.Training;

/// <summary>A few steps of one's own move what they determine, and no more.</summary>
public sealed class OwnTrainingTests : IDisposable
{
    private const string Header = "id,source,chip,chips,model,precision,gbs_sequences,mbs,seq_len,tp,pp,vp,sharding,tp_comm_overlap,tokens_per_s_per_chip,model_tflops_per_s_per_chip,mfu_percent,iteration_s\n";
    private static readonly string[] Runs =
    [
        "H100,8,llama-3.1-8b,bf16,64,1,8192,1,1,,zero1,",
        "H100,64,llama-3.1-8b,bf16,512,1,8192,1,1,,zero1,",
        "H100,64,llama-3.1-70b,bf16,256,1,4096,4,4,5,zero1,true",
        "H100,256,llama-3.1-70b,bf16,1024,1,4096,4,4,5,zero1,true",
        "H100,512,llama-3.1-405b,bf16,512,1,4096,8,8,,zero1,true",
    ];

    private static readonly OrreryCatalog Catalog = OrreryCatalog.Open(Repository.Folder("catalog"));
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-steps-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void StepsAsPredicted_MoveNothing()
    {
        var result = Calibrate(Catalog.Stack("megatron"));
        Assert.Equal(5, result.Rows.Count);
        Assert.Empty(result.Moved);
        Assert.All(result.Rows, row => Assert.True(Math.Abs(row.Before) < 1e-3 && Math.Abs(row.After) < 1e-3 && Math.Abs(row.LeftOut) < 1e-3));
    }

    [Fact]
    public void FasterProducts_MoveTheReachOfThatGenerationMost_AndNoOthers()
    {
        var result = Calibrate(With("gemm_reach.hopper", 1.12));
        Assert.Equal("gemm_reach.hopper", result.Moved[0].Name);
        Assert.InRange(result.Moved[0].Deviations, 0.5, 4.5);
        Assert.DoesNotContain(result.Moved, parameter => parameter.Name.EndsWith("ampere", StringComparison.Ordinal) || parameter.Name.EndsWith("blackwell", StringComparison.Ordinal));
        Assert.True(Mean(result, row => row.After) < Mean(result, row => row.Before));
        Assert.True(Mean(result, row => row.LeftOut) < Mean(result, row => row.Before));
        Assert.True(Mean(result, row => row.LeftOut) > Mean(result, row => row.After));
        Assert.All(result.Moved, parameter => Assert.True(parameter.Deviation <= parameter.PriorDeviation * 1.0001));
    }

    [Fact]
    public void RowsTrustedMore_MoveFurther_AndMeetBetter()
    {
        var stack = With("gemm_reach.hopper", 1.12);
        var (usual, trusted) = (Calibrate(stack), Calibrate(stack, rowError: 0.02));
        Assert.True(trusted.Moved[0].Deviations > usual.Moved[0].Deviations);
        Assert.True(Mean(trusted, row => row.LeftOut) < 0.5 * Mean(usual, row => row.LeftOut));
    }

    [Fact]
    public void AWrittenStack_ReadsBack_AndRestsOnTheShippedOne()
    {
        var result = Calibrate(With("gemm_reach.hopper", 1.12));
        Directory.CreateDirectory(Path.Combine(_folder, "own", "software"));
        File.WriteAllText(Path.Combine(_folder, "own", "software", "ours.yaml"), OwnStackText.Of("ours", "mine", result, "steps.csv"));
        File.WriteAllText(Path.Combine(_folder, "own", "sources.yaml"), SourceText.With("", "mine", SourceText.Entry("mine", "calibrate training", ["steps.csv"], null)));
        var own = OrreryCatalog.Open(Catalog.Folder, Path.Combine(_folder, "own"));
        Assert.DoesNotContain(CatalogCheck.Run(own), finding => finding.Severity == Severity.Error);
        var (ours, shipped) = (own.Stack("ours"), Catalog.Stack("megatron"));
        Assert.Equal(result.Moved[0].Value, ours.Parameters["gemm_reach.hopper"].Value, 1e-4);
        Assert.Equal(shipped.Parameters["optimizer_bytes"], ours.Parameters["optimizer_bytes"]);
        Assert.Equal(shipped.Shardings, ours.Shardings);
        Assert.Equal(shipped.Parameters["gemm_reach.hopper"], own.Stack("megatron").Parameters["gemm_reach.hopper"]);
    }

    [Fact]
    public void AStackThatIsNotFitted_OrRowsThatCannotBeSimulated_AreErrors()
    {
        Assert.Contains("no software stack", Assert.Throws<InvalidInputException>(() => Calibrate(Catalog.Stack("megatron"), stack: "nothing")).Message, StringComparison.Ordinal);
        var path = Path.Combine(_folder, "bad.csv");
        File.WriteAllText(path, Header + "a,own measurement,H100,8,no-such-model,bf16,64,1,8192,1,1,,zero1,,100,,,\n");
        Assert.Contains("unknown model 'no-such-model'", Assert.Throws<InvalidInputException>(() => Run(path)).Message, StringComparison.Ordinal);
    }

    private static double Mean(OwnTrainingResult result, Func<OwnRow, double> error) => result.Rows.Average(row => Math.Abs(error(row)));

    private static SoftwareStack With(string parameter, double factor)
    {
        var stack = Catalog.Stack("megatron");
        var parameters = new Dictionary<string, Sourced<double>>(stack.Parameters);
        parameters[parameter] = new Sourced<double>(parameters[parameter].Value * factor, "", Confidence.Measured);
        return stack with { Parameters = parameters };
    }

    /// <summary>Calibrates on steps that take what a stack predicts.</summary>
    private OwnTrainingResult Calibrate(SoftwareStack truth, string? stack = null, double? rowError = null)
    {
        string Rows(IReadOnlyList<double> speeds) => Runs.Select((run, i) => string.Create(CultureInfo.InvariantCulture, $"r{i},own measurement,{run},{speeds[i]:G8},,,\n"))
            .Aggregate(new StringBuilder(Header), (text, row) => text.Append(row)).ToString();
        var path = Path.Combine(_folder, "steps.csv");
        File.WriteAllText(path, Rows([1, 1, 1, 1, 1]));
        var cases = TrainingValidation.Cases(Catalog, path, InEvidence("training-sources.yaml"), out var skipped);
        Assert.Empty(skipped);
        File.WriteAllText(path, Rows([.. cases.Select(one => TrainingEstimator.Estimate(one.Workload, one.Strategy, one.Cluster, truth).TokensPerSecondPerChip)]));
        return Run(path, stack, rowError);
    }

    private static OwnTrainingResult Run(string path, string? stack = null, double? rowError = null) =>
        OwnTrainingCalibration.Run(Catalog, InEvidence("training-fit.yaml"), path, InEvidence("training-sources.yaml"), stack, rowError);

    private static string InEvidence(string file) => Path.Combine(Repository.Folder("evidence"), file);
}
