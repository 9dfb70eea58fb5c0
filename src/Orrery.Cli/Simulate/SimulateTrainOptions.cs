using System.CommandLine;
using System.Globalization;
using Orrery.Cli.Estimate;
using Orrery.Cli.Shell;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Strategies;
using Orrery.Domain.Workloads;
using Orrery.Simulation.Timeline;

namespace Orrery.Cli.Simulate;

/// <summary>The words of <c>simulate train</c>: those of <c>estimate train</c>, and how the step is played.</summary>
internal sealed class SimulateTrainOptions
{
    public const int DefaultIterations = 20;
    private const int MostIterations = 100_000;

    private readonly EstimateTrainOptions _run = new();
    private readonly Option<int?> _seed = Choice.Whole("--seed", "Seed of what is drawn (default 0)", least: 0, most: int.MaxValue);
    private readonly Option<int?> _iterations = Choice.Whole(
        "--iterations", $"Steps played with uneven ranks and expert loads (default {DefaultIterations}, 0 for none)", least: 0, most: MostIterations);

    private readonly Option<double?> _spread = Spread();
    private readonly Option<string?> _trace = new("--trace") { Description = "Also write every slice of the step to this file, for ui.perfetto.dev or chrome://tracing", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        _run.AddTo(command);
        foreach (var option in new Option[] { _seed, _iterations, _spread, _trace })
        {
            command.Options.Add(option);
        }
    }

    public void LookUp(ParseResult parsed, Facts facts) => _run.LookUp(parsed, facts);

    public SimulateTrainRequest Read(ParseResult parsed)
    {
        var trace = parsed.GetValue(_trace);
        var run = _run.Read(parsed, facts =>
        {
            OutputFile.Check(facts, "--trace", trace);
        }, (strategy, workload) => [.. TimelineRules.Check(strategy, workload), .. SpreadConflict(parsed, strategy, workload)]);
        var options = new StudyOptions(
            (ulong)(parsed.GetValue(_seed) ?? 0), parsed.GetValue(_iterations) ?? DefaultIterations, parsed.GetValue(_spread), KeepsSlices: true);
        return new SimulateTrainRequest(run, options, trace);
    }

    private IEnumerable<Diagnostic> SpreadConflict(ParseResult parsed, Strategy strategy, TrainingWorkload workload)
    {
        if (parsed.GetValue(_spread) is not null && (strategy.ExpertParallel == 1 || !workload.Model.IsMixtureOfExperts))
        {
            yield return BadInput.Error(
                CommandLineCode.Conflict, $"--expert-spread is given, but {(workload.Model.IsMixtureOfExperts ? "ep is 1" : $"{workload.Model.Id} has no experts")}: no ranks share experts out",
                "leave it out, or give --ep");
        }
    }

    private static Option<double?> Spread()
    {
        const string Name = "--expert-spread";
        var option = new Option<double?>(Name)
        {
            Description = "Standard deviation of an expert rank's load over its mean, such as 0.1 (default: that of tokens routed independently)",
            HelpName = "SHARE",
        };
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 10)
            {
                return share;
            }

            result.AddError($"{Name} is '{text}', expected a number from 0 to 10");
            return null;
        };
        return option;
    }
}
