using System.Buffers;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Turnstile.Harness;

namespace Turnstile.Benchmarks.Accept;

/// <summary>
/// What the service is measured against: the same HTTP server in a process of its own that answers <c>ok</c> to everything
/// and does nothing else.
/// </summary>
internal sealed class BareServer : IAsyncDisposable
{
    public const string Verb = "accept-bare";

    private readonly Process _process;

    private BareServer(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<BareServer> Start()
    {
        var address = new Uri($"http://127.0.0.1:{LoopbackPort.Free()}");
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "Turnstile.Benchmarks.dll"), Verb, address.ToString()]);

        // As the service has it.
        start.Environment["DOTNET_gcServer"] = "1";
        Process process = Process.Start(start) ?? throw new InvalidOperationException("The bare server could not be started.");
        using var http = new HttpClient();
        while (true)
        {
            try
            {
                await http.GetStringAsync(address);
                return new BareServer(process, address);
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        }
    }

    /// <summary>The process's own part.</summary>
    public static async Task<int> Run(string address)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        builder.Services.Configure<KestrelServerOptions>(options => options.AddServerHeader = false);
        await using WebApplication app = builder.Build();
        app.Run(context =>
        {
            context.Response.ContentType = "text/plain";
            context.Response.ContentLength = 2;
            context.Response.BodyWriter.Write("ok"u8);
            return Task.CompletedTask;
        });
        await app.RunAsync();
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
