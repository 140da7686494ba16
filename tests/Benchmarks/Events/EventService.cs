using System.Net;
using System.Net.Http.Json;
using Turnstile.Harness;

namespace Turnstile.Benchmarks.Events;

/// <summary>
/// A service of the benchmark's own with ten thousand players, half of them known, and a source of rates.
/// </summary>
internal sealed class EventService : IAsyncDisposable
{
    private const int KnownPlayers = 5_000;

    private static readonly byte[] Rates =
        """{"base":"EUR","rates":{"USD":1.0684,"GBP":0.8573,"JPY":161.47,"KWD":0.3291}}"""u8.ToArray();

    private readonly HttpListener _rates = new();
    private readonly ServiceProcess _service;

    public EventService()
    {
        string ratesUrl = $"http://127.0.0.1:{LoopbackPort.Free()}/";
        _rates.Prefixes.Add(ratesUrl);
        _service = new ServiceProcess(
            $"--Rates:Url={ratesUrl}", "--Events:Output=events.jsonl", "--Logging:LogLevel:Default=Error");
    }

    public HttpClient Http => _service.Http;

    public TimeSpan CpuTime => _service.CpuTime;

    public async Task Start()
    {
        _rates.Start();
        _ = ServeRates();
        await _service.Start();
        await Parallel.ForAsync(1, KnownPlayers + 1, async (player, stop) =>
        {
            using HttpResponseMessage answer = await Http.PutAsJsonAsync(
                $"/players/{player}", new { email = $"player{player}@example.com" }, stop);
            answer.EnsureSuccessStatusCode();
        });
    }

    public async ValueTask DisposeAsync()
    {
        _rates.Close();
        await _service.DisposeAsync();
    }

    private async Task ServeRates()
    {
        while (_rates.IsListening)
        {
            try
            {
                HttpListenerContext context = await _rates.GetContextAsync();
                await context.Response.OutputStream.WriteAsync(Rates);
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
