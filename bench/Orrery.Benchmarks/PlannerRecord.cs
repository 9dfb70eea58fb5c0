using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using BenchmarkDotNet.Environments;
using Orrery.Domain.Diagnostics;
using Orrery.Domain.Workloads;
using Orrery.Interchange.Csv;
using Orrery.Planning.Training;

namespace Orrery.Benchmarks;

/// <summary>
/// The planner against other programs and against the size of the question, in reference loops of 300 million steps (the unit in which
/// other programs' speeds are known), measured in the same run.
/// </summary>
internal static class PlannerRecord
{
    private const int Runs = 5;

    private static readonly (string Question, string Command)[] Commands =
    [
        ("gpt3-175b on 512 A100", "plan train gpt3-175b@dgx-a100:512 --gbs 512 --seq 2048 --any-software --only-best"),
        ("megatron-1t on 4,096 A100", "plan train megatron-1t@dgx-a100:4096 --gbs 4096 --seq 2048 --any-software --only-best"),
        ("deepseek-v3 on 2,048 H100", "plan train deepseek-v3@dgx-h100:2048 --gbs 15360 --seq 4096 --precision fp8-block --only-best"),
        ("10-trillion MoE on 100,000 Ascend 950DT", "plan train custom-10t-moe@atlas-950:100000 --gbs 2048 --only-best"),
        ("compare gb200-nvl72 cloudmatrix-384", "compare gb200-nvl72 cloudmatrix-384"),
    ];

    public static string ToMarkdown()
    {
        var loop = Quickest(() => { var one = new ReferenceLoop(); for (var i = 0; i < 1000; i++) { one.Run(); } });
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');
        Line($"# The planner's speed, in reference loops");
        Line($"");
        Line($"Written by `dotnet run -c Release --project bench/Orrery.Benchmarks -- planner`. One loop is 300 million dependent multiplications and");
        Line($"additions, measured in the same run; of {Runs} runs the quickest counts. A search uses both processors.");
        Line($"");
        Line($"{HostEnvironmentInfo.GetCurrent().CpuInfo.Value.ProcessorName}, {Environment.ProcessorCount} processors, {RuntimeInformation.FrameworkDescription}; one loop took {loop:F2} s. So one second is {1 / loop:F2} loops here, 200 ms {0.2 / loop:F2}.");
        Line($"");
        Line($"## One evaluation");
        Line($"");
        var rate = EvaluationRate.PerSecond();
        Line($"{rate / 1e6:F0} million candidates a second and core ({rate * loop / 1e6:F0} million a loop): memory, offload and step time of every recompute policy of");
        Line($"deepseek-v3 under one plan after another, in vector lanes; nothing is allocated.");
        Line($"");
        Line($"## Whole commands, start of the process included");
        Line($"");
        Line($"| question | loops | strategies in the space | evaluated | strategies per loop and core, over Calculon's |");
        Line($"|---|---:|---:|---:|---:|");
        var peers = Peers();
        foreach (var (question, command) in Commands)
        {
            var calculon = peers.GetValueOrDefault(question);
            var seconds = Quickest(() => Command(command));
            var (strategies, evaluated) = command.StartsWith("plan", StringComparison.Ordinal) ? Counts(command) : (0, 0);
            var ratio = calculon > 0 ? Digits(strategies / (seconds / loop) / Environment.ProcessorCount / calculon) : "";
            Line($"| {question} | {seconds / loop:F2} | {(strategies > 0 ? Digits(strategies) : "")} | {(evaluated > 0 ? Digits(evaluated) : "")} | {ratio} |");
        }

        Line($"");
        Line($"Calculon's rates are in `bench/peers.csv`, with the sizes of its spaces, which these contain. The ratio counts strategies of the space, ruled out or");
        Line($"evaluated: that is what a search is for. What was evaluated alone is in the column before.");
        Line($"");
        Line($"## Over chips");
        Line($"");
        Line($"deepseek-v3 on so many H100, 2,048 sequences of 8,192 tokens; inside a process that has made a search before.");
        Line($"");
        Line($"| chips | strategies in the space | evaluated | layouts looked into | loops |");
        Line($"|---:|---:|---:|---:|---:|");
        for (var chips = 64; chips <= 1 << 20; chips *= 4)
        {
            var question = Searches.Ask("deepseek-v3", "dgx-h100", chips, 2048, 8192, TrainingPrecision.Bf16);
            var plan = TrainingPlanner.Best(question);
            var seconds = Quickest(() => TrainingPlanner.Best(question));
            Line($"| {chips:N0} | {Digits((double)plan.Proof.Strategies)} | {Digits((double)plan.Proof.Evaluated)} | {plan.Proof.Layouts:N0} | {seconds / loop:F3} |");
        }

        return text.ToString();
    }

    /// <summary>Strategies that another program evaluates per loop and core, by question.</summary>
    private static Dictionary<string, double> Peers()
    {
        string[] columns = ["question", "strategies_per_loop_and_core"];
        var wrong = new DiagnosticList();
        var table = CsvTable.Load(Path.Combine(Checkout.Root, "bench", "peers.csv"), columns, wrong);
        wrong.ThrowOnErrors();
        return table!.Rows.ToDictionary(row => table.Text(row, columns[0]), row => double.Parse(table.Text(row, columns[1]), CultureInfo.InvariantCulture));
    }

    private static double Quickest(Action action)
    {
        var least = double.PositiveInfinity;
        for (var run = 0; run < Runs; run++)
        {
            var clock = Stopwatch.StartNew();
            action();
            least = Math.Min(least, clock.Elapsed.TotalSeconds);
        }

        return least;
    }

    private static string Command(string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(Checkout.Root, "orrery"), arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    private static (double Strategies, double Evaluated) Counts(string command)
    {
        using var json = System.Text.Json.JsonDocument.Parse(Command(command + " --json"));
        var proof = json.RootElement.GetProperty("result").GetProperty("proof");
        return (proof.GetProperty("strategies").GetDouble(), proof.GetProperty("evaluated").GetDouble());
    }

    private static string Digits(double value) =>
        value >= 1e6 ? value.ToString("0.00e0", CultureInfo.InvariantCulture) : value.ToString("#,0", CultureInfo.InvariantCulture);
}
