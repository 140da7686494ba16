using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Turnstile.Api.Tests.Signals;

/// <summary>Takes in what is exported by OTLP over HTTP, and keeps the bodies.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _taken = new();

    private Collector()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/v1/{kind}", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _taken.Enqueue((context.Request.Path, body.ToArray()));
        });
    }

    public string Address => _app.Urls.Single();

    public static async Task<Collector> Start()
    {
        var collector = new Collector();
        await collector._app.StartAsync();
        return collector;
    }

    /// <summary>How often the bytes stand in what was taken in so far.</summary>
    public int Count(string kind, ReadOnlySpan<byte> bytes)
    {
        int count = 0;
        foreach ((_, byte[] body) in _taken.Where(taken => taken.Path == $"/v1/{kind}"))
        {
            ReadOnlySpan<byte> rest = body;
            for (int at; (at = rest.IndexOf(bytes)) >= 0; rest = rest[(at + bytes.Length)..])
            {
                count++;
            }
        }

        return count;
    }

    public bool Has(string kind, string text) => Count(kind, Encoding.UTF8.GetBytes(text)) > 0;

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
