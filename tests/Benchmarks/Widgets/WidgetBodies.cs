using System.Text;
using System.Text.Unicode;

namespace Turnstile.Benchmarks.Widgets;

/// <summary>
/// The bodies of the load, written without detours: the client shares the machine with what it measures.
/// </summary>
internal sealed class WidgetBodies
{
    private readonly byte[] _bytes = new byte[2 << 20];
    private int _length;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <summary>
    /// The serial number of the i-th widget: eight digits, so that their order is that of the numbers.
    /// </summary>
    public static string Serial(int i) => $"w{i:d8}";

    public static int Number(string serial) => int.Parse(serial.AsSpan(1));

    public void Clear() => _length = 0;

    public void AddWidget(int i)
    {
        Utf8.TryWrite(
            _bytes.AsSpan(_length),
            $"{{\"name\":\"widget {i}\",\"serial_number\":\"w{i:d8}\",\"ports\":[\"P\",\"R\"]}}\n",
            out int written);
        _length += written;
    }

    public void AddAssociation(char port, int i, int j)
    {
        Utf8.TryWrite(
            _bytes.AsSpan(_length),
            $"{{\"port_type\":\"{port}\",\"widget_serial_num\":\"w{i:d8}\",\"peer_widget_serial_num\":\"w{j:d8}\"}}\n",
            out int written);
        _length += written;
    }

    public override string ToString() => Encoding.UTF8.GetString(Written.Span);
}
