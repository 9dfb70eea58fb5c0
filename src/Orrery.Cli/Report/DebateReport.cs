using System.Globalization;
using Orrery.Catalog;
using Orrery.Cli.Claims;
using Orrery.Cli.Compare;
using Orrery.Cli.Cost;
using Orrery.Cli.Effective;
using Orrery.Cli.Policy;
using Orrery.Cli.Report.Charts;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Comparison;
using Orrery.Comparison.Attribution;
using Orrery.Comparison.Delivered;
using Orrery.Comparison.Scaling;
using Orrery.Comparison.Uncertainty;
using Orrery.Domain.Hardware;
using Orrery.Domain.Workloads;
using Orrery.Policy.Claims;
using Orrery.Policy.Fleets;
using Orrery.Policy.Rules;
using Orrery.Policy.Statements;

namespace Orrery.Cli.Report;

/// <summary>The debate's questions, each answered by the verb that answers it, as one document.</summary>
internal sealed class DebateReport(OrreryCatalog catalog, CancellationToken stop)
{
    private const string One = "gb200-nvl72";
    private const string Other = "cloudmatrix-384";
    private const double Budget = 1e26;

    private static readonly string[] Systems = ["dgx-h100", "dgx-h200", One, "vr-nvl72", Other, "atlas-950", "hgx-h20", "mi355x-8", "tpu-v7"];
    private static readonly string[] Chips = ["h100-sxm", "h200-sxm", "b200-sxm", "h20", "ascend-910c", "ascend-950dt", "mi355x"];
    private static readonly string[] Fleets = ["nvidiana", "huaweiopolis", "china-epoch", "china-chinatalk", "us-six"];

    public Document Write()
    {
        Progress.Say("judging claims ...");
        var verdicts = ClaimRun.Of(ClaimReader.ReadFolder(Path.Combine(Tool.Home, "claims"), catalog), new ClaimContext(catalog, stop), _ => { });
        List<Section> sections = [Systemwise(), Why(), Equivalents(), Scaling(), Fleetwise(), Cost(), Rules(), Claims(verdicts), Inconsistencies(), Sure()];
        return new Document(
            "Is all compute equal? The debate, computed",
            $"Two essays disagree on what compute is worth: one says that weaker chips cannot be stacked into a frontier cluster, the other that the unit is the system and not the chip. Here is what follows from public facts. {ClaimsText.Summary(verdicts)} Most claims turn on one thing: at which precision, on which workload and over which unit two systems are compared. Every number is computed when the page is written, and each section names the commands that give it again.",
            sections);
    }

    private static string Two(double value) => value.ToString("0.00", CultureInfo.InvariantCulture) + "x";

    /// <summary>Takes the same pair through every unit that the debate counts in.</summary>
    private Section Systemwise()
    {
        Progress.Say("comparing systems ...");
        var contestants = new[] { One, Other }.Select(Contestant).ToList();
        var comparison = SystemComparison.Of(
            catalog, new ComparisonQuestion(contestants, [catalog.Model("llama-3.1-405b"), catalog.Model("deepseek-v3")], [new PrecisionChoice(TrainingPrecision.Bf16), PrecisionChoice.Best]),
            TrackRecord.Empty, _ => { });
        var bars = new List<(string, IReadOnlyList<Bar>)>
        {
            ("On paper", [.. new[] { ("chips", "chips"), ("peak_bf16", "BF16 peak"), ("peak_best_float", "peak of the best format"), ("hbm", "HBM"), ("hbm_bandwidth", "HBM bandwidth"), ("scale_up_bandwidth", "scale-up bandwidth"), ("power", "power") }
                .Select(row => (row.Item2, comparison.Paper.Row(row.Item1)?.Ratio(1))).Where(row => row.Item2 is not null).Select(row => new Bar(row.Item1, 0, row.Item2!.Value, null, null, Two(row.Item2.Value)))]),
            ("Delivered, training", [.. comparison.Bouts.Where(bout => bout.DeliveredRatio(1) is not null).Select(bout => new Bar(
                $"{bout.Model.Id}, {(bout.Choice.Precision is null ? "fastest" : "BF16")}", 1, bout.DeliveredRatio(1)!.Value, bout.DeliveredRange(1)?.Low, bout.DeliveredRange(1)?.High, Two(bout.DeliveredRatio(1)!.Value)))]),
        };
        var best = comparison.Bouts.Where(bout => bout.Choice.Precision is null && bout.DeliveredRatio(1) is not null).ToList();
        bars.Add(("The same, each at its fastest, over", [.. best.SelectMany(bout => new (string Name, double? Ratio)[]
        {
            ($"chips, {bout.Model.Id}", bout.Results[1].TokensPerSecondPerChip / bout.Results[0].TokensPerSecondPerChip),
            ($"kilowatts, {bout.Model.Id}", bout.Results[1].TokensPerSecondPerKilowatt / bout.Results[0].TokensPerSecondPerKilowatt),
            ($"price, {bout.Model.Id}", bout.Results[1].TokensPerSecondPerThousandUsd / bout.Results[0].TokensPerSecondPerThousandUsd),
        }).Where(entry => entry.Ratio is not null).Select(entry => new Bar(entry.Name, 2, entry.Ratio!.Value, null, null, Two(entry.Ratio.Value)))]));
        var numbers = new Table(new Column("what"), new Column("ratio", Align.Right), new Column("range"));
        foreach (var (heading, group) in bars)
        {
            foreach (var bar in group)
            {
                numbers.Add($"{heading}: {bar.Name}", bar.Label, bar is { Low: { } low, High: { } high } ? $"{Two(low)} to {Two(high)}" : "");
            }
        }

        return new Section("systems", "CloudMatrix 384 over GB200 NVL72",
        [
            new Paragraph("One system against one system; the line at one is where they are equal. The same pair, by what it is counted in: whoever quotes one bar is right about that bar."),
            new Figure(BarChart.Draw("CloudMatrix 384 over GB200 NVL72", bars, ["on paper", "delivered", "delivered, over a unit"], mark: 1), "Bars are ratios; whiskers what the catalog does not know exactly.", numbers),
            new Commands([$"./orrery compare {One} {Other}"]),
        ]);
    }

    private Section Why()
    {
        var blocks = new List<Block> { new Paragraph("What they differ in is exchanged one thing at a time, in every order, the best strategy being planned for every mixture; a factor's multiple is its geometric mean over all orders, and the whisker runs from the order in which it is least to the one in which it is most. The product is the ratio.") };
        foreach (var model in new[] { "llama-3.1-405b", "deepseek-v3" })
        {
            Progress.Say($"attributing the ratio on {model} ...");
            var found = ThroughputAttribution.Of(Contestant(One), Contestant(Other), catalog.Model(model), new PrecisionChoice(TrainingPrecision.Bf16), null, null, stop, _ => { });
            var numbers = new Table(new Column("factor"), new Column("times", Align.Right), new Column("by order"));
            foreach (var part in found.Parts)
            {
                numbers.Add(CompareWhy.Name(part.Factor), Two(part.Times), $"{Two(part.Low)} to {Two(part.High)}");
            }

            blocks.Add(new Figure(
                Waterfall.Draw(
                    $"From GB200 NVL72 to CloudMatrix 384, {model}", (One, found.From, Number.Text(found.From) + " tokens/s"),
                    [.. found.Parts.Select(part => new WaterfallStep(CompareWhy.Name(part.Factor), part.Times, part.Low, part.High, Two(part.Times)))], (Other, found.To, Number.Text(found.To) + " tokens/s")),
                $"{catalog.Model(model).Name} trained in BF16 on both, tokens a second on a logarithmic scale.", numbers));
        }

        blocks.Add(new Commands([$"./orrery compare {One} {Other} --why --precision bf16"]));
        return new Section("why", "Where the difference comes from", blocks);
    }

    private Section Equivalents()
    {
        Progress.Say("planning reference workloads ...");
        var workloads = catalog.Ids(CatalogKind.Workloads).Select(catalog.Workload).ToList();
        var rows = EffectiveCommand.Rows(catalog, [.. Systems.Select(id => (catalog.System(id), (int?)null))], workloads);
        var missing = rows.SelectMany(row => row.Of.Where(one => one.H100Equivalents is null).Select(one => $"{row.System.Id}, {one.Delivery.Workload.Name.ToLowerInvariant()}: {one.Delivery.WhyNot}")).Distinct().ToList();
        return new Section("equivalents", "What a chip is worth in H100s",
        [
            new Paragraph("Three definitions of an H100-equivalent are in use, and all count peaks. Beside them stands what a chip delivers: its best throughput over that of a chip in an H100 cluster, each at its fastest precision, workload by workload."),
            new TableBlock(EffectiveText.Table(workloads, rows, one => one.H100Equivalents is { } value ? $"{value.ToString("0.00", CultureInfo.InvariantCulture)} ({one.Low!.Value.ToString("0.00", CultureInfo.InvariantCulture)}-{one.High!.Value.ToString("0.00", CultureInfo.InvariantCulture)})" : "-"),
                "H100-equivalents a chip on paper by three definitions, and delivered with the range of what the catalog does not know exactly."),
            new Bullets([.. missing.Select(why => "Not delivered: " + why)]),
            new Commands(["./orrery effective"]),
        ]);
    }

    private Section Scaling()
    {
        var (series, ends) = (new List<Series>(), new List<string>());
        var numbers = new Table(new Column("system"), new Column("chips", Align.Right), new Column("days", Align.Right), new Column("ETTR", Align.Right), new Column("a doubling gains", Align.Right));
        var model = catalog.Model("llama-3.1-405b");
        var sequence = DefaultWorkload.SequenceLength(model);
        var run = TrainingRun.Of(model, Budget / Analysis.Models.ModelCounts.Training(model, sequence), catalog.DefaultCriticalBatchLaw());
        foreach (var id in new[] { One, "vr-nvl72", Other })
        {
            Progress.Say($"scaling {id} ...");
            var contestant = Contestant(id);
            var curve = ScalingCurve.Of(contestant, new ScalingWorkload(model, sequence, PrecisionChoice.Best, null, run), ChipCounts.Of(contestant.Cluster.System, 4000, 300_000), _ => { }, stop);
            const double Day = 86400;
            series.Add(new Series(contestant.Cluster.System.Id, [.. curve.Points.Where(point => point.TimeToTrain is not null).Select(point => ((double)point.Chips, point.TimeToTrain!.Value.Value / Day))]));
            var knee = Enumerable.Range(1, Math.Max(0, curve.Points.Count - 1)).FirstOrDefault(at => curve.Gain(at) < ScalingCurve.LeastGain);
            ends.Add(knee > 0
                ? $"{contestant.Cluster.System.Name}: past {Number.Count(curve.Points[knee - 1].Chips)} chips a doubling gains under {Number.Percent(ScalingCurve.LeastGain)}."
                : $"{contestant.Cluster.System.Name}: a doubling still gains {Number.Percent(ScalingCurve.LeastGain)} or more at {Number.Count(curve.Points[^1].Chips)} chips.");
            foreach (var (point, at) in curve.Points.Select((point, at) => (point, at)))
            {
                numbers.Add(id, Number.Count(point.Chips), Number.Text(point.TimeToTrain!.Value.Value / Day), point.Goodput is { Goodput: not null } goodput ? Number.Percent(goodput.Share) : "-", curve.Gain(at) is { } gain ? Number.Change(gain) : "");
            }
        }

        return new Section("scaling", "Where more chips stop helping",
        [
            new Paragraph($"Days to train Llama 3.1 405B on {Budget:0e0} FLOP, the batch free up to the critical one, failures counted. Curves flatten where the batch reaches the critical one, exchanges are no longer hidden, and failures come faster than the job recovers: there 'no additional performance' begins, for either side."),
            new Figure(LineChart.Draw("Days to train against chips", "chips", "days to train", series), "Both axes logarithmic; each point with its best strategy and batch.", numbers),
            new Bullets(ends),
            new Commands([.. new[] { One, "vr-nvl72", Other }.Select(id => $"./orrery scale {id} --budget 1e26 --model llama-3.1-405b --precision best --mode weak --from 4000 --to 300000")]),
        ]);
    }

    private Section Fleetwise()
    {
        Progress.Say("drawing fleets ...");
        var study = FleetStudy.Of(
            catalog, FleetQuestion.Default(catalog), [.. Fleets.Select(catalog.Fleet)], ResidualTable.Load(Tool.Evidence(ResidualTable.FileName)), ResidualTable.Load(Tool.Evidence(ServingGroup.FileName)), _ => { }, stop);
        FleetFigure[] shown = [FleetFigure.PaperTpp, FleetFigure.PaperEpoch, FleetFigure.DeliveredDense, FleetFigure.DeliveredMoe, FleetFigure.DeliveredDecode, FleetFigure.ClusterRun, FleetFigure.SitePower];
        var table = new Table([new Column("fleet"), .. shown.Select(figure => new Column(figure.Name(), Align.Right))]);
        foreach (var result in study.Results)
        {
            table.Add([result.Fleet.Name, .. shown.Select(figure => result[figure] is { } of ? $"{Short(figure, of.Value)} ({Short(figure, of.Low)}-{Short(figure, of.High)})" : "-")]);
        }

        return new Section("fleets", "What stockpiles are worth",
        [
            new Paragraph("H100-equivalents of a stockpile on paper and in what they deliver, the largest training run that one of its clusters finishes in 120 days, and its power. What makes up a stockpile is mostly assumed, and the ranges say so. Nvidiana and Huaweiopolis are the essay's thought experiment: equal on paper."),
            new TableBlock(table, "Values with intervals over all inputs drawn together; runs in FLOP, power in megawatts."),
            new Bullets([.. study.Results.Where(result => result[FleetFigure.ClusterRun].Drivers.Count > 0).Select(result => $"{result.Fleet.Name}: what widens its largest run most is {result[FleetFigure.ClusterRun].Drivers[0].Input.Name}.")]),
            new Commands([$"./orrery fleet {string.Join(' ', Fleets)}"]),
        ]);

        static string Short(FleetFigure figure, double value) => figure switch
        {
            FleetFigure.ClusterRun => value.ToString("0.#e0", CultureInfo.InvariantCulture),
            FleetFigure.SitePower => Number.Text(value / 1e6),
            _ => Number.Text(value / 1e6) + "M",
        };
    }

    private Section Cost()
    {
        Progress.Say("costing ...");
        var question = new CostQuestion(null, null, null, 1, "");
        var table = CostCommand.Train(catalog, question, [(One, Whole(One)), (Other, Whole(Other))], [catalog.Model("llama-3.1-405b")])[0];
        return new Section("cost", "Cost and energy",
        [
            new Paragraph(string.Join(' ', CostText.Headlines(table)) + " Energy is " + string.Join(" and ", table.Sides.Where(side => side.Tokens is not null)
                .Select(side => $"{Number.Percent(side.Tokens!.Year.Energy / side.Tokens.Year.Total)} of a year's cost of {side.Name}")) + "."),
            new TableBlock(CostText.Of(table), "Owned and written off, each where its chips are designed; ranges of all inputs together."),
            new Bullets([.. CostText.Turns(table)]),
            new Commands([$"./orrery cost {One} {Other} --model llama-3.1-405b", $"./orrery cost {One} {Other} --serve deepseek-r1 --isl 4096 --osl 1024 --ttft 2s --tpot 50ms"]),
        ]);
    }

    private Section Rules()
    {
        var rules = catalog.Ids(CatalogKind.Rules).Select(catalog.Rule).Where(rule => rule.Clauses.Count > 0 && rule.Subject == Domain.Policies.RuleSubject.Chips).ToList();
        var table = new Table([new Column("chip"), .. rules.Select(rule => new Column(rule.Id))]);
        foreach (var chip in Chips.Select(catalog.Chip))
        {
            table.Add([chip.Name, .. rules.Select(rule => RuleVerdict.Of(rule, chip)).Select(verdict => $"{PolicyText.Word(verdict)}: {PolicyText.Why(verdict)}")]);
        }

        return new Section("rules", "What export rules catch",
        [
            new Paragraph(PolicyText.Notice),
            new TableBlock(table, "By which number a chip is caught or not."),
            new Commands([$"./orrery policy {string.Join(' ', Chips)}", "./orrery policy --rule scale-act", "./orrery policy --rule rolling-threshold"]),
        ]);
    }

    private static Section Claims(IReadOnlyList<ClaimVerdict> verdicts) => new("claims", "The claims, one by one",
    [
        new Paragraph("Supported, refuted, depends (on what, with the boundary) or not testable. A verdict follows from the catalog: another value there is another verdict. Where a range of the catalog's lies on both sides of a boundary, the claim depends on it."),
        .. verdicts.Select(verdict => new Judged(
            verdict.Claim.Id.ToUpperInvariant(), verdict.Claim.Text, $"{verdict.Claim.Speaker}, {verdict.Claim.Document}", ClaimsText.Word(verdict.Verdict),
            string.Join(" ", new[] { ClaimsText.Boundary(verdict) is { Length: > 0 } boundary ? char.ToUpperInvariant(boundary[0]) + boundary[1..].TrimEnd('.') + "." : "", verdict.Claim.Because }.Where(text => text.Length > 0)),
            $"./orrery claims {verdict.Claim.Id}")),
    ]);

    private Section Inconsistencies() => new("inconsistencies", "What does not fit together in the documents",
    [
        new Paragraph("Found from what the documents state, as data: precisions mixed in one comparison, one direction held against both, counts called performance, arithmetic that does not follow."),
        new Bullets([.. Detectors.Find(catalog, StatementReader.ReadFolder(Path.Combine(Tool.Home, "claims", "statements"))).Select(one =>
            $"{char.ToUpperInvariant(one.Kind[0])}{one.Kind[1..]} ({string.Join(", ", one.Statements.Select(statement => statement.Document).Distinct())}): {one.Says}.")]),
        new Commands(["./orrery claims --inconsistencies"]),
    ]);

    private Section Sure()
    {
        var record = TrackRecord.Load(Tool.Evidence(TrackRecord.FileName));
        return new Section("sure", "How sure this is",
        [
            new Paragraph("Training predictions are checked on published runs that they were not fitted to where that is said; nothing was fitted to Ascend systems, whose published runs are predicted blind. Software moves: a ratio holds for the releases that the catalog names."),
            new Bullets([.. record.Entries.Where(entry => entry.Group.StartsWith("class:", StringComparison.Ordinal)).Select(entry =>
                $"{entry.Group["class:".Length..]}: median error {Number.Percent(entry.MedianError)}, nine in ten under {Number.Percent(entry.P90Error)}, {entry.Rows} published runs")]),
            new Paragraph("S0 is the digest of 'No Jensen, not all compute is created equal', S1 the essay 'Do Not Underestimate Jensen Huang's Judgment', S2 and S3 two threads of comments. Facts have their sources in the catalog: './orrery catalog show NAME' prints them."),
            new Commands(["./orrery validate training", "./orrery validate transfer", "./orrery validate serving"]),
        ]);
    }

    private Cluster Whole(string id) => new(catalog.System(id), catalog.System(id).Chips);

    private Contestant Contestant(string id) => new(id, Whole(id), catalog.DefaultStack(catalog.System(id).Chip));
}
