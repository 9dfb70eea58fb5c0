using System.Runtime.ExceptionServices;

namespace Orrery.Policy.Claims;

/// <summary>Claims judged together, each plan made once.</summary>
public static class ClaimRun
{
    /// <summary>On all cores; the answers stand in the claims' order whatever the number of cores.</summary>
    /// <param name="progress">Told how many are done.</param>
    /// <exception cref="Orrery.Domain.Diagnostics.InvalidInputException">A claim names something that the catalog does not have.</exception>
    public static IReadOnlyList<ClaimVerdict> Of(IReadOnlyList<Claim> claims, ClaimContext context, Action<int> progress)
    {
        var (found, done) = (new ClaimVerdict[claims.Count], 0);
        try
        {
            Parallel.For(0, claims.Count, at =>
            {
                found[at] = ClaimVerdict.Of(claims[at], context);
                progress(Interlocked.Increment(ref done));
            });
        }
        catch (AggregateException several)
        {
            // A wrong name surfaces as itself.
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }

        return found;
    }
}
