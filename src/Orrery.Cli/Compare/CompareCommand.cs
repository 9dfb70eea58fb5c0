using System.CommandLine;
using Orrery.Cli.Shell;
using Orrery.Comparison;
using Orrery.Comparison.Delivered;
using Orrery.Domain.Workloads;

namespace Orrery.Cli.Compare;

/// <summary><c>orrery compare</c>: system against system, on paper and delivered.</summary>
internal static class CompareCommand
{
    // One dense and one mixture-of-experts model of the size that the debate is about.
    private static readonly string[] DefaultModels = ["llama-3.1-405b", "deepseek-v3"];

    public static Command Create()
    {
        var systems = new Argument<string[]>("SYSTEM") { Description = "SYSTEM (one of it) or SYSTEM:CHIPS; two or more", Arity = ArgumentArity.OneOrMore };
        var models = new Option<string[]>("--model")
        {
            Description = $"Model to train, or a Hugging Face config.json; repeatable (default {string.Join(" and ", DefaultModels)})",
            HelpName = "MODEL",
        };
        var precisions = Choice.Several("--precision", "Precision for all, or 'best' for each its fastest (default bf16,best)", PrecisionWord.All);
        var chips = Choice.Whole("--chips", "So many chips of every system instead of one system each");
        var batch = Choice.Whole("--gbs", "Sequences in a step (default: near 16 Mi tokens)");
        var sequence = Choice.Whole("--seq", "Tokens in a sequence (default 8192, or the model's longest if that is less)", most: 16_777_216);
        var stacks = new Option<string?>("--stack") { Description = "Software stack for every system (default: each chip's)", HelpName = "NAME" };
        var command = new Command("compare", "System against system: what the datasheets say, what they deliver, and where the gap comes from")
        {
            systems, models, precisions, chips, batch, sequence, stacks,
        };
        var serving = new ServingMatchOptions();
        serving.AddTo(command);
        return command.ChecksNames((parsed, facts) =>
        {
            foreach (var text in parsed.WordsOf(systems))
            {
                facts.Cluster(text);
            }

            foreach (var text in parsed.WordsOf(models))
            {
                facts.Model(text);
            }

            foreach (var name in parsed.WordsOf(stacks))
            {
                facts.Stack(name);
            }

            serving.LookUp(parsed, facts);
        }).Answers(
            parsed => serving.IsAsked(parsed) ? Serve(parsed) : Ask(
                parsed, serving, parsed.GetValue(systems)!, parsed.GetValue(models) is { Length: > 0 } asked ? asked : DefaultModels,
                parsed.GetValue(precisions)!, parsed.GetValue(chips), parsed.GetValue(batch), parsed.GetValue(sequence), parsed.GetValue(stacks)),
            hasTable: true);

        Answer Serve(ParseResult parsed)
        {
            var facts = new Facts();
            var texts = parsed.GetValue(systems)!;
            CheckSeveral(facts, texts);
            return CompareServe.Ask(facts, serving.Read(parsed, facts, texts, parsed.GetValue(chips), models, precisions, batch, sequence, stacks), texts);
        }
    }

    private static void CheckSeveral(Facts facts, string[] systems)
    {
        if (systems.Length < 2)
        {
            facts.Wrong(CommandLineCode.Missing, "orrery compare needs two systems or more", "for example: orrery compare gb200-nvl72 cloudmatrix-384");
        }
    }

    private static Answer Ask(
        ParseResult parsed, ServingMatchOptions serving, string[] systems, string[] models, IReadOnlyList<PrecisionWord> precisions, int? chips, int? batch, int? sequence, string? stack)
    {
        var facts = new Facts();
        CheckSeveral(facts, systems);
        serving.CheckUnasked(parsed, facts);
        var contestants = new List<Contestant>();
        foreach (var text in systems)
        {
            if (facts.Cluster(text) is { } cluster)
            {
                cluster = chips is { } count && !text.Contains(':', StringComparison.Ordinal) ? cluster with { Chips = count } : cluster;
                if (facts.Stack(stack, cluster.Chip) is { } software)
                {
                    contestants.Add(new Contestant(text, cluster, software));
                }
            }
        }

        var read = models.Select(text => (Text: text, Model: facts.Model(text))).ToList();
        facts.Check();

        var question = new ComparisonQuestion(
            contestants,
            [.. read.Select(entry => entry.Model!)],
            precisions.Count > 0 ? [.. precisions.Select(word => word.Choice)] : [new PrecisionChoice(TrainingPrecision.Bf16), PrecisionChoice.Best],
            sequence, batch);
        var comparison = SystemComparison.Of(
            facts.Catalog, question, TrackRecord.Load(Tool.Evidence(TrackRecord.FileName)), Progress.Say,
            IntervalText.Residuals());
        var names = read.DistinctBy(entry => entry.Text).ToDictionary(entry => (object)entry.Model!, entry => entry.Text, ReferenceEqualityComparer.Instance);
        return new Answer
        {
            Schema = "orrery.compare/1",
            Text = screen => CompareText.Write(screen, comparison, model => names[model]),
            Inputs = () => CompareJson.Inputs(comparison),
            Result = () => CompareJson.Result(comparison, model => names[model]),
            Csv = () => CompareText.Flat(comparison),
            Diagnostics = facts.Warnings,
            Code = comparison.Bouts.Any(bout => bout.Results.Any(result => result.Best is not null)) ? ExitCode.Answered : ExitCode.No,
        };
    }
}
