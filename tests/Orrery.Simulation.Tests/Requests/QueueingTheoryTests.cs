using Orrery.Simulation.Engine;
using Orrery.Simulation.Requests;
using Xunit;

namespace Orrery.Simulation.Tests.Requests;

/// <summary>One request at a time is a queue with one server, whose mean wait is known.</summary>
public sealed class QueueingTheoryTests
{
    private const int Requests = 200_000;

    /// <summary>Pollaczek and Khinchine with fixed service: <c>rho S / 2 (1 - rho)</c>.</summary>
    [Theory]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void Requests_of_one_length_wait_as_in_a_queue_with_fixed_service(double busy)
    {
        var workload = Served.Workload(512, 64);
        var service = Alone(512, 64);
        var sums = default(Sums);
        Served.OneAtATime(workload, out var step).Run(OpenLoop.Poisson(new RequestLengths(workload, 1), busy / (service - step.Engine.RequestS), Requests, 1), ref sums);

        var wait = (sums.Latency / sums.Count) - service;
        var expected = busy * (service - step.Engine.RequestS) / (2 * (1 - busy));
        Assert.InRange(wait / expected, 0.97, 1.03);
    }

    /// <summary>With exponential service a request is there for <c>S / (1 - rho)</c> in the mean, and its time has the same spread.</summary>
    [Theory]
    [InlineData(0.3)]
    [InlineData(0.6)]
    public void Requests_of_exponential_length_wait_as_in_a_queue_with_exponential_service(double busy)
    {
        const double MeanOutput = 400;
        var workload = Served.Workload(1, 400);
        var replica = Served.OneAtATime(workload, out var step);
        var each = (Alone(1, 801) - Alone(1, 1)) / 800;
        var service = (MeanOutput * each) + Alone(1, 1) - step.Engine.RequestS;
        var sums = default(Sums);
        replica.Run(new ExponentialLengths(MeanOutput, busy / service), ref sums);

        var mean = (sums.Latency / sums.Count) - step.Engine.RequestS;
        var spread = Math.Sqrt((sums.LatencySquares / sums.Count) - Math.Pow(sums.Latency / sums.Count, 2));
        Assert.InRange(mean / (service / (1 - busy)), 0.96, 1.04);
        Assert.InRange(spread / mean, 0.95, 1.05);
    }

    /// <summary>From arrival to last token where nothing else runs.</summary>
    private static double Alone(int input, int output)
    {
        var sums = default(Sums);
        var workload = Served.Workload(input, output);
        Served.OneAtATime(workload, out _).Run(OpenLoop.AtOnce(new RequestLengths(workload, 1), 1), ref sums);
        return sums.Latency;
    }

    private sealed class ExponentialLengths(double mean, double rate) : IRequestLoad
    {
        private RandomStream _lengths = RandomStream.For(3, "lengths");
        private RandomStream _gaps = RandomStream.For(3, "gaps");
        private int _left = Requests;

        public double NextAt { get; private set; }

        public Request Take()
        {
            // Rounded to the nearest, so that the mean stays.
            var request = new Request(NextAt, 1, 1 + (int)Math.Round(_lengths.NextExponential(mean)));
            NextAt = --_left > 0 ? NextAt + _gaps.NextExponential(1 / rate) : double.PositiveInfinity;
            return request;
        }

        public void Finished(double at)
        {
        }
    }
}
