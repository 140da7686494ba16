using System.Collections.Immutable;
using Turnstile.Compute;

namespace Turnstile.Grains.Compute.Scheduling;

/// <content>The whole at one moment, for whoever watches.</content>
internal sealed partial class FairShare
{
    // A look at so many callers takes a millisecond; beyond them what is told is of these.
    private const int LookMax = 10_000;

    /// <summary>When the oldest job was submitted that has not begun and may; null where none waits.</summary>
    public DateTimeOffset? OldestSubmittedAt =>
        _callers.Values.Take(LookMax).Min(caller => caller.OldestFresh?.Job.SubmittedAt);

    /// <summary>One caller at one moment.</summary>
    public LaneCallerView View(CallerKey key, double now)
    {
        if (!_callers.TryGetValue(key, out CallerQueue? caller))
        {
            return new LaneCallerView { Running = 0, Share = 0 };
        }

        double all = _service.Read(now);
        AccountShare account = caller.Account;
        return new LaneCallerView
        {
            Running = caller.Running,
            Share = all > 0 ? caller.Service.Read(now) / all : 0,
            Entitlement = _round.PartOf(account) * account.Callers.PartOf(caller),
            ChargedCpuSeconds = caller.Charged,
            LagSeconds = key.Account.Length == 0 ? account.Deficit : caller.Deficit,
            Reason = caller.Reason,
        };
    }

    /// <summary>The callers that use most or have a right to most, and what of the machine each gets.</summary>
    /// <param name="callersMax">At most so many.</param>
    /// <param name="now">A monotonic time in seconds.</param>
    public ImmutableArray<CallerStanding> Standings(int callersMax, double now)
    {
        double all = _service.Read(now);
        Dictionary<AccountShare, double> weights = [];
        foreach (CallerQueue caller in _callers.Values.Take(LookMax).Where(caller => caller.HasWork))
        {
            weights[caller.Account] = weights.GetValueOrDefault(caller.Account) + caller.Weight;
        }

        double accounts = weights.Keys.Sum(account => account.Weight);
        return
        [
            .. _callers.Values.Take(LookMax)
                .Select(caller => new CallerStanding
                {
                    Caller = caller.Key,
                    Share = all > 0 ? caller.Service.Read(now) / all : 0,
                    Entitlement = caller.HasWork
                        ? caller.Account.Weight / accounts * (caller.Weight / weights[caller.Account])
                        : 0,
                })
                .Where(standing => standing.Entitlement > 0 || standing.Share > Negligible)
                .OrderByDescending(standing => standing.Share + standing.Entitlement)
                .ThenBy(standing => standing.Caller.ToString(), StringComparer.Ordinal)
                .Take(callersMax),
        ];
    }

    /// <summary>CPU seconds used in a second, lately.</summary>
    public double CpuPerSecond(double now) => _service.PerSecond(now);
}
