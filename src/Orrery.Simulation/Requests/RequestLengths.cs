using Orrery.Domain.Workloads;
using Orrery.Simulation.Engine;

namespace Orrery.Simulation.Requests;

/// <summary>Draws the lengths of requests: prompt and output evenly from their ranges, the cached share of the prompt as the workload says.</summary>
public struct RequestLengths(ServingWorkload workload, ulong seed)
{
    private readonly TokenRange _input = workload.Input;
    private readonly TokenRange _output = workload.Output;
    private readonly double _hitRate = workload.PrefixHitRate;
    private RandomStream _inputs = RandomStream.For(seed, "input lengths");
    private RandomStream _outputs = RandomStream.For(seed, "output lengths");

    public Request Next(double at)
    {
        var input = Draw(ref _inputs, _input);
        return new Request(at, input, Draw(ref _outputs, _output), Math.Min(input - 1, (int)(input * _hitRate)));
    }

    private static int Draw(ref RandomStream stream, TokenRange range) =>
        range.Least == range.Most ? range.Least : range.Least + stream.NextBelow(range.Most - range.Least + 1);
}
