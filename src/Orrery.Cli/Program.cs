using System.CommandLine;

namespace Orrery.Cli;

internal static class Program
{
    private static int Main(string[] args)
    {
        var root = new RootCommand("Predicts what AI compute systems deliver.");
        root.Subcommands.Add(new Command("hello") { new Option<int>("--tp") });
        return root.Parse(args).Invoke();
    }
}
