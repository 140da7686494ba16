using System.Buffers;
using System.Text;
using Turnstile.Events;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Events;

/// <summary>
/// Events as bytes, about 30 each: variable-length integers, low groups of seven bits first. Equal events are equal
/// bytes, so their <see cref="ContentHash"/> tells a repeat from an id that stands for something else.
/// </summary>
internal static class EventCodec
{
    private const int TypeMask = 3;
    private const int AmountFlag = 4;
    private const int WonFlag = 8;

    // Six integers of at most 10 bytes, one byte of flags and a currency.
    private const int LengthMax = 80;

    /// <summary>Appends the event without its receipt time.</summary>
    public static void Write(ArrayBufferWriter<byte> to, CasinoEvent source)
    {
        Span<byte> bytes = to.GetSpan(LengthMax);
        int at = WriteInteger(bytes, 0, source.Id);
        at = WriteInteger(bytes, at, source.PlayerId);
        at = WriteInteger(bytes, at, source.GameId);
        bytes[at++] = (byte)((int)source.Type | (source.Amount is null ? 0 : AmountFlag) | (source.HasWon ? WonFlag : 0));
        if (source.Amount is { } amount)
        {
            at = WriteInteger(bytes, at, amount);
            at += Encoding.ASCII.GetBytes(source.Currency, bytes[at..]);
        }

        to.Advance(WriteInteger(bytes, at, source.CreatedAt.ToMicroseconds()));
    }

    /// <summary>Appends the receipt time, which follows every stored event.</summary>
    public static void WriteReceipt(ArrayBufferWriter<byte> to, DateTimeOffset receivedAt) =>
        to.Advance(WriteInteger(to.GetSpan(LengthMax), 0, receivedAt.ToMicroseconds()));

    /// <summary>Reads events, each with its receipt time, until the end.</summary>
    public static void ReadAll(ReadOnlySpan<byte> bytes, List<ReceivedEvent> into)
    {
        for (int at = 0; at < bytes.Length;)
        {
            into.Add(Read(bytes, ref at));
        }
    }

    /// <summary>
    /// FNV-1a of 64 bits (Fowler, Noll, Vo, 1991): two contents of one id look alike once in 2^64 times.
    /// </summary>
    public static long ContentHash(ReadOnlySpan<byte> bytes)
    {
        ulong hash = 14_695_981_039_346_656_037;
        foreach (byte value in bytes)
        {
            hash = (hash ^ value) * 1_099_511_628_211;
        }

        return (long)hash;
    }

    private static ReceivedEvent Read(ReadOnlySpan<byte> bytes, ref int at)
    {
        long id = ReadInteger(bytes, ref at);
        long player = ReadInteger(bytes, ref at);
        long game = ReadInteger(bytes, ref at);
        int flags = bytes[at++];
        long? amount = null;
        string? currency = null;
        if ((flags & AmountFlag) != 0)
        {
            amount = ReadInteger(bytes, ref at);
            currency = Currencies.Find(bytes.Slice(at, Currencies.CodeLength))
                ?? throw new InvalidDataException("A stored event names a currency that is not known.");
            at += Currencies.CodeLength;
        }

        var source = new CasinoEvent
        {
            Id = id,
            PlayerId = player,
            GameId = game,
            Type = (EventType)(flags & TypeMask),
            Amount = amount,
            Currency = currency,
            HasWon = (flags & WonFlag) != 0,
            CreatedAt = ReadInteger(bytes, ref at).ToTime(),
        };
        return new ReceivedEvent(source, ReadInteger(bytes, ref at).ToTime());
    }

    private static int WriteInteger(Span<byte> bytes, int at, long value)
    {
        ulong rest = (ulong)value;
        while (rest > 0x7F)
        {
            bytes[at++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        bytes[at++] = (byte)rest;
        return at;
    }

    private static long ReadInteger(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte group = bytes[at++];
            value |= (ulong)(group & 0x7F) << shift;
            if (group <= 0x7F)
            {
                return (long)value;
            }
        }
    }
}
