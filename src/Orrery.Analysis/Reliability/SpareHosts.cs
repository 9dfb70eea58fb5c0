using Orrery.Quantities;

namespace Orrery.Analysis.Reliability;

/// <summary>Hosts that stand in for those under repair.</summary>
public static class SpareHosts
{
    /// <summary>
    /// The share of time in which more hosts are away than there are spares, so that the job stands still.
    /// Equation: Erlang's loss formula for s + 1 places at the offered load a = r R: <c>B(0) = 1, B(k) = a B(k - 1) / (k + a B(k - 1))</c>. Without spares it is
    /// <c>R / (1 / r + R)</c>, one less the availability. Assumption: one host leaves at a time, no job fails while it stands still, repairs do not wait for
    /// each other; whatever their distribution. Source: erlang-1917.
    /// </summary>
    /// <param name="leaving">Hosts that leave for repair, while the job runs.</param>
    /// <param name="spares">Whole hosts; at least 0.</param>
    public static double Waiting(PerSecond leaving, Seconds repair, int spares)
    {
        var load = leaving.Value * repair.Value;
        var blocking = 1.0;
        for (var places = 1; places <= spares + 1; places++)
        {
            blocking = load * blocking / (places + (load * blocking));
        }

        return blocking;
    }
}
