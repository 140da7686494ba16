using System.Text.Json;
using Microsoft.Extensions.Options;
using Turnstile.Api.Health;
using Turnstile.Factorial;
using Turnstile.Grains.Callbacks;
using Turnstile.Grains.Compute;
using Turnstile.Grains.Factorial;

namespace Turnstile.Api.Factorial;

/// <summary>
/// Tells those who asked to be called back that a factorial has ended, once for each request. Kept in memory like all
/// callbacks: those that wait when the process ends are lost, the factorial itself is not.
/// </summary>
internal sealed class FactorialCallbacks(
    IGrainFactory grains,
    CallbackQueue queue,
    IOptions<FactorialOptions> options,
    Draining draining,
    TimeProvider time,
    ILogger<FactorialCallbacks> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    // Guards all that follows.
    private readonly Lock _gate = new();

    // Who is to be told of each number that has not ended; somebody follows each of them.
    private readonly Dictionary<int, List<Uri>> _waiting = [];

    // Those that wait, and those that there is room kept for.
    private int _count;

    /// <summary>How many may wait.</summary>
    public int Max => options.Value.CallbacksMax;

    /// <summary>
    /// Keeps room for the callbacks of a request, before anything of it is done; null where more wait than may. What is not used is
    /// given back with it.
    /// </summary>
    public FactorialCallbackRoom? Reserve(Uri address, int count)
    {
        lock (_gate)
        {
            if (_count + count > Max)
            {
                return null;
            }

            _count += count;
        }

        return new FactorialCallbackRoom(this, address, count);
    }

    /// <summary>Room that was kept is not needed.</summary>
    public void GiveBack(int count)
    {
        lock (_gate)
        {
            _count -= count;
        }
    }

    /// <summary>
    /// Has the address told as soon as the factorial has ended, which may be at once; takes up room that was kept.
    /// </summary>
    public void Add(int number, Uri address)
    {
        lock (_gate)
        {
            if (_waiting.TryGetValue(number, out List<Uri>? others))
            {
                others.Add(address);
                return;
            }

            _waiting.Add(number, [address]);
        }

        Follow(number, draining.Ending).InBackground(logger);
    }

    private async Task Follow(int number, CancellationToken stopping)
    {
        FactorialView? view = null;
        while (view is not { Ended: true })
        {
            try
            {
                view = await grains.GetGrain<IFactorialGrain>(number).WhenEnded(Patience).WaitAsync(stopping)
                    ?? throw new InvalidOperationException($"{number}! was asked for and is not there.");
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                logger.LogWarning(e, "{Number}! could not be followed for its callbacks; that is tried again.", number);
                await Task.Delay(RetryPause, time, CancellationToken.None);
            }
        }

        Tell(view);
    }

    private void Tell(FactorialView view)
    {
        List<Uri> addresses;
        lock (_gate)
        {
            _waiting.Remove(view.Number, out addresses!);
            _count -= addresses.Count;
        }

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(FactorialBody.Of(view), FactorialJson.Default.FactorialBody);
        foreach (Uri address in addresses)
        {
            queue.Add(new Callback(address, (to, _) => Task.FromResult(new CallbackContent(to, json))));
        }
    }
}
