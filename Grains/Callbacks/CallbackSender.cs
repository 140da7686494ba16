using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Turnstile.Grains.Callbacks;

/// <summary>
/// Makes one try of a callback. Every connection is made to an address that was judged after it was resolved, on every
/// redirect too; no proxy and no cookies; of the answer, only the status is read.
/// </summary>
internal sealed class CallbackSender : IDisposable
{
    private const int HeaderKilobytesMax = 16;

    private readonly CallbackOptions _options;
    private readonly AddressRules _rules;
    private readonly IHostResolver _resolver;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public CallbackSender(IOptions<CallbackOptions> options, IHostResolver resolver, TimeProvider time)
    {
        _options = options.Value;
        _rules = new AddressRules(_options.Allow);
        _resolver = resolver;
        _time = time;
        _http = new HttpClient(
            new SocketsHttpHandler
            {
                ConnectCallback = Connect,
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
                MaxResponseHeadersLength = HeaderKilobytesMax,
                MaxConnectionsPerServer = _options.RunningPerHostMax,
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            },
            disposeHandler: true)
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public async Task<CallbackOutcome> Send(Callback callback, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(_options.TimeoutSeconds), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
        CallbackContent content;
        try
        {
            content = await callback.Content(callback.Address, either.Token);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            return new CallbackOutcome.Unready(e.Message);
        }

        try
        {
            return await Follow(content, either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return new CallbackOutcome.Failed($"no answer in {_options.TimeoutSeconds} s");
        }
        catch (HttpRequestException e) when (e.InnerException is AddressRefusedException refusal)
        {
            return new CallbackOutcome.Refused(refusal.Message);
        }
        catch (HttpRequestException e)
        {
            return new CallbackOutcome.Failed(e.Message);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<CallbackOutcome> Follow(CallbackContent content, CancellationToken stop)
    {
        Uri address = content.Address;
        byte[]? json = content.Json;
        for (int redirects = 0; ; redirects++)
        {
            (int status, Uri? location) = await Ask(address, json, stop);
            if (location is null)
                return new CallbackOutcome.Answered(status);
            if (redirects == _options.RedirectsMax)
                return new CallbackOutcome.Refused($"more than {_options.RedirectsMax} redirects");

            Uri next = new(address, location);
            bool sameOrSafer = next.Scheme == address.Scheme || next.Scheme == Uri.UriSchemeHttps;
            if (!sameOrSafer)
                return new CallbackOutcome.Refused($"redirected from {address.Scheme} to {next.Scheme}");
            if (status is 301 or 302 or 303)
                json = null;
            address = next;
        }
    }

    private async Task<(int Status, Uri? Location)> Ask(Uri address, byte[]? json, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(json is null ? HttpMethod.Get : HttpMethod.Post, address);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Turnstile", null));
        if (json is not null)
        {
            request.Content = new ByteArrayContent(json);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using HttpResponseMessage answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        int status = (int)answer.StatusCode;
        return (status, status is 301 or 302 or 303 or 307 or 308 ? answer.Headers.Location : null);
    }

    /// <summary>Connects to the first allowed address of the host that answers.</summary>
    /// <exception cref="AddressRefusedException">None of its addresses is allowed.</exception>
    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        DnsEndPoint target = context.DnsEndPoint;
        IPAddress[] addresses = await _resolver.Resolve(target.Host, stop);
        IPAddress[] allowed = Array.FindAll(addresses, address => _rules.Allows(target.Host, target.Port, address));
        if (allowed.Length == 0 && addresses.Length > 0)
            throw new AddressRefusedException($"{target.Host} is {addresses[0]}, which may not be called");

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>The address is one that must not be called.</summary>
internal sealed class AddressRefusedException(string message) : Exception(message);
