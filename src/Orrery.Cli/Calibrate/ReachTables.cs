using Orrery.Cli.Terminal;
using Orrery.Evidence.Calibration.Collectives;

namespace Orrery.Cli.Calibrate;

/// <summary>Fits of what collectives reach, as rows of a table.</summary>
internal static class ReachTables
{
    public static string Word(TimedOperation operation) => operation switch
    {
        TimedOperation.AllReduce => "all-reduce",
        TimedOperation.AllGather => "all-gather",
        TimedOperation.ReduceScatter => "reduce-scatter",
        TimedOperation.AllToAll => "all-to-all",
        TimedOperation.SendReceive => "send and receive",
        _ => "all-reduce, own kernel",
    };

    /// <summary>Rows of operation, parameter, value, error, before and who decided.</summary>
    public static void AddParameters(Table table, IEnumerable<ReachOutcome> outcomes)
    {
        foreach (var outcome in outcomes)
        {
            foreach (var variable in outcome.Fit.Variables)
            {
                table.Add(
                    Word(outcome.Operation), variable.Name, ReachOutcome.Text(variable.Name, variable.Value), FitTables.Spread(variable),
                    ReachOutcome.Text(variable.Name, variable.Prior), FitTables.Word(variable.Determination));
            }
        }
    }
}
