using Microsoft.Extensions.Options;
using Turnstile.Api.Health;
using Turnstile.Api.Http;
using Turnstile.Factorial;
using Turnstile.Grains.Factorial;

namespace Turnstile.Api.Factorial;

/// <summary>Finds what to answer a reader: in memory, or from the number's grain.</summary>
internal sealed class FactorialReader(
    FactorialCache cache,
    FactorialCounts counts,
    IGrainFactory grains,
    IOptions<FactorialOptions> options,
    Draining draining,
    TimeProvider time)
{
    /// <summary>The digits where there are any; a result that was found damaged is waited for a while.</summary>
    /// <param name="number">Which factorial.</param>
    /// <param name="aborted">The reader has gone.</param>
    /// <exception cref="OperationCanceledException">The service stops while the digits are read.</exception>
    public ValueTask<FactorialFound> Read(int number, CancellationToken aborted)
    {
        counts.Requested(number);
        if (!cache.TryFind(number, out FactorialText? text))
        {
            return new ValueTask<FactorialFound>(Load(number, aborted));
        }

        counts.Read(number, hit: true);
        return ValueTask.FromResult(new FactorialFound(text.View, text));
    }

    private async Task<FactorialFound> Load(int number, CancellationToken aborted)
    {
        IFactorialGrain grain = grains.GetGrain<IFactorialGrain>(number);
        FactorialReading? reading = await grain.Read().WaitAsync(draining.Ending);
        if (reading is { Repairing: true })
        {
            await Repaired(grain, aborted);
            reading = draining.Refuses ? reading : await grain.Read().WaitAsync(draining.Ending);
        }

        if (reading is not { View.Status: FactorialStatus.Done })
        {
            return new FactorialFound(reading?.View, null);
        }

        FactorialText text = FactorialText.Of(reading);
        cache.Add(text);
        counts.Read(number, hit: false);
        return new FactorialFound(text.View, text);
    }

    /// <summary>
    /// Completes when the result is there again, or the reader has waited for long enough or is let go because the service stops.
    /// </summary>
    private async Task Repaired(IFactorialGrain grain, CancellationToken aborted)
    {
        var patience = TimeSpan.FromSeconds(options.Value.RepairSeconds);
        TimeSpan left = patience;
        long began = time.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(draining.Ending, aborted);

        // A grain holds a call for less than that, and is asked again.
        while (left > TimeSpan.Zero && await grain.WhenEnded(left).OrNull(stop.Token) is { Ended: false })
        {
            left = patience - time.GetElapsedTime(began);
        }
    }
}

/// <summary>What is known of a factorial: nothing, how it stands, or its digits too.</summary>
internal readonly record struct FactorialFound(FactorialView? View, FactorialText? Text);
