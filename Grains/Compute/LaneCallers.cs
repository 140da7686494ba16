using Microsoft.Extensions.Logging;
using Turnstile.Compute;
using Turnstile.Grains.Compute.Scheduling;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Compute;

/// <summary>
/// Asks callers for their jobs: those whose jobs run low at the lane, and where the lane may have missed some, all that have
/// open jobs. A part of the lane's grain.
/// </summary>
/// <param name="share">Who runs low, and where the answers go.</param>
/// <param name="calls">The way to the callers.</param>
/// <param name="dispatch">Called when there are new jobs.</param>
/// <param name="now">Seconds of a monotonic clock.</param>
/// <param name="logger">Is told of calls that fail.</param>
internal sealed class LaneCallers(FairShare share, ICallerCalls calls, Action dispatch, Func<double> now, ILogger logger)
{
    private const double AskAgainSeconds = 1;

    // Calls on their way at a time. A lane that begins has to ask everybody with open jobs, a million perhaps: all at once, most calls
    // would be given up before their turn, and made again.
    private const int AsksMax = 4_096;

    // Silos end within half a minute, or are ended.
    // All are listed again only when the list before that is worked off, or a million callers would be listed faster than asked.
    private const double AskAllPeriodSeconds = 3;
    private const double AskAllSeconds = 45;

    private readonly Queue<(CallerKey Caller, double Due)> _askAgain = new();

    // Callers that may believe the lane to have jobs that it does not have: not asked since the lane began, or their last answer
    // was lost.
    private readonly HashSet<CallerKey> _strangers = [];

    private int _asking;
    private double _askAllUntil = double.NegativeInfinity;
    private double _askAllAt = double.PositiveInfinity;
    private bool _listing;

    /// <summary>The lane begins: nothing is known of any caller.</summary>
    public void Begin(IEnumerable<CallerRow> open)
    {
        foreach (CallerRow caller in open)
        {
            // Its weight and limits come with its jobs, when it is asked for them.
            _strangers.Add(caller.Key);
            share.Offer(new CallerOffer { Caller = caller.Key, Weight = 1, RunningMax = 1, Jobs = [], More = true });
        }

        // A silo that the lane has come from may be ending, with callers that still take jobs in.
        AskAll(after: AskAllPeriodSeconds);
        AskHungry();
    }

    /// <summary>
    /// Workers have gone, and with them perhaps the grains of callers that had jobs to offer. Those may take jobs in for some
    /// time after, as long as their silo needs to end: callers are asked again and again until then.
    /// </summary>
    public void WorkersLeft() => AskAll(after: 0);

    public void AskHungry()
    {
        while (_asking < AsksMax && share.TryTakeHungry(out CallerQueue? caller))
        {
            Ask(caller.Key).InBackground(logger);
        }
    }

    /// <summary>To be called every second or so.</summary>
    public void Tick()
    {
        while (_askAgain.TryPeek(out (CallerKey Caller, double Due) ask) && ask.Due <= now())
        {
            _askAgain.Dequeue();
            share.AskAgain(ask.Caller);
        }

        if (_askAllAt <= now() && !_listing && _asking < AsksMax)
        {
            ExpectAll().InBackground(logger);
        }
    }

    private void AskAll(double after)
    {
        _askAllUntil = now() + AskAllSeconds;
        _askAllAt = now() + after;
    }

    /// <summary>One whose silo has died knows of no lane until somebody calls it.</summary>
    private async Task ExpectAll()
    {
        _askAllAt = now() < _askAllUntil ? now() + AskAllPeriodSeconds : double.PositiveInfinity;
        _listing = true;
        try
        {
            foreach (CallerRow caller in await calls.WithOpenJobs(after: 0, int.MaxValue))
            {
                share.Expect(caller.Key);
            }

            dispatch();
        }
        catch (Exception e)
        {
            logger.Log(e.Level(), e, "Callers with open jobs could not be read; that is tried again.");
            _askAllAt = now();
        }

        _listing = false;
    }

    private async Task Ask(CallerKey caller)
    {
        _asking++;
        try
        {
            share.Answer(await calls.Take(caller, afresh: _strangers.Remove(caller)));
        }
        catch (Exception e)
        {
            logger.Log(e.Level(), e, "Caller {Caller} could not be asked for its jobs; it is asked again.", caller);

            // Its answer may have been lost, and with it the jobs that it handed over.
            _strangers.Add(caller);
            _askAgain.Enqueue((caller, now() + AskAgainSeconds));
        }

        _asking--;
        dispatch();
    }
}
