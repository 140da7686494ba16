using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Turnstile.Fuzz;

/// <summary>
/// A connection on which any bytes can be sent. Reads just as much HTTP as is needed to see where an answer ends.
/// </summary>
public sealed class RawConnection : IDisposable
{
    private const int HeadLengthMax = 64 << 10;

    private static readonly TimeSpan SlowPause = TimeSpan.FromMilliseconds(20);

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[64 << 10];
    private int _start;
    private int _end;

    private RawConnection()
    {
        // Thousands are opened and dropped; none is to stay behind in TIME_WAIT.
        _socket.LingerState = new LingerOption(true, 0);
    }

    public static async Task<RawConnection> Open(IPEndPoint address, CancellationToken stop)
    {
        var connection = new RawConnection();
        await connection._socket.ConnectAsync(address, stop);
        return connection;
    }

    /// <summary>Sends the request as it wants to be sent, and reads the answer.</summary>
    /// <exception cref="OperationCanceledException">There was no answer in time.</exception>
    public async Task<Answer> Ask(FuzzedRequest request, CancellationToken stop)
    {
        try
        {
            if (!await Send(request, stop))
            {
                return Answer.None;
            }
        }
        catch (SocketException)
        {
            // Closed before all was sent; perhaps it was answered before.
        }

        try
        {
            return await Read(request.Method == "HEAD", stop);
        }
        catch (SocketException)
        {
            return Answer.None;
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task<bool> Send(FuzzedRequest request, CancellationToken stop)
    {
        ReadOnlyMemory<byte> bytes = request.Bytes;
        switch (request.Delivery)
        {
            case Delivery.Aborted:
                await _socket.SendAsync(bytes[..(bytes.Length / 2)], stop);
                return false;
            case Delivery.Truncated:
                await _socket.SendAsync(bytes[..(bytes.Length * 2 / 3)], stop);
                break;
            case Delivery.Pieces or Delivery.Slow:
                TimeSpan pause = request.Delivery == Delivery.Slow ? SlowPause : TimeSpan.Zero;
                for (int piece = Math.Max(1, bytes.Length / 5); bytes.Length > 0; bytes = bytes[Math.Min(piece, bytes.Length)..])
                {
                    await _socket.SendAsync(bytes[..Math.Min(piece, bytes.Length)], stop);
                    await Task.Delay(pause, TimeProvider.System, stop);
                }

                break;
            default:
                await _socket.SendAsync(bytes, stop);
                break;
        }

        if (request.Delivery == Delivery.Truncated || !request.IsHttp)
        {
            // Nothing more comes: whoever waits for it need not wait for a timeout.
            _socket.Shutdown(SocketShutdown.Send);
        }

        return true;
    }

    private async Task<Answer> Read(bool headOnly, CancellationToken stop)
    {
        while (true)
        {
            if (await ReadHead(stop) is not { } head)
            {
                return Answer.None;
            }

            string[] lines = head.Split("\r\n");
            int status = int.Parse(lines[0].AsSpan(9, 3), CultureInfo.InvariantCulture);
            if (status < 200)
            {
                continue;
            }

            ILookup<string, string> headers = lines.Skip(1).ToLookup(
                line => line.Split(':', 2)[0], line => line.Split(':', 2).Last().Trim(), StringComparer.OrdinalIgnoreCase);
            string media = headers["Content-Type"].FirstOrDefault("").Split(';')[0];

            // Events may come for ever; that they have begun is enough.
            bool hasBody = !headOnly && status is not (204 or 304) && media != "text/event-stream";
            byte[] body = hasBody ? await ReadBody(headers, stop) : [];
            bool ends = headers["Connection"].Contains("close") || media == "text/event-stream" || (hasBody && !HasLength(headers));
            return new Answer(status, media, body, !ends);
        }
    }

    private static bool HasLength(ILookup<string, string> headers) =>
        headers.Contains("Content-Length") || headers["Transfer-Encoding"].Contains("chunked");

    private async Task<string?> ReadHead(CancellationToken stop)
    {
        var head = new StringBuilder();
        while (await ReadLine(stop) is { } line)
        {
            if (line.Length == 0)
            {
                return head.ToString().TrimEnd();
            }

            head.Append(line).Append("\r\n");
            if (head.Length > HeadLengthMax)
            {
                throw new InvalidDataException("The head of an answer does not end.");
            }
        }

        return null;
    }

    private async Task<byte[]> ReadBody(ILookup<string, string> headers, CancellationToken stop)
    {
        var body = new MemoryStream();
        if (headers["Content-Length"].FirstOrDefault() is { } length)
        {
            await Copy(body, long.Parse(length, CultureInfo.InvariantCulture), stop);
        }
        else if (headers["Transfer-Encoding"].Contains("chunked"))
        {
            while (await ReadLine(stop) is { } line
                && int.Parse(line, NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var chunk)
            {
                await Copy(body, chunk, stop);
                await ReadLine(stop);
            }

            await ReadLine(stop);
        }
        else
        {
            await Copy(body, long.MaxValue, stop);
        }

        return body.ToArray();
    }

    private async Task Copy(MemoryStream body, long length, CancellationToken stop)
    {
        while (length > 0 && (_start < _end || await Fill(stop)))
        {
            int count = (int)Math.Min(length, _end - _start);
            body.Write(_buffer, _start, count);
            _start += count;
            length -= count;
        }
    }

    private async Task<string?> ReadLine(CancellationToken stop)
    {
        var line = new StringBuilder();
        while (_start < _end || await Fill(stop))
        {
            char c = (char)_buffer[_start++];
            if (c == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append(c);
        }

        return null;
    }

    private async Task<bool> Fill(CancellationToken stop)
    {
        _start = 0;
        _end = await _socket.ReceiveAsync(_buffer, stop);
        return _end > 0;
    }
}
