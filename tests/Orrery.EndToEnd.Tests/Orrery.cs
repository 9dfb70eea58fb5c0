using System.Diagnostics;
using System.Reflection;

namespace Orrery.EndToEnd.Tests;

/// <summary>Runs the command line as a user does, from the root of the checkout.</summary>
internal static class Orrery
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static string Root { get; } = FindRoot();

    public static Run Ask(params string[] arguments) => Ask(arguments, null);

    public static Run Ask(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(Path.Combine(Root, "orrery"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Execute(start, environment);
    }

    /// <summary>A whole line for the shell, pipes and all.</summary>
    public static Run Shell(string line)
    {
        var start = new ProcessStartInfo("bash");
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(line);
        return Execute(start, null);
    }

    private static Run Execute(ProcessStartInfo start, IReadOnlyDictionary<string, string>? environment)
    {
        start.WorkingDirectory = Root;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.RedirectStandardInput = true;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{start.FileName} {string.Join(' ', start.ArgumentList)} did not end");
        }

        return new Run(process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    private static string FindRoot()
    {
        for (var folder = Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Orrery.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("the tests must run from inside a checkout: no Orrery.slnx above the test program");
    }
}

/// <summary>What a command did.</summary>
internal sealed record Run(int Code, string Output, string Error);
