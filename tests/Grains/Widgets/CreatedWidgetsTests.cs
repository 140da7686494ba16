using System.Text;
using Turnstile.Grains.Widgets;

namespace Turnstile.Grains.Tests.Widgets;

public sealed class CreatedWidgetsTests
{
    private const int Serials = 30_000;

    [Fact]
    public void Those_between_two_serial_numbers_are_found_whoever_has_come_and_gone_since_the_last_look()
    {
        var random = new Random(11);
        var memory = new EntryMemory();
        WidgetEntry[] entries = [.. Enumerable.Range(0, Serials).Select(i => memory.Get(PackedWidget.None(Serial(i))))];
        Dictionary<WidgetEntry, int> places = entries.Index().ToDictionary(one => one.Item, one => one.Index);
        var created = new CreatedWidgets(entries);
        var expected = new HashSet<int>();
        for (int round = 0; round < 200; round++)
        {
            // Few changes leave the order as it is, many give it up.
            for (int left = random.Next(4) == 0 ? 20_000 : random.Next(200); left > 0; left--)
            {
                int one = random.Next(Serials);
                if (random.Next(round % 3 == 0 ? 2 : 8) == 0)
                {
                    created.Remove(entries[one]);
                    expected.Remove(one);
                }
                else
                {
                    created.Add(entries[one]);
                    expected.Add(one);
                }
            }

            int after = random.Next(Serials);
            int end = after + random.Next(1_000);
            bool open = random.Next(10) == 0;
            IEnumerable<int> wanted = expected.Where(one => one > after && (open || one < end)).Order();
            IEnumerable<WidgetEntry> found = created.Between(Serial(after), open ? default : Serial(end));
            Assert.Equal(wanted, found.Select(entry => places[entry]).Order());
            Assert.Equal(expected.Count, created.Count);
        }
    }

    private static byte[] Serial(int number) => Encoding.UTF8.GetBytes($"widget {number:d6}");
}
