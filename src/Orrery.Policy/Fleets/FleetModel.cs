using Orrery.Domain;
using Orrery.Domain.Hardware;
using Orrery.Domain.Workloads;

namespace Orrery.Policy.Fleets;

/// <summary>A fleet made ready to be evaluated many times: plans looked up, every input given its place.</summary>
internal sealed class FleetModel
{
    public const double SecondsAYear = 365.25 * 86400;

    private readonly Fleet _fleet;
    private readonly FleetQuestion _question;
    private readonly List<Kind> _kinds = [];
    private readonly List<Holding> _holdings = [];
    private readonly List<string> _sites;
    private readonly Kind _reference;
    private readonly int _total, _pue, _load, _coefficient, _exponent, _frontier;

    public FleetModel(Fleet fleet, FleetQuestion question, IReadOnlyDictionary<string, PlannedChip> plans, PaperH100e paper, FleetInputs inputs)
    {
        (_fleet, _question) = (fleet, question);
        var file = $"fleets/{fleet.Id}:";
        _total = fleet.Total is { } total ? inputs.Add(file + "total", total) : -1;
        _pue = inputs.Add(file + "pue", fleet.Pue);
        _load = inputs.Add(file + "mean_load", fleet.MeanLoad);
        _coefficient = inputs.Add(InputNames.Coefficient(question.Law), question.Law.Coefficient);
        _exponent = inputs.Add(InputNames.Exponent(question.Law), question.Law.Exponent);
        _frontier = inputs.Add(InputNames.Frontier, question.FrontierFlop);
        _reference = KindOf(plans[FleetPlanner.Reference]);
        _sites = [.. fleet.Holdings.Select(holding => holding.Site).Where(site => site.Length > 0).Distinct()];
        foreach (var holding in fleet.Holdings)
        {
            var kind = KindOf(plans[holding.System.Id]);
            var unit = holding.Unit switch { FleetUnit.Chips => "chips", FleetUnit.H100e => "h100e", _ => "share" };
            _holdings.Add(new Holding(
                holding, kind, inputs.Add($"{file}holdings.{holding.Name}.{unit}", holding.Amount), _sites.IndexOf(holding.Site),
                [.. holding.Clusters.Select(one => new Class(
                    one.Chips is { } chips ? inputs.Add($"{file}cluster_sizes.{one.Name}.chips", chips) : -1, inputs.Add($"{file}cluster_sizes.{one.Name}.share", one.Share)))]));
            if (holding.Unit != FleetUnit.Chips && kind.Paper[(int)fleet.CountedBy] <= 0)
            {
                throw new MissingFactException($"{holding.System.Chip.Id} has no format that '{fleet.CountedBy}' counts, so that H100e say nothing of how many {holding.Name} are; say chips");
            }
        }

        Kind KindOf(PlannedChip plan)
        {
            var known = _kinds.Find(kind => ReferenceEquals(kind.Plan, plan));
            if (known is not null)
            {
                return known;
            }

            var system = plan.System;
            var power = system.Power is { } watts
                ? inputs.Add($"systems/{system.Id}:power", new Sourced<double>(watts.Value.Value, watts.Source, watts.Confidence, watts.Low.Value, watts.High.Value, watts.Note))
                : -1;
            var kind = new Kind(
                plan, plan.Run.Filled(), [.. Enum.GetValues<H100Count>().Select(count => paper.Of(system.Chip, count))],
                Factor(InputNames.Dense, plan.Dense), Factor(InputNames.Moe, plan.Moe), Factor(InputNames.Decode, plan.Decode.IsKnown ? plan.Decode : plan.Serving),
                inputs.Add(new FleetInput(InputNames.Failures(system), 1, plan.Run.FailureRange.Low, plan.Run.FailureRange.High, "ranges of the failure profile", IsFactor: true)), power);
            _kinds.Add(kind);
            return kind;

            int Factor(string what, ChipRate rate) => inputs.Add(new FleetInput(
                InputNames.Training(what, system), 1, rate.Low, rate.High, "residuals of left-out results and ranges of chip and kernels", IsFactor: true));
        }
    }

    public IReadOnlyList<PlannedChip> Plans => [.. _kinds.Select(kind => kind.Plan)];

    /// <summary>Every figure at one draw of all inputs, by <see cref="FleetFigure"/>.</summary>
    /// <param name="each">Told what each holding brings; null to leave that out.</param>
    public void Evaluate(ReadOnlySpan<double> x, Span<double> figures, Action<HoldingResult>? each = null)
    {
        figures.Clear();
        var curves = Curves(x);
        var sites = _sites.Select(_ => new List<(BatchRate Rate, double Loss)>()).ToList();
        var flop = _reference.Plan.Run.FlopPerToken;
        var law = Law(x);
        var shareSum = ShareSum(x);
        var counted = 1 + (int)_fleet.CountedBy;
        var siteChips = SiteChips(x, shareSum);
        foreach (var holding in _holdings)
        {
            var kind = holding.Kind;
            var chips = Chips(holding, x, shareSum);
            var brings = new HoldingResult(holding.Of, chips)
            {
                Paper = chips * kind.Paper[(int)_fleet.CountedBy],
                Dense = Over(kind.Plan.Dense, kind.Dense, plan => plan.Dense, kind => kind.Dense, x) * chips,
                Moe = Over(kind.Plan.Moe, kind.Moe, plan => plan.Moe, kind => kind.Moe, x) * chips,
                Decode = Over(kind.Plan.Decode, kind.Decode, plan => plan.Decode, kind => kind.Decode, x) * chips,
                Served = kind.Plan.Serving.IsKnown ? kind.Plan.Serving.TokensPerSecond * x[kind.Decode] * chips : 0,
                Power = kind.Power < 0 ? 0 : x[kind.Power] / kind.Plan.System.Chips * chips * x[_pue],
            };
            Spread(holding, brings, curves[_kinds.IndexOf(kind)], x, flop);
            figures[(int)FleetFigure.Chips] += chips;
            for (var count = 0; count < kind.Paper.Length; count++)
            {
                figures[(int)FleetFigure.PaperTpp + count] += chips * kind.Paper[count];
            }

            figures[(int)FleetFigure.DeliveredDense] += brings.Dense;
            figures[(int)FleetFigure.DeliveredMoe] += brings.Moe;
            figures[(int)FleetFigure.DeliveredDecode] += brings.Decode;
            figures[(int)FleetFigure.ServedTokens] += brings.Served;
            figures[(int)FleetFigure.SitePower] += brings.Power;
            figures[(int)FleetFigure.FrontierRuns] += brings.FrontierRuns;
            figures[(int)FleetFigure.BigH100e] += brings.Big;
            figures[(int)FleetFigure.ClusterRun] = Math.Max(figures[(int)FleetFigure.ClusterRun], brings.LargestRun);
            if (holding.Site >= 0 && siteChips.Remove((holding.Site, kind), out var joined) && curves[_kinds.IndexOf(kind)] is { } curve)
            {
                sites[holding.Site].Add(curve.Rate(joined));
            }

            each?.Invoke(brings);
        }

        figures[counted] += _fleet.UnknownH100e;
        figures[(int)FleetFigure.BigShare] = figures[counted] > 0 ? figures[(int)FleetFigure.BigH100e] / figures[counted] : 0;
        figures[(int)FleetFigure.EnergyAYear] = figures[(int)FleetFigure.SitePower] * x[_load] * SecondsAYear;
        figures[(int)FleetFigure.SiteRun] = figures[(int)FleetFigure.ClusterRun];
        foreach (var kinds in sites)
        {
            figures[(int)FleetFigure.SiteRun] = Math.Max(figures[(int)FleetFigure.SiteRun], law.Tokens(Together(kinds), _question.Seconds) * flop);
        }
    }

    /// <summary>
    /// Several kinds of chips on one run.
    /// Equation: batches and rates add, and the run pays for the failures of all. Assumption: each kind takes a part of the batch that it finishes when the others do, and
    /// what they exchange costs nothing more: an upper end.
    /// </summary>
    private static BatchRate Together(List<(BatchRate Rate, double Loss)> kinds)
    {
        var losses = kinds.Sum(kind => kind.Loss);
        return new BatchRate(kinds.Sum(kind => kind.Rate.BatchTokens), kinds.Sum(kind => kind.Rate.TokensPerSecond * Math.Exp(kind.Loss - losses)));
    }

    /// <summary>The curves under one draw; null where a system trains nothing.</summary>
    public DrawnCurve?[] Curves(ReadOnlySpan<double> x)
    {
        var curves = new DrawnCurve?[_kinds.Count];
        for (var at = 0; at < curves.Length; at++)
        {
            var kind = _kinds[at];
            curves[at] = kind.Nodes.Count == 0 ? null : new DrawnCurve(kind.Nodes, Law(x), x[kind.Dense], x[kind.Failures], _question.Seconds);
        }

        return curves;
    }

    private CriticalPower Law(ReadOnlySpan<double> x) =>
        CriticalPower.Of(_question.Law, x[_coefficient], x[_exponent], _reference.Plan.Run.Parameters);

    /// <summary>The holding's clusters, one class after another: their largest run, frontier runs, and what stands in big ones.</summary>
    private void Spread(Holding holding, HoldingResult brings, DrawnCurve? curve, ReadOnlySpan<double> x, double flop)
    {
        var shares = 0.0;
        foreach (var one in holding.Classes)
        {
            shares += x[one.Share];
        }

        var paper = holding.Kind.Paper[(int)_fleet.CountedBy];
        var needed = curve?.ChipsFor(x[_frontier] / flop) ?? double.PositiveInfinity;
        foreach (var one in holding.Classes)
        {
            var chips = shares > 0 ? brings.Chips * x[one.Share] / shares : 0;
            var size = one.Chips < 0 ? chips : Math.Min(x[one.Chips], chips);
            brings.LargestCluster = Math.Max(brings.LargestCluster, size);
            brings.LargestRun = Math.Max(brings.LargestRun, (curve?.Tokens(size) ?? 0) * flop);
            var finishes = size >= needed;
            if (finishes)
            {
                brings.FrontierRuns += chips / needed * (SecondsAYear / _question.Seconds);
            }

            if (_question.BigCluster is { } least ? size * paper >= least : finishes)
            {
                brings.Big += chips * paper;
            }
        }
    }

    /// <summary>H100 equivalents of one chip on one workload; 0 where either rate is not known.</summary>
    private double Over(ChipRate rate, int factor, Func<PlannedChip, ChipRate> of, Func<Kind, int> factorOf, ReadOnlySpan<double> x)
    {
        var reference = of(_reference.Plan);
        return rate.IsKnown && reference.IsKnown ? rate.TokensPerSecond * x[factor] / (reference.TokensPerSecond * x[factorOf(_reference)]) : 0;
    }

    private double ShareSum(ReadOnlySpan<double> x)
    {
        var sum = 0.0;
        foreach (var holding in _holdings)
        {
            sum += holding.Of.Unit == FleetUnit.Share ? x[holding.Amount] : 0;
        }

        return sum;
    }

    private double Chips(Holding holding, ReadOnlySpan<double> x, double shareSum)
    {
        var amount = x[holding.Amount];
        return holding.Of.Unit switch
        {
            FleetUnit.Chips => amount,
            FleetUnit.H100e => amount / holding.Kind.Paper[(int)_fleet.CountedBy],
            _ => x[_total] * amount / shareSum / holding.Kind.Paper[(int)_fleet.CountedBy],
        };
    }

    private Dictionary<(int Site, Kind Kind), double> SiteChips(ReadOnlySpan<double> x, double shareSum)
    {
        var joined = new Dictionary<(int, Kind), double>();
        foreach (var holding in _holdings)
        {
            if (holding.Site >= 0)
            {
                joined[(holding.Site, holding.Kind)] = joined.GetValueOrDefault((holding.Site, holding.Kind)) + Chips(holding, x, shareSum);
            }
        }

        return joined;
    }

    /// <summary>A system with the places of what is unsure about it.</summary>
    /// <param name="Nodes">Sizes of its clusters, those between planned ones too.</param>
    /// <param name="Paper">H100e of one chip, by <see cref="H100Count"/>.</param>
    private sealed record Kind(PlannedChip Plan, IReadOnlyList<RunNode> Nodes, double[] Paper, int Dense, int Moe, int Decode, int Failures, int Power)
    {
        public bool Equals(Kind? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
    }

    private sealed record Holding(FleetHolding Of, Kind Kind, int Amount, int Site, Class[] Classes);

    private readonly record struct Class(int Chips, int Share);
}
