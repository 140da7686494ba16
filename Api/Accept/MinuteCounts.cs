using Turnstile.Accept;

namespace Turnstile.Api.Accept;

/// <summary>
/// Asks for the counts of minutes on behalf of many: whoever asks while a question is on its way shares the next one, so that the answer
/// is never older than its question.
/// </summary>
internal sealed class MinuteCounts(IGrainFactory grains)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Task<long>> _next = [];
    private readonly Dictionary<long, Task<long>> _asking = [];

    public Task<long> Count(long minute)
    {
        lock (_gate)
        {
            if (_next.TryGetValue(minute, out Task<long>? next))
                return next;
            return _asking.TryGetValue(minute, out Task<long>? asking)
                ? _next[minute] = After(asking, minute)
                : _asking[minute] = Ask(minute);
        }
    }

    private async Task<long> After(Task<long> asking, long minute)
    {
        await ((Task)asking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Task<long> mine;
        lock (_gate)
        {
            _next.Remove(minute, out Task<long>? _);
            mine = _asking[minute] = Ask(minute);
        }

        return await mine;
    }

    private async Task<long> Ask(long minute)
    {
        // The caller holds the lock and has yet to keep this task.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            return await grains.GetGrain<IMinutesGrain>(0).Count(minute);
        }
        finally
        {
            lock (_gate)
            {
                if (!_next.ContainsKey(minute))
                    _asking.Remove(minute);
            }
        }
    }
}
