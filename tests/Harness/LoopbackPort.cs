using System.Net;
using System.Net.Sockets;

namespace Turnstile.Harness;

/// <summary>Ports for what a test starts.</summary>
public static class LoopbackPort
{
    /// <summary>A port on which nobody listens now.</summary>
    public static int Free()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
