using System.Text;
using Turnstile.Grains.Widgets;

namespace Turnstile.Grains.Tests.Widgets;

public sealed class SerialOrderTests
{
    private static readonly string[] Parts = ["a", "b", "0", "é", "\uFF5E", "\uD7FF", "\U00010000", "🦆", "common part", ""];

    private readonly EntryMemory _memory = new();

    [Theory]
    [InlineData("")]
    [InlineData("they all begin alike ")]
    public void Entries_are_sorted_by_the_bytes_of_their_serial_numbers(string start)
    {
        var random = new Random(7);
        for (int round = 0; round < 300; round++)
        {
            List<WidgetEntry> entries =
            [
                .. Enumerable.Range(0, random.Next(60)).Select(_ => start + string.Concat(
                    Enumerable.Range(0, 1 + random.Next(5)).Select(_ => Parts[random.Next(Parts.Length)]))).Distinct().Select(Entry),
            ];

            // Some are forgotten before that.
            entries.Where(_ => random.Next(8) == 0).ToList().ForEach(_memory.Free);
            string[] expected = [.. entries.Select(Bytes).Order(StringComparer.Ordinal)];
            SerialOrder.Sort(entries);
            Assert.Equal(expected, entries.Select(Bytes));
        }
    }

    private static string Bytes(WidgetEntry entry) => Convert.ToHexString(entry.Widget.Serial);

    private WidgetEntry Entry(string serial) => _memory.Get(PackedWidget.None(Encoding.UTF8.GetBytes(serial)));
}
