using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;

namespace Turnstile.Benchmarks.Events;

/// <summary>
/// A service of the benchmark's own with ten thousand players, half of them known, and a source of rates.
/// </summary>
internal sealed class EventService : IAsyncDisposable
{
    private const int KnownPlayers = 5_000;

    private static readonly byte[] Rates =
        """{"base":"EUR","rates":{"USD":1.0684,"GBP":0.8573,"JPY":161.47,"KWD":0.3291}}"""u8.ToArray();

    private readonly string _folder = Directory.CreateTempSubdirectory("turnstile-events-").FullName;
    private readonly HttpListener _rates = new();
    private readonly Uri _address = new($"http://127.0.0.1:{FreePort()}");
    private Process? _process;

    public EventService() => Http = new HttpClient { BaseAddress = _address };

    public HttpClient Http { get; }

    /// <summary>
    /// CPU time the service has used: what stays comparable on a machine that is busy with other things.
    /// </summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process!.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public async Task Start()
    {
        string ratesUrl = $"http://127.0.0.1:{FreePort()}/";
        _rates.Prefixes.Add(ratesUrl);
        _rates.Start();
        _ = ServeRates();

        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false, WorkingDirectory = _folder, RedirectStandardOutput = true,
        };
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "Turnstile.Api.dll"),
            $"--urls={_address}",
            $"--Rates:Url={ratesUrl}",
            "--Events:Output=events.jsonl",
            "--Logging:LogLevel:Default=Error",
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start) ?? throw new InvalidOperationException("The service could not be started.");
        _process.BeginOutputReadLine();
        while (!await IsReady())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

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
        Http.Dispose();
        if (_process is { HasExited: false } running)
        {
            running.Kill();
            await running.WaitForExitAsync();
        }

        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private async Task<bool> IsReady()
    {
        try
        {
            using HttpResponseMessage answer = await Http.GetAsync("/health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
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
