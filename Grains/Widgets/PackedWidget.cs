using System.Text;
using System.Text.Unicode;
using Turnstile.Widgets;

namespace Turnstile.Grains.Widgets;

/// <summary>
/// A widget, or that there is none of a serial number, in one piece of memory: as the commit log has it, so that it is logged, compared
/// and stored as it is, and takes a third of what an object for each text would. Never changed once it is made.
/// </summary>
/// <remarks>
/// The serial number, a byte of flags, and where the widget exists its name and the peers of those ports that are connected, in the
/// ports' order; each text in UTF-8 behind its length in two bytes. Or a part: of a widget whose row nobody has read that some of its
/// ports are free, which is all that the change of another widget does to it.
/// </remarks>
internal readonly struct PackedWidget(byte[] block, int start, int length) : IEquatable<PackedWidget>
{
    /// <summary>A serial number, a name or a peer: 64 code points of at most 4 bytes.</summary>
    public const int TextBytesMax = WidgetText.LengthMax * 4;

    /// <summary>Where there is not even a serial number: its own is empty.</summary>
    public static readonly PackedWidget Nobody = None(default);

    // The flags: the ports it has in bits 0…2, which of them are connected in bits 3…5, whether it exists in bit 6. Of a part the ports
    // that are free in bits 0…2, and bit 7.
    private const int ConnectedShift = 3;
    private const int ExistsFlag = 1 << 6;
    private const int PartFlag = 1 << 7;
    private const int LengthBytes = 2;

    /// <summary>One in a piece of memory of its own.</summary>
    private PackedWidget(byte[] bytes)
        : this(bytes, 0, bytes.Length)
    {
    }

    /// <summary>The memory that it stands in, and others with it.</summary>
    public ReadOnlySpan<byte> Block => block;

    public ReadOnlySpan<byte> Bytes => block.AsSpan(start, length);

    public ReadOnlySpan<byte> Serial => TextAt(0);

    public bool Exists => (Flags & ExistsFlag) != 0;

    /// <summary>It says of a widget that some of its ports are free, and nothing else.</summary>
    public bool IsPart => (Flags & PartFlag) != 0;

    /// <summary>The ports of which a part says that they are free.</summary>
    public PortSet Freed => IsPart ? (PortSet)Flags & PortSet.All : PortSet.None;

    /// <summary>None where there is no widget.</summary>
    public PortSet Ports => Exists ? (PortSet)Flags & PortSet.All : PortSet.None;

    /// <summary>Empty where there is no widget.</summary>
    public ReadOnlySpan<byte> Name => Exists ? TextAt(NamePlace) : default;

    private int NamePlace => Behind(0) + 1;

    private int Flags => block[start + Behind(0)];

    /// <summary>What is known of a serial number without a widget.</summary>
    public static PackedWidget None(ReadOnlySpan<byte> serial)
    {
        byte[] bytes = new byte[LengthBytes + serial.Length + 1];
        Write(bytes, serial);
        return new PackedWidget(bytes);
    }

    /// <param name="serial">The serial number.</param>
    /// <param name="name">The name.</param>
    /// <param name="ports">The ports it has.</param>
    /// <param name="p">Who is connected to its port P; empty where nobody is.</param>
    /// <param name="r">The same for R.</param>
    /// <param name="q">The same for Q.</param>
    public static PackedWidget Of(
        ReadOnlySpan<byte> serial,
        ReadOnlySpan<byte> name,
        PortSet ports,
        ReadOnlySpan<byte> p = default,
        ReadOnlySpan<byte> r = default,
        ReadOnlySpan<byte> q = default)
    {
        int connected = (p.IsEmpty ? 0 : 1) | (r.IsEmpty ? 0 : 2) | (q.IsEmpty ? 0 : 4);
        byte[] bytes = new byte[Size(serial) + 1 + LengthBytes + name.Length + Size(p) + Size(r) + Size(q)];
        Span<byte> left = Write(bytes, serial);
        left[0] = (byte)((int)ports | (connected << ConnectedShift) | ExistsFlag);
        left = Write(left[1..], name);
        WriteIfAny(WriteIfAny(WriteIfAny(left, p), r), q);
        return new PackedWidget(bytes);
    }

    /// <summary>Takes the bytes of the first of several that stand one behind the other.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> left = Behind(bytes);
        int flags = left[..1][0];
        left = left[1..];
        if ((flags & ExistsFlag) != 0)
        {
            left = Behind(left);
            for (int connected = flags >> ConnectedShift & (int)PortSet.All; connected != 0; connected &= connected - 1)
            {
                left = Behind(left);
            }
        }

        ReadOnlySpan<byte> widget = bytes[..^left.Length];
        bytes = left;
        return widget;
    }

    /// <summary>The serial number of one of which there are the bytes.</summary>
    public static ReadOnlySpan<byte> SerialOf(ReadOnlySpan<byte> bytes) => bytes.Slice(LengthBytes, bytes[0] | (bytes[1] << 8));

    public bool Has(PortType port) => ((int)Ports >> (int)port & 1) != 0;

    /// <summary>Who is connected to the port; empty where nobody is, or there is no such port.</summary>
    public ReadOnlySpan<byte> Peer(PortType port)
    {
        int connected = Flags >> ConnectedShift;
        if ((connected >> (int)port & 1) == 0)
        {
            return default;
        }

        int place = Behind(NamePlace);
        for (int before = 0; before < (int)port; before++)
        {
            place = (connected >> before & 1) != 0 ? Behind(place) : place;
        }

        return TextAt(place);
    }

    /// <summary>The same widget with another peer, or with none where that is empty, at a port.</summary>
    public PackedWidget With(PortType port, ReadOnlySpan<byte> peer) => Of(
        Serial,
        Name,
        Ports,
        port == PortType.P ? peer : Peer(PortType.P),
        port == PortType.R ? peer : Peer(PortType.R),
        port == PortType.Q ? peer : Peer(PortType.Q));

    /// <summary>
    /// The same with these ports free. Of a widget that is not known, that becomes what is known.
    /// </summary>
    public PackedWidget Without(PortSet ports)
    {
        if (Exists)
        {
            return Of(
                Serial,
                Name,
                Ports,
                (ports & PortSet.P) != PortSet.None ? default : Peer(PortType.P),
                (ports & PortSet.R) != PortSet.None ? default : Peer(PortType.R),
                (ports & PortSet.Q) != PortSet.None ? default : Peer(PortType.Q));
        }

        byte[] part = Bytes[..(Behind(0) + 1)].ToArray();
        part[^1] = (byte)(PartFlag | (int)(Freed | ports));
        return new PackedWidget(part);
    }

    public bool Equals(PackedWidget other) => Bytes.SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => obj is PackedWidget other && Equals(other);

    public override int GetHashCode() => SerialComparer.Instance.GetHashCode(Bytes);

    /// <summary>The widget as callers see it; null where there is none.</summary>
    public WidgetView? ToView() => !Exists ? null : new WidgetView
    {
        Serial = Encoding.UTF8.GetString(Serial),
        Name = Encoding.UTF8.GetString(Name),
        Ports = Ports,
        P = TextOrNull(Peer(PortType.P)),
        R = TextOrNull(Peer(PortType.R)),
        Q = TextOrNull(Peer(PortType.Q)),
    };

    /// <summary>Writes a serial number or a name that was found to be right.</summary>
    /// <param name="text">The text.</param>
    /// <param name="room">At least <see cref="TextBytesMax"/> bytes.</param>
    /// <returns>The part of the room that it takes.</returns>
    public static ReadOnlySpan<byte> Encode(string text, Span<byte> room)
    {
        Utf8.FromUtf16(text, room, out _, out int written);
        return room[..written];
    }

    private static string? TextOrNull(ReadOnlySpan<byte> text) => text.IsEmpty ? null : Encoding.UTF8.GetString(text);

    private static int Size(ReadOnlySpan<byte> text) => text.IsEmpty ? 0 : LengthBytes + text.Length;

    private static Span<byte> WriteIfAny(Span<byte> target, ReadOnlySpan<byte> text) =>
        text.IsEmpty ? target : Write(target, text);

    private static Span<byte> Write(Span<byte> target, ReadOnlySpan<byte> text)
    {
        target[0] = (byte)text.Length;
        target[1] = (byte)(text.Length >> 8);
        text.CopyTo(target[LengthBytes..]);
        return target[(LengthBytes + text.Length)..];
    }

    private static ReadOnlySpan<byte> Behind(ReadOnlySpan<byte> text) => text[(LengthBytes + (text[..LengthBytes][0] | (text[1] << 8)))..];

    private int LengthAt(int place) => block[start + place] | (block[start + place + 1] << 8);

    private ReadOnlySpan<byte> TextAt(int place) => block.AsSpan(start + place + LengthBytes, LengthAt(place));

    private int Behind(int place) => place + LengthBytes + LengthAt(place);
}
