using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Turnstile.Grains.Widgets;

/// <summary>The order of the tables: that of the UTF-8 bytes, which is that of the code points.</summary>
internal static class SerialOrder
{
    private const int KeyBytes = sizeof(ulong);

    /// <summary>
    /// Sorts entries by their serial numbers. Compares the first bytes in which any two of them differ as numbers, side by side: most
    /// entries need not be touched for it, which a million times costs more than the comparison.
    /// </summary>
    public static void Sort(List<WidgetEntry> entries)
    {
        if (entries.Count < 2)
        {
            return;
        }

        Span<WidgetEntry> items = CollectionsMarshal.AsSpan(entries);
        int skip = CommonBytes(items);
        ulong[] keys = new ulong[items.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            ReadOnlySpan<byte> serial = items[i].Serial;
            keys[i] = Key(serial.IsEmpty ? serial : serial[skip..]);
        }

        keys.AsSpan().Sort(items);
        for (int start = 0, end; start < keys.Length; start = end)
        {
            for (end = start + 1; end < keys.Length && keys[end] == keys[start];)
            {
                end++;
            }

            if (end - start > 1)
            {
                items[start..end].Sort(static (x, y) => x.Serial.SequenceCompareTo(y.Serial));
            }
        }
    }

    private static int CommonBytes(ReadOnlySpan<WidgetEntry> items)
    {
        ReadOnlySpan<byte> common = default;
        bool any = false;
        foreach (WidgetEntry item in items)
        {
            // Of those that have been forgotten since they came into the list there is nothing to compare.
            if (!item.Serial.IsEmpty)
            {
                common = any ? common[..common.CommonPrefixLength(item.Serial)] : item.Serial;
                any = true;
            }
        }

        return common.Length;
    }

    /// <summary>No serial number has a byte of 0: one that ends comes before those that go on.</summary>
    private static ulong Key(ReadOnlySpan<byte> serial)
    {
        if (serial.Length >= KeyBytes)
        {
            return BinaryPrimitives.ReadUInt64BigEndian(serial);
        }

        Span<byte> padded = stackalloc byte[KeyBytes];
        padded.Clear();
        serial.CopyTo(padded);
        return BinaryPrimitives.ReadUInt64BigEndian(padded);
    }
}
