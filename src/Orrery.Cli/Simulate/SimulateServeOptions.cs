using System.CommandLine;
using System.Globalization;
using Orrery.Cli.Shell;
using Orrery.Cli.Terminal;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Workloads;
using Orrery.Interchange.RequestTraces;
using Orrery.Simulation.Requests;

namespace Orrery.Cli.Simulate;

/// <summary>The words of <c>simulate serve</c>: those of <c>estimate serve</c>, how requests come, and what they must keep to.</summary>
internal sealed class SimulateServeOptions
{
    public const int DefaultRequests = 10_000;

    private static readonly Dictionary<string, Routing> Routings = new() { ["round-robin"] = Routing.RoundRobin, ["least-outstanding"] = Routing.LeastOutstanding };

    private readonly ServingOptions _run = new(withLoad: false);
    private readonly Option<double?> _rate = Amount.Rate("--rate", "Requests a second over all replicas, at random (Poisson)");
    private readonly Option<double?> _burstiness = Choice.Between("--burstiness", "Standard deviation of the gaps between arrivals over their mean (default 1: Poisson; 0 even, above 1 bursty)", 0, 100);
    private readonly Option<int?> _concurrency = Choice.Whole("--concurrency", "Requests in flight over all replicas, the next one sent when one is done", most: 10_000_000);
    private readonly Option<bool> _atOnce = new("--at-once") { Description = "All requests are there from the start" };
    private readonly Option<string?> _trace = new("--trace") { Description = "Requests of a recorded trace: CSV as of Azure or JSON lines as of Mooncake", HelpName = "FILE" };
    private readonly Option<double?> _speed = Choice.Between("--speed", "Seconds of the trace that pass in a second (default 1)", 1e-6, 1e6);
    private readonly Option<int?> _blockTokens = Choice.Whole("--block-tokens", $"Tokens of a block that the trace names (default {RequestTrace.MooncakeBlockTokens})", most: 1_000_000);
    private readonly Option<int?> _requests = Choice.Whole("--requests", $"Requests in all (default {DefaultRequests:N0}; of a trace, all)", most: 1_000_000_000);
    private readonly Option<int?> _warmUp = Choice.Whole("--warm-up", "First requests that latencies leave out (default: with --concurrency twice that, half of all at most; else 0)", least: 0, most: 1_000_000_000);
    private readonly Option<int?> _seed = Choice.Whole("--seed", "Seed of what is drawn (default 0)", least: 0, most: int.MaxValue);
    private readonly Option<Routing?> _routing = Choice.Of("--routing", "Which replica gets the next request (default least-outstanding)", Routings);
    private readonly Option<double?> _ttft = Amount.Time("--ttft", "Target of goodput: time to first token at most");
    private readonly Option<double?> _tpot = Amount.Time("--tpot", "Target of goodput: time per output token at most");
    private readonly Option<string?> _requestsCsv = new("--requests-csv") { Description = "Also write every request to this file", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        _run.AddTo(command);
        foreach (var option in new Option[]
        {
            _rate, _burstiness, _concurrency, _atOnce, _trace, _speed, _blockTokens, _requests, _warmUp, _seed, _routing, _ttft, _tpot, _requestsCsv,
        })
        {
            command.Options.Add(option);
        }
    }

    public void LookUp(ParseResult parsed, Facts facts) => _run.LookUp(parsed, facts);

    /// <summary>Resolves all words and looks through the trace; all that is wrong is thrown at once.</summary>
    public SimulateServeRequest Read(ParseResult parsed)
    {
        RequestTrace? trace = null;
        var path = parsed.GetValue(_trace);
        var run = _run.Read(parsed, facts =>
        {
            Check(parsed, facts);
            trace = path is null ? null : Inspect(parsed, path, facts);
        }, () => path is null ? null : (Mean(trace?.MeanInput), Mean(trace?.MeanOutput)));
        if (run.Workload.HostHitRate > 0)
        {
            throw BadInput.Because(CommandLineCode.Conflict, "--host-cache is not simulated: bringing keys in from host memory has no queue here", "leave it out; estimate serve counts it in the mean");
        }

        if (trace is { NamesBlocks: true } && run.Workload.PrefixHitRate > 0)
        {
            throw BadInput.Because(CommandLineCode.Conflict, "--prefix-hits is given, but the trace names the blocks of its prompts, which say what is found again", "leave it out");
        }

        var requests = parsed.GetValue(_requests) ?? (trace?.Requests ?? DefaultRequests);
        var scenario = new ServingScenario
        {
            Workload = run.Workload,
            Deployment = run.Deployment,
            System = run.Cluster.System,
            Engine = run.Engine,
            Arrivals = Coming(parsed, trace),
            Requests = requests,
            Seed = (ulong)(parsed.GetValue(_seed) ?? 0),
            WarmUp = parsed.GetValue(_warmUp) ?? (parsed.GetValue(_concurrency) is { } clients ? Math.Min(2L * clients, requests / 2) : 0),
            Routing = parsed.GetValue(_routing) ?? Routing.LeastOutstanding,
            Targets = new LatencyTargets(parsed.GetValue(_ttft), parsed.GetValue(_tpot)),
        };
        return new SimulateServeRequest(run, scenario, Typed(parsed, scenario), trace, path, parsed.GetValue(_requestsCsv));
    }

    private static TokenRange Mean(double? tokens) => TokenRange.Exactly((int)Math.Max(1, Math.Round(tokens ?? 1)));

    private RequestTrace? Inspect(ParseResult parsed, string path, Facts facts)
    {
        var wrong = new DiagnosticList();
        var trace = RequestTrace.Inspect(path, wrong, parsed.GetValue(_requests) ?? long.MaxValue, parsed.GetValue(_blockTokens) ?? RequestTrace.MooncakeBlockTokens);
        facts.Add(wrong);
        return trace;
    }

    private void Check(ParseResult parsed, Facts facts)
    {
        var ways = new List<string>();
        void Way(bool isGiven, string name)
        {
            if (isGiven)
            {
                ways.Add(name);
            }
        }

        Way(parsed.GetValue(_rate) is not null, "--rate");
        Way(parsed.GetValue(_concurrency) is not null, "--concurrency");
        Way(parsed.GetValue(_atOnce), "--at-once");
        Way(parsed.GetValue(_trace) is not null, "--trace");
        if (ways.Count == 0)
        {
            facts.Wrong(CommandLineCode.Missing, "how do requests come? None of --rate, --concurrency, --at-once and --trace is given", "for example --rate 5, or --concurrency 64");
        }

        if (ways.Count > 1)
        {
            facts.Wrong(CommandLineCode.Conflict, $"{string.Join(" and ", ways)} exclude each other: requests come in one way", "leave all but one out");
        }

        void Needs(bool isGiven, string name, string other)
        {
            if (isGiven && !ways.Contains(other))
            {
                facts.Wrong(CommandLineCode.Conflict, $"{name} is given without {other}, of which it speaks", $"give {other}, or leave it out");
            }
        }

        Needs(parsed.GetValue(_burstiness) is not null, "--burstiness", "--rate");
        Needs(parsed.GetValue(_speed) is not null, "--speed", "--trace");
        Needs(parsed.GetValue(_blockTokens) is not null, "--block-tokens", "--trace");
        var requests = parsed.GetValue(_requests) ?? (parsed.GetValue(_trace) is null ? DefaultRequests : int.MaxValue);
        if (parsed.GetValue(_warmUp) is { } warmUp && warmUp >= requests)
        {
            facts.Wrong(CommandLineCode.Conflict, string.Create(CultureInfo.InvariantCulture, $"--warm-up {warmUp} leaves none of {requests} requests to measure"), "give more --requests");
        }

        OutputFile.Check(facts, "--requests-csv", parsed.GetValue(_requestsCsv));
        if (parsed.GetValue(_requestsCsv) is { Length: > 0 } output && parsed.GetValue(_trace) is { Length: > 0 } trace && Path.GetFullPath(output) == Path.GetFullPath(trace))
        {
            facts.Wrong(CommandLineCode.Conflict, $"--requests-csv would overwrite the trace '{trace}'", "name another file");
        }
    }

    private Arrivals Coming(ParseResult parsed, RequestTrace? trace)
    {
        if (trace is not null)
        {
            var speed = parsed.GetValue(_speed) ?? 1;
            var mean = trace.Seconds > 0 ? (trace.Requests - 1) / trace.Seconds * speed : 0;
            return new Arrivals.Recorded(trace.Rows(), speed, mean, trace.NamesBlocks ? parsed.GetValue(_blockTokens) ?? RequestTrace.MooncakeBlockTokens : 0);
        }

        return parsed.GetValue(_concurrency) is { } clients ? new Arrivals.InFlight(clients)
            : parsed.GetValue(_rate) is { } rate ? new Arrivals.AtRate(rate, parsed.GetValue(_burstiness) ?? 1)
            : new Arrivals.AtOnce();
    }

    private string Typed(ParseResult parsed, ServingScenario scenario)
    {
        var words = new List<string>
        {
            scenario.Arrivals switch
            {
                Arrivals.AtRate { Variation: 1 } rate => $"--rate {Number.Raw(rate.PerSecond)}",
                Arrivals.AtRate rate => $"--rate {Number.Raw(rate.PerSecond)} --burstiness {Number.Raw(rate.Variation)}",
                Arrivals.InFlight loop => Text($"--concurrency {loop.Requests}"),
                Arrivals.AtOnce => "--at-once",
                _ => $"--trace {Quoted(parsed.GetValue(_trace)!)}",
            },
            Text($"--requests {scenario.Requests} --seed {scenario.Seed}"),
        };
        if (parsed.GetValue(_speed) is { } speed)
        {
            words.Add($"--speed {Number.Raw(speed)}");
        }

        if (parsed.GetValue(_blockTokens) is { } tokens)
        {
            words.Add(Text($"--block-tokens {tokens}"));
        }

        if (parsed.GetValue(_warmUp) is { } warmUp)
        {
            words.Add(Text($"--warm-up {warmUp}"));
        }

        if (parsed.GetValue(_routing) is { } routing)
        {
            words.Add($"--routing {Words.Of(Routings, routing)}");
        }

        if (scenario.Targets.Ttft is { } ttft)
        {
            words.Add($"--ttft {Number.Raw(ttft)}s");
        }

        if (scenario.Targets.Tpot is { } tpot)
        {
            words.Add($"--tpot {Number.Raw(tpot)}s");
        }

        return string.Join(' ', words);
    }

    private static string Quoted(string path) =>
        path.All(letter => char.IsLetterOrDigit(letter) || "/._-+,:=@".Contains(letter, StringComparison.Ordinal)) ? path : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
