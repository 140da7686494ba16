using System.Net;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Events;

/// <summary>A source of rates on loopback that answers what the test says, and counts who asks.</summary>
public sealed class RatesApi : IAsyncDisposable
{
    public const string Good = """{"base":"EUR","rates":{"USD":1.0684,"GBP":0.8573,"JPY":161.47,"KWD":0.3291}}""";

    private readonly HttpListener _listener = new();
    private readonly Func<int, Task<(int Status, string Body)>> _answer;
    private readonly Task _serving;
    private int _requests;

    /// <param name="answer">Given the number of the request, from 1.</param>
    public RatesApi(Func<int, Task<(int Status, string Body)>> answer)
    {
        _answer = answer;
        Url = $"http://127.0.0.1:{LoopbackPort.Free()}/latest/";
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _serving = Serve();
    }

    public RatesApi(Func<int, string> answer)
        : this(number => Task.FromResult((200, answer(number))))
    {
    }

    public string Url { get; }

    public int Requests => Volatile.Read(ref _requests);

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task Serve()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            _ = Answer(context, Interlocked.Increment(ref _requests));
        }
    }

    private async Task Answer(HttpListenerContext context, int number)
    {
        (int status, string body) = await _answer(number);
        try
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await context.Response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(body));
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Whoever asked did not wait.
        }
    }
}
