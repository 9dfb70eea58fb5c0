using System.CommandLine;
using System.CommandLine.Help;
using System.Text;
using Orrery.Cli.Calibrate;
using Orrery.Cli.CatalogVerb;
using Orrery.Cli.Claims;
using Orrery.Cli.Compare;
using Orrery.Cli.Cost;
using Orrery.Cli.Effective;
using Orrery.Cli.Estimate;
using Orrery.Cli.Fleets;
using Orrery.Cli.Parity;
using Orrery.Cli.Plan;
using Orrery.Cli.Policy;
using Orrery.Cli.Report;
using Orrery.Cli.Scale;
using Orrery.Cli.Shell;
using Orrery.Cli.Simulate;
using Orrery.Cli.Validate;

namespace Orrery.Cli;

internal static class Program
{
    private static int Main(string[] args)
    {
        // One write a screenful instead of one a line; UTF-8 without a byte-order mark whatever the locale says.
        Console.SetOut(new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 16384) { NewLine = "\n" });
        var code = (int)Verb.Run(() => (ExitCode)Invoke(args));
        Console.Out.Flush();
        return code;
    }

    private static int Invoke(string[] args)
    {
        // A '@' starts a system's name here, not a file of arguments.
        var parsed = Root().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
        {
            Messages.Write([.. ParseFailure.Explain(parsed), .. Verb.UnknownNames(parsed)]);
            return (int)ExitCode.BadInput;
        }

        return parsed.Invoke(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null, // an interrupt ends the process at once, with code 130
            Output = Console.Out,
        });
    }

    private static RootCommand Root()
    {
        var root = new RootCommand("""
            Predicts what AI compute systems deliver, and says how far off such predictions have been. For example:

                orrery compare gb200-nvl72 cloudmatrix-384
                orrery estimate train deepseek-v3@gb200-nvl72:256 --pp 4 --ep 64 --seq 4096 --precision mxfp8
            """);
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Aliases.Clear();
            help.Aliases.Add("-h");
        }

        root.Subcommands.Add(CatalogCommand.Create());
        root.Subcommands.Add(new Command("estimate", "This model on this system with this strategy: how fast, and where time and memory go")
        {
            EstimateTrainCommand.Create(),
            EstimateServeCommand.Create(),
            EstimateRlCommand.Create(),
        });
        root.Subcommands.Add(new Command("simulate", "The same played out event by event: what waits for what, beside what the closed form says")
        {
            SimulateTrainCommand.Create(),
            SimulateServeCommand.Create(),
        });
        root.Subcommands.Add(new Command("plan", "The best strategy, its runners-up, and the proof that nothing better exists")
        {
            PlanTrainCommand.Create(),
            PlanServeCommand.Create(),
        });
        root.Subcommands.Add(CompareCommand.Create());
        root.Subcommands.Add(ParityCommand.Create());
        root.Subcommands.Add(ScaleCommand.Create());
        root.Subcommands.Add(FleetCommand.Create());
        root.Subcommands.Add(EffectiveCommand.Create());
        root.Subcommands.Add(PolicyCommand.Create());
        root.Subcommands.Add(ClaimsCommand.Create());
        root.Subcommands.Add(CostCommand.Create());
        root.Subcommands.Add(ReportCommand.Create());
        root.Subcommands.Add(ValidateCommand.Create());
        root.Subcommands.Add(CalibrateCommand.Create());
        return root;
    }
}
