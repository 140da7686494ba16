using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Turnstile.Harness;

namespace Turnstile.Load.Widgets;

/// <summary>
/// One connection that speaks just enough HTTP/1.1 to make one request after another: a whole client would take as much of the machine
/// as the service does.
/// </summary>
internal sealed class BareConnection : IAsyncDisposable
{
    // Answers to single requests have some hundreds of bytes.
    private const int AnswerBytesMax = 16 << 10;

    private readonly byte[] _request = new byte[4 << 10];
    private readonly byte[] _answer = new byte[AnswerBytesMax];
    private readonly NetworkStream _stream;

    private BareConnection(NetworkStream stream) => _stream = stream;

    /// <summary>
    /// From now on the thread that waits for this process's sockets runs what comes after: handing it to another one costs as much as a
    /// request. Before the first of them is used.
    /// </summary>
    public static void SpareThreads() => Environment.SetEnvironmentVariable(ServiceProcess.InlineSockets, "1");

    public static async Task<BareConnection> Open(Uri address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port);
        return new BareConnection(new NetworkStream(socket, ownsSocket: true));
    }

    /// <returns>The status of the answer.</returns>
    /// <exception cref="IOException">The connection ended before there was one.</exception>
    public async ValueTask<int> Put(string path, ReadOnlyMemory<byte> json)
    {
        int length = Encoding.ASCII.GetBytes(
            string.Create(
                CultureInfo.InvariantCulture,
                $"PUT {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n"),
            _request);
        json.CopyTo(_request.AsMemory(length));
        await _stream.WriteAsync(_request.AsMemory(0, length + json.Length));
        int got = 0;
        do
        {
            int more = await _stream.ReadAsync(_answer.AsMemory(got));
            got += more > 0 ? more : throw new EndOfStreamException("The service closed the connection.");
        }
        while (!IsWhole(_answer.AsSpan(0, got)));
        return int.Parse(_answer.AsSpan("HTTP/1.1 ".Length, 3), CultureInfo.InvariantCulture);
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        int head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> body = answer[(head + 4)..];
        ReadOnlySpan<byte> name = "Content-Length: "u8;
        int field = answer[..head].IndexOf(name);
        if (field < 0)
        {
            // In chunks, of which the last one is empty.
            return body.EndsWith("0\r\n\r\n"u8);
        }

        ReadOnlySpan<byte> value = answer[(field + name.Length)..head];
        int end = value.IndexOf((byte)'\r');
        return body.Length >= int.Parse(end < 0 ? value : value[..end], CultureInfo.InvariantCulture);
    }
}
