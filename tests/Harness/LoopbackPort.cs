using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Turnstile.Harness;

/// <summary>Ports for what a test starts.</summary>
public static class LoopbackPort
{
    // Below those that the system gives to clients: one of those could be taken before the server has it.
    private const int First = 10_000;
    private const int Last = 30_000;

    /// <summary>A port on which nobody listens now.</summary>
    public static int Free()
    {
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            int port = RandomNumberGenerator.GetInt32(First, Last);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it; another then.
            }
        }
    }
}
