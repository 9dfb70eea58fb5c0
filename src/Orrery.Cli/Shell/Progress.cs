using System.Diagnostics;
using Orrery.Cli.Terminal;

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

    /// <summary>Tells how far something is and how long it still takes, once it has taken two seconds.</summary>
    /// <param name="what">Said before the figures: "planning".</param>
    public static Action<double> Watch(string what)
    {
        if (Console.IsErrorRedirected)
        {
            return _ => { };
        }

        const double Patience = 2, Pause = 0.5;
        var clock = Stopwatch.StartNew();
        var next = Patience;
        return share =>
        {
            var elapsed = clock.Elapsed.TotalSeconds;
            if (elapsed >= next)
            {
                next = elapsed + Pause;
                var left = share > 0 ? $", about {Number.Time(elapsed * (1 - share) / share)} left" : "";
                Console.Error.WriteLine($"{what}: {Number.Percent(share)}{left}");
            }
        };
    }
}
