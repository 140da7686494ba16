using System.Globalization;
using Turnstile.Compute;

namespace Turnstile.Api.Compute;

/// <summary>Held answers.</summary>
internal static class Waits
{
    /// <summary>The longest time an answer is held.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromSeconds(300);

    public static bool TryParse(string? text, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (string.IsNullOrEmpty(text))
        {
            return text is null;
        }

        // The runtime's own reading would let zero characters stand behind the number.
        bool good = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
            && text[^1] != '\0' && seconds >= 0 && seconds <= Max.TotalSeconds;
        wait = good ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
        return good;
    }

    /// <summary>The job as soon as it has ended, or as it stands when patience or the request ends.</summary>
    public static async Task<JobView?> WaitForEnd(this IJobGrain grain, TimeSpan patience, CancellationToken stop)
    {
        TimeProvider time = TimeProvider.System;
        long start = time.GetTimestamp();
        JobView? job = await grain.View();
        while (job is { Ended: false } && !stop.IsCancellationRequested)
        {
            TimeSpan left = patience - time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                break;
            }

            Task<JobView?> next = grain.WhenEnded(left);
            await Task.WhenAny(next, Task.Delay(Timeout.InfiniteTimeSpan, time, stop));
            job = next.IsCompletedSuccessfully ? await next : await grain.View();
        }

        return job;
    }
}
