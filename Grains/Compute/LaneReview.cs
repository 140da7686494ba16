using Microsoft.Extensions.Logging;
using Turnstile.Grains.Compute.Scheduling;

namespace Turnstile.Grains.Compute;

/// <summary>
/// Goes through all callers with open jobs again and again, a few at a time, and has each look whether all its jobs are known to
/// somebody. Jobs are handed on by calls that can be lost, and by silos that can be given up for dead and yet store something:
/// what went wrong there is mended here. A part of the lane's grain.
/// </summary>
/// <param name="share">Is to ask the callers, too: it may not know that one has more.</param>
/// <param name="calls">The way to the callers.</param>
/// <param name="begun">When all callers were asked last; the first pass is due a period later.</param>
/// <param name="periodSeconds">From the begin of one pass to the next, unless there are more callers than that allows.</param>
/// <param name="logger">Is told of calls that fail.</param>
internal sealed class LaneReview(FairShare share, ICallerCalls calls, double begun, double periodSeconds, ILogger logger)
{
    // A look costs some 100 µs, so that a pass takes about a hundredth of a core.
    private const int CallersPerTick = 64;

    private double _passEnds = begun + periodSeconds;
    private long _after;
    private bool _reading;

    /// <summary>To be called every second or so.</summary>
    public async Task Tick(double now)
    {
        if (_reading || (_after == 0 && now < _passEnds))
        {
            return;
        }

        _reading = true;
        try
        {
            List<CallerRow> callers = await calls.WithOpenJobs(_after, CallersPerTick);
            _passEnds = _after == 0 ? now + periodSeconds : _passEnds;
            foreach (CallerRow caller in callers)
            {
                share.Expect(caller.Key);
                calls.Review(caller.Key).InBackground(logger);
            }

            _after = callers.Count == CallersPerTick ? callers[^1].Id : 0;
        }
        finally
        {
            _reading = false;
        }
    }
}
