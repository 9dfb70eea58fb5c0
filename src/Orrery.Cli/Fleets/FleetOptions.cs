using System.CommandLine;
using System.Globalization;
using Orrery.Catalog;
using Orrery.Catalog.Hardware;
using Orrery.Cli.Shell;
using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Workloads;
using Orrery.Planning.Serving;
using Orrery.Policy.Fleets;

namespace Orrery.Cli.Fleets;

/// <summary>What holdings are summed by in the table of a fleet.</summary>
internal enum FleetGrouping
{
    System,
    Owner,
    Country,
    Holding,
}

/// <summary>The options of <c>orrery fleet</c>.</summary>
internal sealed class FleetOptions
{
    private const int MostSamples = 1_000_000;

    private static readonly Dictionary<string, FleetGrouping> Groupings = new()
    {
        ["system"] = FleetGrouping.System, ["owner"] = FleetGrouping.Owner, ["country"] = FleetGrouping.Country, ["holding"] = FleetGrouping.Holding,
    };

    private static readonly Dictionary<string, ClusterCertainty> Certainties = new()
    {
        ["confirmed"] = ClusterCertainty.Confirmed, ["likely"] = ClusterCertainty.Likely, ["unlikely"] = ClusterCertainty.Unlikely,
    };

    private readonly Option<double?> _days = Amount.Days("--days", "Days that one training run may take, failures included (default 120)");
    private readonly Option<double?> _frontier = Amount.Rate("--frontier", "Model FLOP of a frontier run, such as 5e26 (default: policies/frontier-run, with its range)");
    private readonly Option<string?> _dense = new("--model") { Description = "Dense model: its pre-training, and what the largest run trains (default llama-3.1-405b)", HelpName = "MODEL" };
    private readonly Option<string?> _moe = new("--moe") { Description = "Mixture-of-experts model (default deepseek-v3)", HelpName = "MODEL" };
    private readonly Option<string?> _served = new("--serve") { Description = "Served model (default deepseek-r1)", HelpName = "MODEL" };
    private readonly Option<PrecisionWord?> _precision = Choice.Of("--precision", "Precision of training (default best: each chip its fastest)", PrecisionWord.All);
    private readonly Option<TokenRange?> _input = Choice.Range("--isl", "Prompt tokens of a request (default 4096)");
    private readonly Option<TokenRange?> _output = Choice.Range("--osl", "Output tokens of a request (default 1024)");
    private readonly Option<double?> _ttft = Amount.Time("--ttft", "Target: mean time to first token at most (default 5s)");
    private readonly Option<double?> _tpot = Amount.Time("--tpot", "Target: mean time per output token at most (default 50ms)");
    private readonly Option<string?> _engine = new("--engine") { Description = "Serving engine of chips for which the catalog has none (default: they are left out of serving, and said so)", HelpName = "NAME" };
    private readonly Option<double?> _big = Amount.Rate("--big", "Paper H100 equivalents from which a cluster matters (default: one that finishes the frontier run in time)");
    private readonly Option<string?> _law = new("--law") { Description = "Law of the critical batch ('orrery catalog list laws'; default: by tokens)", HelpName = "NAME" };
    private readonly Option<int?> _samples = Choice.Whole("--samples", "Draws of everything that has a range (default 2000)", least: 100, most: MostSamples);
    private readonly Option<int?> _seed = Choice.Whole("--seed", "Seed of the draws (default 1)", least: 0, most: int.MaxValue);
    private readonly Option<int?> _interval = Choice.Whole("--interval", "Per cent of the draws inside the interval (default 80)", least: 50, most: 99);
    private readonly Option<FleetGrouping?> _by = Choice.Of("--by", "What the table of each fleet sums by (default system)", Groupings);

    private readonly Option<bool> _planned = new("--planned") { Description = "Data set: announced clusters too" };
    private readonly Option<ClusterCertainty?> _certainty = Choice.Of("--certainty", "Data set: the least certain row that counts (default likely)", Certainties);
    private readonly Option<bool> _duplicates = new("--duplicates") { Description = "Data set: rows marked as possible duplicates too" };
    private readonly Option<bool> _phases = new("--all-phases") { Description = "Data set: every phase of a site; without it the largest, which holds the chips of earlier ones" };
    private readonly Option<bool> _single = new("--single") { Description = "Data set: only rows marked as one cluster" };
    private readonly Option<string?> _country = new("--country") { Description = "Data set: one country, as it spells it", HelpName = "NAME" };
    private readonly Option<string?> _owner = new("--owner") { Description = "Data set: owners whose name holds this", HelpName = "NAME" };
    private readonly Option<string?> _chip = new("--chip") { Description = "Data set: one chip type", HelpName = "NAME" };
    private readonly Option<string?> _unknown = new("--unknown-as") { Description = "Data set: take chips of unknown types for those of this system, as many as make their H100e", HelpName = "SYSTEM" };
    private readonly Option<string?> _until = new("--until") { Description = "Data set: clusters that ran by then, as 2025, 2025-Q3, 2025-09 or 2025-09-18", HelpName = "DATE" };

    private Option[] OfDataset => [_planned, _certainty, _duplicates, _phases, _single, _country, _owner, _chip, _unknown, _until];

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _days, _frontier, _dense, _moe, _served, _precision, _input, _output, _ttft, _tpot, _engine, _big, _law, _samples, _seed, _interval, _by }.Concat(OfDataset))
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Looks up the names among them.</summary>
    public void LookUp(ParseResult parsed, Facts facts)
    {
        foreach (var text in new[] { _dense, _moe, _served }.SelectMany(option => parsed.WordsOf(option)))
        {
            facts.Model(text);
        }

        foreach (var name in parsed.WordsOf(_engine))
        {
            facts.Engine(name);
        }

        foreach (var name in parsed.WordsOf(_law))
        {
            facts.Law(name);
        }
    }

    public FleetGrouping Grouping(ParseResult parsed) => parsed.GetValue(_by) ?? FleetGrouping.System;

    /// <summary>The question; null where something about it is wrong, which is noted.</summary>
    public FleetQuestion? Read(ParseResult parsed, Facts facts)
    {
        var question = FleetQuestion.Default(facts.Catalog);
        var dense = Workload(_dense, question.Dense, hasExperts: false);
        var moe = Workload(_moe, question.Moe, hasExperts: true);
        var served = parsed.GetValue(_served) is { } one ? facts.Model(one) : question.Served;
        var law = facts.Law(parsed.GetValue(_law));
        return served is null || law is null ? null : question with
        {
            Dense = dense,
            Moe = moe,
            Served = served,
            Law = law,
            Precision = (parsed.GetValue(_precision) ?? new PrecisionWord(null)).Choice,
            Days = parsed.GetValue(_days) ?? question.Days,
            FrontierFlop = parsed.GetValue(_frontier) is { } flop ? new Sourced<double>(flop, "as asked", Confidence.Published) : question.FrontierFlop,
            Targets = new ServingTargets(parsed.GetValue(_ttft) ?? question.Targets.Ttft, parsed.GetValue(_tpot) ?? question.Targets.Tpot),
            Input = parsed.GetValue(_input) ?? question.Input,
            Output = parsed.GetValue(_output) ?? question.Output,
            Engine = parsed.GetValue(_engine) is { } engine ? facts.Engine(engine) : null,
            BigCluster = parsed.GetValue(_big),
            Samples = parsed.GetValue(_samples) ?? question.Samples,
            Seed = (ulong)(parsed.GetValue(_seed) ?? (int)question.Seed),
            Level = parsed.GetValue(_interval) / 100.0 ?? question.Level,
        };

        ReferenceWorkload Workload(Option<string?> option, ReferenceWorkload workload, bool hasExperts)
        {
            if (parsed.GetValue(option) is not { } text || facts.Model(text) is not { } model)
            {
                return workload;
            }

            if (facts.Catalog.FindModel(model.Id) is null)
            {
                facts.Wrong(CommandLineCode.BadValue, $"{option.Name} is '{text}', expected a model of the catalog", "'orrery catalog list models' names them all");
            }
            else if (model.IsMixtureOfExperts != hasExperts)
            {
                facts.Wrong(CommandLineCode.BadValue, $"{option.Name} is '{model.Id}', which has {(hasExperts ? "no experts" : "experts")}, expected {(hasExperts ? "a mixture of experts" : "a dense model")}",
                    hasExperts ? "--model takes dense models" : "--moe takes models with experts");
            }

            return workload with { Id = $"{workload.Id} of {model.Id}", Model = model.Id, InputTokens = DefaultWorkload.SequenceLength(model) };
        }
    }

    /// <summary>Which rows of the data set count.</summary>
    /// <param name="isAsked">Whether one of the fleets is read from it.</param>
    public ClusterChoice Rows(ParseResult parsed, Facts facts, bool isAsked)
    {
        foreach (var option in OfDataset.Where(option => !isAsked && parsed.IsGiven(option)))
        {
            facts.Wrong(CommandLineCode.Conflict, $"{option.Name} chooses rows of a data set, and none of these fleets is read from one", "gpu-clusters is");
        }

        double? until = null;
        if (parsed.GetValue(_until) is { } text)
        {
            if (DateText.TryParse(text, out var year, out var expected))
            {
                until = year;
            }
            else
            {
                facts.Wrong(CommandLineCode.BadValue, $"--until is '{text}', expected {expected}");
            }
        }

        var chip = parsed.GetValue(_chip) ?? "";
        return new ClusterChoice(Planned: parsed.GetValue(_planned), Certainty: parsed.GetValue(_certainty) ?? ClusterCertainty.Likely)
        {
            Duplicates = parsed.GetValue(_duplicates),
            AllPhases = parsed.GetValue(_phases),
            Groups = !parsed.GetValue(_single),
            Country = parsed.GetValue(_country) ?? "",
            Owner = parsed.GetValue(_owner) ?? "",
            Chip = chip.Length > 0 ? facts.Chip(chip)?.Id ?? "" : "",
            By = until,
            UnknownAs = parsed.GetValue(_unknown) is { } system ? facts.Cluster(system)?.System : null,
        };
    }

    /// <summary>The question in a line, defaults written out.</summary>
    public static string Command(IReadOnlyList<string> fleets, FleetQuestion question, string rows)
    {
        var words = new List<string> { "./orrery fleet", string.Join(' ', fleets.Select(StrategyText.Quoted)) };
        words.Add(string.Create(CultureInfo.InvariantCulture, $"--days {question.Days:0.######} --model {question.Dense.Model} --moe {question.Moe.Model} --serve {question.Served.Id}"));
        words.Add(string.Create(CultureInfo.InvariantCulture, $"--precision {PrecisionWord.Of(question.Precision)} --isl {ServingText.Range(question.Input)} --osl {ServingText.Range(question.Output)} --ttft {question.Targets.Ttft * 1e3:0.######}ms --tpot {question.Targets.Tpot * 1e3:0.######}ms"));
        if (!question.FrontierFlop.IsRanged)
        {
            words.Add(string.Create(CultureInfo.InvariantCulture, $"--frontier {question.FrontierFlop.Value:0.######e0}"));
        }

        if (question.Engine is { } engine)
        {
            words.Add($"--engine {engine.Id}");
        }

        if (question.BigCluster is { } big)
        {
            words.Add(string.Create(CultureInfo.InvariantCulture, $"--big {big:0.######}"));
        }

        words.Add(string.Create(CultureInfo.InvariantCulture, $"--law {question.Law.Id} --samples {question.Samples} --seed {question.Seed} --interval {question.Level * 100:0}"));
        return string.Join(' ', words.Append(rows).Where(word => word.Length > 0));
    }

    /// <summary>The options of the data set as they were typed.</summary>
    public string RowsAsTyped(ParseResult parsed)
    {
        var asked = OfDataset.Where(option => parsed.IsGiven(option))
            .Select(option => string.Join(' ', parsed.WordsOf(option).Select(StrategyText.Quoted).Prepend(option.Name)));
        return string.Join(' ', asked);
    }
}
