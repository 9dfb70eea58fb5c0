using Orrery.Simulation.Engine;
using Orrery.Simulation.Requests;
using Xunit;

namespace Orrery.Simulation.Tests.Requests;

/// <summary>One request at a time is a queue with one server, whose mean wait is known.</summary>
public sealed class QueueingTheoryTests
{
    private const int Requests = 200_000;
    private const double StandardErrors = 3;

    /// <summary>Pollaczek and Khinchine with fixed service: <c>rho S / 2 (1 - rho)</c>.</summary>
    [Theory]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void Requests_of_one_length_wait_as_in_a_queue_with_fixed_service(double busy)
    {
        var workload = Served.Workload(512, 64);
        var service = Alone(512, 64);
        var latencies = new BatchMeans(Requests);
        Served.OneAtATime(workload, out var step).Run(OpenLoop.Poisson(new RequestLengths(workload, 1), busy / (service - step.Engine.RequestS), Requests, 1), ref latencies);

        var expected = busy * (service - step.Engine.RequestS) / (2 * (1 - busy));
        Assert.InRange(latencies.StandardError / expected, 0, 0.02);
        Assert.InRange((latencies.Mean - service - expected) / latencies.StandardError, -StandardErrors, StandardErrors);
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
        var latencies = new BatchMeans(Requests);
        replica.Run(new ExponentialLengths(MeanOutput, busy / service), ref latencies);

        // A step takes a little longer the more keys there are, so that service is exponential to half a per cent only.
        const double NotExponential = 0.005;
        var expected = service / (1 - busy);
        var mean = latencies.Mean - step.Engine.RequestS;
        Assert.InRange(latencies.StandardError / expected, 0, 0.02);
        Assert.InRange(mean - expected, -(StandardErrors * latencies.StandardError) - (NotExponential * expected), (StandardErrors * latencies.StandardError) + (NotExponential * expected));
        Assert.InRange(latencies.Spread / mean, 0.95, 1.05);
    }

    /// <summary>From arrival to last token where nothing else runs.</summary>
    private static double Alone(int input, int output)
    {
        var sums = default(Sums);
        var workload = Served.Workload(input, output);
        Served.OneAtATime(workload, out _).Run(OpenLoop.AtOnce(new RequestLengths(workload, 1), 1), ref sums);
        return sums.Latency;
    }

    /// <summary>The mean latency and how sure it is: neighbours wait for each other, so that the means of long stretches are what varies on its own.</summary>
    private readonly struct BatchMeans(int requests) : IRequestWatcher
    {
        private const int Batches = 50;
        private readonly double[] _sums = new double[Batches];
        private readonly double[] _squares = new double[1];
        private readonly long[] _count = new long[1];

        public double Mean => _sums.Sum() / _count[0];

        public double Spread => Math.Sqrt((_squares[0] / _count[0]) - (Mean * Mean));

        public double StandardError
        {
            get
            {
                var (mean, each) = (Mean, (double)_count[0] / Batches);
                return Math.Sqrt(_sums.Sum(sum => Math.Pow((sum / each) - mean, 2)) / (Batches * (Batches - 1)));
            }
        }

        public void Finished(in FinishedRequest request)
        {
            _sums[_count[0]++ * Batches / requests] += request.Latency;
            _squares[0] += request.Latency * request.Latency;
        }

        public void Stepped(in ReplicaSample sample)
        {
        }
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
