using System.Collections.Concurrent;

namespace Turnstile.Api.Tests.Accept;

/// <summary>
/// Clients that send ids again and again and keep what they were answered, by minute. An id whose answer was lost, or came in another
/// minute than it was sent in, may or may not be in the count.
/// </summary>
internal sealed class AcceptLoad
{
    private readonly ConcurrentDictionary<long, ConcurrentDictionary<long, bool>> _minutes = new();
    private readonly int _minuteSeconds;
    private readonly int _ids;
    private readonly Task[] _clients;
    private volatile bool _stop;

    public AcceptLoad(HttpClient http, int clients, int ids, int minuteSeconds)
    {
        _minuteSeconds = minuteSeconds;
        _ids = ids;
        _clients = [.. Enumerable.Range(0, clients).Select(seed => Task.Run(() => Run(http, new Random(seed))))];
    }

    /// <summary>Minutes in which ids were answered ok.</summary>
    public IEnumerable<long> Minutes => _minutes.Where(minute => minute.Value.Values.Any(sure => sure)).Select(minute => minute.Key);

    public async Task Stop()
    {
        _stop = true;
        await Task.WhenAll(_clients);
    }

    /// <summary>Fails unless the minute's count has every id that was answered, and none that was not sent.</summary>
    /// <returns>Whether there was but one right count.</returns>
    public bool Check(long minute, long count)
    {
        ConcurrentDictionary<long, bool> ids = _minutes.GetValueOrDefault(minute) ?? [];
        int sure = ids.Values.Count(answered => answered);
        Assert.InRange(count, sure, ids.Count);
        return sure == ids.Count;
    }

    private async Task Run(HttpClient http, Random random)
    {
        while (!_stop)
        {
            long id = random.Next(_ids);
            long sent = Minute();
            bool ok = await Send(http, id);
            long answered = Minute();
            for (long minute = sent; minute <= answered; minute += _minuteSeconds)
                _minutes.GetOrAdd(minute, _ => new()).AddOrUpdate(id, ok && sent == answered, (_, was) => was || (ok && sent == answered));
        }
    }

    private static async Task<bool> Send(HttpClient http, long id)
    {
        try
        {
            return await http.GetStringAsync($"/api/verve/accept?id={id}") == "ok";
        }
        catch (HttpRequestException)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            return false;
        }
    }

    private long Minute() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / _minuteSeconds * _minuteSeconds;
}
