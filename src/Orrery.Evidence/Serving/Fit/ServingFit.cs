using Orrery.Analysis.Serving;
using Orrery.Domain.Software;
using Orrery.Evidence.Calibration;

namespace Orrery.Evidence.Serving.Fit;

/// <summary>Fits the free parameters of the serving engines to measured runs.</summary>
internal sealed class ServingFit
{
    /// <summary>How far off a quantity is expected to be, as a logarithm: what the fit weighs them by.</summary>
    private static readonly Dictionary<string, double> ErrorScale = new()
    {
        ["ttft_ms"] = 0.25,
        ["tpot_ms"] = 0.12,
        ["tokens_per_s_per_chip"] = 0.15,
    };

    private readonly EngineFitPlan _plan;
    private readonly ServingCase[] _cases;
    private readonly double[] _weights;
    private readonly EngineFitParameter[] _free;
    private readonly (int First, int Count)[] _places;

    /// <summary>Cases and where their residuals stand, three quantities at most to a case.</summary>
    public ServingFit(EngineFitPlan plan, IReadOnlyList<ServingCase> cases)
    {
        _plan = plan;
        _cases = [.. cases];
        _free = [.. plan.Free];
        var sizes = _cases.GroupBy(GroupOf).ToDictionary(group => group.Key, group => group.Count());
        _weights = [.. _cases.Select(one => Math.Pow(sizes[GroupOf(one)], -0.4))];
        _places = new (int, int)[_cases.Length];
        var at = 0;
        for (var i = 0; i < _cases.Length; i++)
        {
            _places[i] = (at, 3);
            at += 3;
        }
    }

    public IReadOnlyList<EngineFitParameter> Free => _free;

    /// <summary>A group of rows that are never split between fitting and judging: one model on one chip by one engine in one format.</summary>
    public static string GroupOf(ServingCase one) => $"{one.Workload.Model.Id}|{one.System.Chip.Id}|{one.Engine.Id}|{one.Workload.Precision.Experts}";

    /// <param name="start">Where to begin; null for the priors.</param>
    public LeastSquares.Result Run(IReadOnlyCollection<int> used, int steps, double[]? start = null)
    {
        // Simulated times jump where requests change places: small moves would see the jumps only.
        const double Difference = 0.02;
        var rows = used.Order().ToArray();
        var seen = _free.Select(parameter => rows.Where(row => Sees(_cases[row], parameter)).ToArray()).ToArray();
        return LeastSquares.Minimise(
            [.. _free.Select(p => Math.Log(p.Prior))],
            [.. _free.Select(p => p.Deviation)],
            [.. _free.Select(p => Math.Log(p.Low))],
            [.. _free.Select(p => Math.Log(p.High))],
            _cases.Length * 3,
            (x, only, r) =>
            {
                var engines = Engines(x);
                var seeing = only is { } a ? seen[a] : rows;
                Parallel.For(0, seeing.Length, i => Residuals(seeing[i], engines, r));
            },
            steps, start, Difference);
    }

    /// <summary>Whether a parameter can move a case: the engine's own, and named after nothing or after what the case has.</summary>
    private static bool Sees(ServingCase one, EngineFitParameter parameter) =>
        one.Engine.Id == parameter.Engine
        && parameter.Name.Split('.')[1..].All(word =>
            word == "bf16" || word == EngineParameters.Word(one.Workload.Precision.Dense) || word == EngineParameters.Word(one.Workload.Precision.Experts)
            || word == one.SourceName || word == one.System.Chip.Generation || word == one.System.Chip.Id);

    public IReadOnlyDictionary<EngineFitParameter, double> Values(double[] point)
    {
        var values = new Dictionary<EngineFitParameter, double>();
        for (var i = 0; i < _free.Length; i++)
        {
            values[_free[i]] = Math.Exp(point[i]);
        }

        return values;
    }

    /// <summary>Predicted over measured, less one, of every quantity of some rows at a point.</summary>
    public IEnumerable<(int Row, string Metric, double Error)> Errors(double[] point, IEnumerable<int> rows)
    {
        var engines = Engines(point);
        return rows.SelectMany(row => ServingValidation.Quantities(_cases[row], Predict(row, engines))
            .Select(q => (row, q.Metric, (q.Predicted / q.Measured) - 1)));
    }

    private Dictionary<string, ServingEngine> Engines(double[] point)
    {
        var values = Values(point);
        return _plan.Engines.ToDictionary(engine => engine.Id, engine => _plan.Resolve(engine.Id, values));
    }

    private ServingPrediction Predict(int row, Dictionary<string, ServingEngine> engines) =>
        ServingPrediction.Of(_cases[row] with { Engine = _cases[row].AsRun(engines[_cases[row].Engine.Id]) });

    private void Residuals(int row, Dictionary<string, ServingEngine> engines, double[] r)
    {
        var (at, count) = _places[row];
        Array.Clear(r, at, count);
        foreach (var q in ServingValidation.Quantities(_cases[row], Predict(row, engines)))
        {
            r[at++] = _weights[row] * Math.Log(q.Predicted / q.Measured) / ErrorScale[q.Metric];
        }
    }
}
