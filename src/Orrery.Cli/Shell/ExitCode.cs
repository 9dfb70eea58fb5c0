namespace Orrery.Cli.Shell;

/// <summary>What the process says to the shell; 130 comes from the runtime when it is interrupted.</summary>
internal enum ExitCode
{
    Answered = 0,

    /// <summary>A valid question with a negative answer.</summary>
    No = 1,
    BadInput = 2,
    OurFault = 3,
}
