using Microsoft.Extensions.Options;

namespace Turnstile.Grains.Events.Rates;

/// <summary>Asks the API of <c>Rates:Url</c>, once for each call.</summary>
internal sealed class RatesSource : IDisposable
{
    private readonly HttpClient _http;
    private readonly RatesOptions _options;
    private readonly TimeProvider _time;

    public RatesSource(IOptions<RatesOptions> options, TimeProvider time)
    {
        _options = options.Value;
        _time = time;
        // Connections are renewed so that a source that moved is found again.
        var handler = new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = _options.Timeout,
            MaxAutomaticRedirections = 3,
        };
        _http = new HttpClient(handler)
        {
            MaxResponseContentBufferSize = _options.BodyMax,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public bool IsConfigured => _options.Url is not null;

    /// <exception cref="InvalidDataException">The answer is of no use.</exception>
    /// <exception cref="HttpRequestException">The source cannot be reached, refused, or answers too much.</exception>
    /// <exception cref="TimeoutException">It took longer than <see cref="RatesOptions.Timeout"/>.</exception>
    public async Task<RatesAnswer> Fetch(string baseCurrency)
    {
        using var limit = new CancellationTokenSource(_options.Timeout, _time);
        try
        {
            using HttpResponseMessage answer = await _http.GetAsync(_options.Url, limit.Token);
            if (!answer.IsSuccessStatusCode)
            {
                throw new HttpRequestException($"the source answered {(int)answer.StatusCode}");
            }

            return RatesAnswer.Read(await answer.Content.ReadAsByteArrayAsync(limit.Token), baseCurrency);
        }
        catch (OperationCanceledException e)
        {
            // Nobody else cancels it: it is the limit, or that of the connection, which is as long.
            throw new TimeoutException($"the source did not answer in {_options.Timeout.TotalSeconds} s", e);
        }
    }

    public void Dispose() => _http.Dispose();
}
