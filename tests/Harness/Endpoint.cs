using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Turnstile.Harness;

/// <summary>
/// Somebody's HTTP server on this machine, which answers as the test says and tells what it was asked.
/// </summary>
public sealed class Endpoint : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly BlockingCollection<string> _asked = [];

    private Endpoint(WebApplication app) => _app = app;

    /// <summary>The port it listens on, at 127.0.0.1.</summary>
    public int Port => new Uri(_app.Urls.First()).Port;

    /// <summary>How often it was asked.</summary>
    public int Count { get; private set; }

    /// <summary>What it answers to a path; 200 unless the test says otherwise.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public static async Task<Endpoint> Start()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        WebApplication app = builder.Build();
        var endpoint = new Endpoint(app);
        app.Run(endpoint.Take);
        await app.StartAsync();
        return endpoint;
    }

    /// <summary>The next request: method, path with query, body.</summary>
    /// <exception cref="TimeoutException">None came in 30 s.</exception>
    public async Task<string> Next() => await Task.Run(() =>
        _asked.TryTake(out string? asked, TimeSpan.FromSeconds(30)) ? asked : throw new TimeoutException("No callback came in 30 s."));

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task Take(HttpContext context)
    {
        using var body = new StreamReader(context.Request.Body);
        Count++;
        _asked.Add($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {await body.ReadToEndAsync()}".TrimEnd());
        await Answer(context);
    }
}
