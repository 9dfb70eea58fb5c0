namespace Orrery.Cli.Shell;

/// <summary>What the process says to the shell.</summary>
internal enum ExitCode
{
    Answered = 0,

    /// <summary>A valid question with a negative answer.</summary>
    No = 1,
    BadInput = 2,
    OurFault = 3,

    /// <summary>Interrupted with part of an answer; a verb that has none ends at once with the same code, which the runtime gives.</summary>
    Interrupted = 130,
}
