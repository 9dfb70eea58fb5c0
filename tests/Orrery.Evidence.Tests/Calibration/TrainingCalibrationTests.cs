using System.Globalization;
using System.Text.RegularExpressions;
using Orrery.Catalog;
using Orrery.Comparison.Uncertainty;
using Orrery.Evidence.Calibration;
using Xunit;

namespace Orrery.Evidence.Tests.Calibration;

/// <summary>The committed software stacks are what the committed evidence gives, and what the README says of the fit is so.</summary>
public sealed class TrainingCalibrationTests
{
    private static readonly OrreryCatalog Catalog = OrreryCatalog.Open(CatalogRoot.FindAbove(AppContext.BaseDirectory)!);
    private static readonly string Root = Path.GetDirectoryName(Catalog.Folder)!;
    private static readonly Lazy<TrainingCalibration.Outcome> Fit = new(() => TrainingCalibration.Run(
        Catalog, InEvidence("training-fit.yaml"), InEvidence("training.csv"), InEvidence("training-sources.yaml"), folds: 5));

    [Fact]
    public void TheCommittedStacks_AreThoseTheEvidenceGives()
    {
        Assert.NotEmpty(Fit.Value.Parameters);
        foreach (var parameter in Fit.Value.Parameters)
        {
            var committed = Catalog.Stack(parameter.Stack).Parameters[parameter.Name].Value;
            Assert.True(
                Math.Abs(Math.Log(committed / parameter.Value)) < 0.02,
                $"{parameter.Stack} {parameter.Name}: catalog/software has {committed}, the fit gives {parameter.Value}; run 'orrery calibrate training --write'");
        }
    }

    /// <summary>As the stacks: the same rows, each as far off as the fit gives, but for what another machine's rounding does.</summary>
    [Fact]
    public void TheCommittedResiduals_AreThoseTheEvidenceGives()
    {
        var committed = ResidualTable.Load(InEvidence(ResidualTable.FileName)).Residuals;
        Assert.Equal(committed.Select(residual => residual with { Value = 0 }), Fit.Value.Residuals.Residuals.Select(residual => residual with { Value = 0 }));
        foreach (var (was, found) in committed.Zip(Fit.Value.Residuals.Residuals))
        {
            Assert.True(Math.Abs(was.Value - found.Value) < 0.02, $"{was.LeftOut} {was.Id}: evidence/residuals.csv has {was.Value}, the fit gives {found.Value}; run 'orrery calibrate training --write'");
        }
    }

    /// <summary>Fits run beside each other, and their residuals are the same to the last byte.</summary>
    [Fact]
    public void Residuals_AreTheSameBytes_EveryTime() => Assert.Equal(
        Fit.Value.Residuals.ToCsv(),
        TrainingCalibration.Run(Catalog, InEvidence("training-fit.yaml"), InEvidence("training.csv"), InEvidence("training-sources.yaml"), folds: 5).Residuals.ToCsv());

    /// <summary>Names, aliases and what a stack can do are copied from the fit's plan, so that a new fit does not lose them.</summary>
    [Fact]
    public void TheCommittedStacks_SayOfThemselvesWhatThePlanSays()
    {
        Assert.Equal(Catalog.Ids(CatalogKind.Software), Fit.Value.Files.Keys.Order(StringComparer.Ordinal));
        foreach (var (id, text) in Fit.Value.Files)
        {
            Assert.Equal(Head(text), Head(File.ReadAllText(Path.Combine(Catalog.Folder, "software", id + ".yaml"))));
        }
    }

    private static string Head(string file) => file[..file.IndexOf("\nparameters:", StringComparison.Ordinal)];

    [Fact]
    public void LeftOutErrors_InTheReadme_AreThoseOfTheFit()
    {
        var stated = Regex.Match(File.ReadAllText(Path.Combine(Root, "README.md")), @"left out of the fit the medians are ([^(]+)\(").Groups[1].Value;
        var medians = Fit.Value.LeftOut.GroupBy(row => row.Class).ToDictionary(
            group => group.Key, group => ErrorSummary.Quantile([.. group.Select(row => Math.Abs(row.Error)).Order()], 0.5));
        Assert.Equal(4, medians.Count);
        foreach (var (name, median) in medians)
        {
            var figure = double.Parse(Regex.Match(stated, name + @" ([\d.]+) %").Groups[1].Value, CultureInfo.InvariantCulture) / 100;
            Assert.Equal(figure, median, 0.003);
        }
    }

    /// <summary>A row is never judged by a fit that saw its group.</summary>
    [Fact]
    public void LeftOutRows_AreAllFittedRows_OnceEach()
    {
        Assert.Equal(Fit.Value.Fitted.Select(row => row.Id).Order(StringComparer.Ordinal), Fit.Value.LeftOut.Select(row => row.Id).Order(StringComparer.Ordinal));
        Assert.True(Fit.Value.LeftOut.Average(row => Math.Abs(row.Error)) > Fit.Value.Fitted.Average(row => Math.Abs(row.Error)));
    }

    private static string InEvidence(string file) => Path.Combine(Root, "evidence", file);
}
