using Microsoft.Extensions.Options;
using Turnstile.Accept;
using Turnstile.Grains.Accept;
using Turnstile.Grains.Accept.Writers;
using Turnstile.Grains.Callbacks;

namespace Turnstile.Api.Accept;

/// <summary>Sends the count of a minute to the endpoint that a request has named, once for each request.</summary>
internal sealed class AcceptCallbacks(MinuteCounts counts, CallbackQueue queue, IOptions<AcceptOptions> options)
{
    private readonly bool _get = options.Value.CallbackMethod.Equals("GET", StringComparison.OrdinalIgnoreCase);

    /// <summary>Has the minute's count sent to the endpoint, as it is when it is sent.</summary>
    public void Add(Uri endpoint, long minute) =>
        queue.Add(new Callback(endpoint, (address, stop) => Content(address, minute, stop)));

    private async Task<CallbackContent> Content(Uri address, long minute, CancellationToken stop)
    {
        long count = await counts.Count(minute).WaitAsync(stop);
        return _get
            ? new CallbackContent(WithCount(address, count), null)
            : new CallbackContent(address, RecordJson.Write(new MinuteRecord { Minute = minute, UniqueIds = count }));
    }

    private static Uri WithCount(Uri address, long count)
    {
        var builder = new UriBuilder(address);
        builder.Query = builder.Query.Length > 1 ? $"{builder.Query}&count={count}" : $"?count={count}";
        return builder.Uri;
    }
}
