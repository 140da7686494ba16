using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Turnstile.Grains.Events.Rates;
using Turnstile.Harness;

namespace Turnstile.Grains.Tests.Events;

public sealed class RatesSourceTests
{
    [Fact]
    public async Task A_source_that_takes_no_connection_in_time_is_one_that_did_not_answer()
    {
        // Nobody accepts, and others have taken what room there is.
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        deaf.Listen(1);
        Socket[] others = [.. Enumerable.Range(0, 8).Select(_ => Connect(deaf.LocalEndPoint!))];

        // The limit of the connection is the only one whose clock runs.
        var options = new RatesOptions { Url = new Uri($"http://{deaf.LocalEndPoint}/"), Timeout = TimeSpan.FromMilliseconds(50) };
        using var source = new RatesSource(Options.Create(options), new ManualTime());
        await Assert.ThrowsAsync<TimeoutException>(() => source.Fetch("EUR"));
        Array.ForEach(others, other => other.Dispose());
    }

    private static Socket Connect(EndPoint to)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        try
        {
            socket.Connect(to);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // It is on its way, as far as it comes.
        }

        return socket;
    }
}
