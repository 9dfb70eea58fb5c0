using MathNet.Numerics.LinearAlgebra;

namespace Orrery.Evidence.Calibration;

/// <summary>What a residual r counts.</summary>
internal enum RobustLoss
{
    /// <summary><c>ln(1 + r^2)</c>: what is far off hardly counts. For published results, some of which are of other settings than they state.</summary>
    Cauchy,

    /// <summary><c>2 (sqrt(1 + r^2) - 1)</c>: what is far off counts by how far. For timings of one bench, which are all meant.</summary>
    PseudoHuber,
}

/// <summary>Damped Gauss-Newton on residuals with Gaussian priors, inside bounds.</summary>
internal static class LeastSquares
{
    /// <summary>The fitted point and the posterior standard deviation of each coordinate.</summary>
    public sealed record Result(double[] Point, double[] Deviation, double Cost, int Steps);

    /// <summary>
    /// Minimises <c>sum loss(r_i(x)) + sum ((x_j - prior_j) / sd_j)^2</c>. <paramref name="residuals"/> fills an array at a
    /// point, and only those that depend on one coordinate when asked to.
    /// </summary>
    /// <param name="start">Where to begin; null for the prior.</param>
    /// <param name="difference">How far a coordinate moves to see how residuals do; larger where they jump.</param>
    public static Result Minimise(
        double[] prior, double[] deviation, double[] low, double[] high, int count, Action<double[], int?, double[]> residuals, int steps = 30,
        double[]? start = null, double difference = 1e-4, RobustLoss loss = RobustLoss.Cauchy)
    {
        var n = prior.Length;
        var x = (double[])(start ?? prior).Clone();
        var r = new double[count];
        residuals(x, null, r);
        var cost = Cost(r, x, prior, deviation, loss);
        var damping = 1e-3;
        var normal = Matrix<double>.Build.Dense(n, n);
        var taken = 0;
        for (; taken < steps; taken++)
        {
            var (jacobian, weight) = Jacobian(x, r, count, residuals, difference, loss);
            normal = Matrix<double>.Build.Dense(n, n);
            var gradient = Vector<double>.Build.Dense(n);
            for (var a = 0; a < n; a++)
            {
                for (var i = 0; i < count; i++)
                {
                    if (jacobian[a][i] != 0)
                    {
                        gradient[a] += weight[i] * jacobian[a][i] * r[i];
                    }
                }

                for (var b = a; b < n; b++)
                {
                    var sum = 0.0;
                    for (var i = 0; i < count; i++)
                    {
                        sum += weight[i] * jacobian[a][i] * jacobian[b][i];
                    }

                    normal[a, b] = normal[b, a] = sum;
                }

                normal[a, a] += 1 / (deviation[a] * deviation[a]);
                gradient[a] += (x[a] - prior[a]) / (deviation[a] * deviation[a]);
            }

            var improved = false;
            for (var attempt = 0; attempt < 6 && !improved; attempt++)
            {
                var damped = normal.Clone();
                for (var a = 0; a < n; a++)
                {
                    damped[a, a] *= 1 + damping;
                }

                var step = damped.Solve(-gradient);
                var next = new double[n];
                for (var a = 0; a < n; a++)
                {
                    next[a] = Math.Clamp(x[a] + Math.Clamp(step[a], -0.5, 0.5), low[a], high[a]);
                }

                var trial = new double[count];
                residuals(next, null, trial);
                var trialCost = Cost(trial, next, prior, deviation, loss);
                if (trialCost < cost)
                {
                    improved = true;
                    var gain = (cost - trialCost) / cost;
                    (x, r, cost) = (next, trial, trialCost);
                    damping /= 5;
                    if (gain < 1e-5)
                    {
                        return new Result(x, Deviations(normal), cost, taken);
                    }
                }
                else
                {
                    damping *= 8;
                }
            }

            if (!improved)
            {
                break;
            }
        }

        return new Result(x, Deviations(normal), cost, taken);
    }

    private static double[] Deviations(Matrix<double> normal) => [.. normal.Inverse().Diagonal().Select(v => Math.Sqrt(Math.Max(0, v)))];

    private static (double[][] Jacobian, double[] Weight) Jacobian(double[] x, double[] r, int count, Action<double[], int?, double[]> residuals, double difference, RobustLoss loss)
    {
        var jacobian = new double[x.Length][];
        for (var a = 0; a < x.Length; a++)
        {
            var moved = (double[])x.Clone();
            moved[a] += difference;
            var at = (double[])r.Clone();
            residuals(moved, a, at);
            for (var i = 0; i < count; i++)
            {
                at[i] = (at[i] - r[i]) / difference;
            }

            jacobian[a] = at;
        }

        var weight = new double[count];
        for (var i = 0; i < count; i++)
        {
            weight[i] = loss == RobustLoss.Cauchy ? 1 / (1 + (r[i] * r[i])) : 1 / Math.Sqrt(1 + (r[i] * r[i]));
        }

        return (jacobian, weight);
    }

    /// <summary>
    /// Equation: <c>ln(1 + r^2)</c>. Near nought it is a square; far out it hardly grows, so rows that something unstated moved by half
    /// do not bend what all others share. Source: Cauchy's loss of robust regression.
    /// </summary>
    public static double Loss(double residual) => Math.Log(1 + (residual * residual));

    private static double Cost(double[] r, double[] x, double[] prior, double[] deviation, RobustLoss loss)
    {
        var cost = 0.0;
        foreach (var value in r)
        {
            cost += loss == RobustLoss.Cauchy ? Loss(value) : 2 * (Math.Sqrt(1 + (value * value)) - 1);
        }

        for (var a = 0; a < x.Length; a++)
        {
            var away = (x[a] - prior[a]) / deviation[a];
            cost += away * away;
        }

        return cost;
    }
}
