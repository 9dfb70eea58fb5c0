namespace Orrery.Cli.Shell;

/// <summary>What is being done, on standard error, for a person who waits; pipes and logs are spared.</summary>
internal static class Progress
{
    public static void Say(string what)
    {
        if (!Console.IsErrorRedirected)
        {
            Console.Error.WriteLine(what);
        }
    }
}
