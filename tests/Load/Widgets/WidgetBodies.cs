using System.Text.Unicode;

namespace Turnstile.Load.Widgets;

/// <summary>
/// The bodies of the load, written without detours: the client shares the machine with what it measures.
/// </summary>
internal sealed class WidgetBodies
{
    private readonly byte[] _bytes = new byte[2 << 20];
    private int _length;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public static int Number(string serial) => int.Parse(serial.AsSpan(1));

    public void Clear() => _length = 0;

    /// <summary>A widget's line. Serial numbers have eight digits, so that their order is that of the numbers.</summary>
    public void Add(int widget)
    {
        Utf8.TryWrite(
            _bytes.AsSpan(_length),
            $"{{\"name\":\"widget {widget}\",\"serial_number\":\"w{widget:d8}\",\"ports\":[\"P\",\"R\"]}}\n",
            out int written);
        _length += written;
    }

    /// <summary>A connection's line.</summary>
    public void Add(Association asked)
    {
        char port = AcknowledgedPeers.PortNames[asked.Port];
        Utf8.TryWrite(
            _bytes.AsSpan(_length),
            $"{{\"port_type\":\"{port}\",\"widget_serial_num\":\"w{asked.One:d8}\",\"peer_widget_serial_num\":\"w{asked.Other:d8}\"}}\n",
            out int written);
        _length += written;
    }
}
