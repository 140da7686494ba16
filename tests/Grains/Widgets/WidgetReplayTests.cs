using System.Text;
using Turnstile.Grains.Widgets;
using Turnstile.Grains.Widgets.Log;
using Turnstile.Widgets;

namespace Turnstile.Grains.Tests.Widgets;

public sealed class WidgetReplayTests
{
    private const int Serials = 300;

    [Fact]
    public void Taken_in_from_its_end_a_log_says_of_each_widget_what_it_says_from_its_beginning()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            List<LoggedChanges> log = AnyLog(random);
            ActiveWidgets active = Replayed(log, random);
            Dictionary<string, WidgetRow> expected = FromTheBeginning(log);
            HashSet<string> whole = [.. log.SelectMany(Logged.Rows).Where(row => !row.Widget.IsPart).Select(row => SerialOf(row.Widget))];
            List<WidgetEntry> changed = active.TakeChanged();
            Assert.Equal((expected.Count, expected.Count), (active.Count, active.Unstored));
            Assert.Equal(expected.Keys.Order(), changed.Select(entry => SerialOf(entry.Widget)).Order());
            foreach ((string serial, (PackedWidget widget, long version)) in expected)
            {
                WidgetEntry entry = active.GetOrAdd(Encoding.UTF8.GetBytes(serial));
                Assert.Equal((widget, version, whole.Contains(serial)), (entry.Widget, entry.Version, entry.IsLoaded));
                Assert.False(entry.IsStored || entry.InTable);
            }

            Assert.Equal(expected.Values.Count(row => row.Widget.Exists), active.Created.Count);
            Assert.Equal(active.Created.Count, active.Created.Between(default, default).Count);
        }
    }

    [Fact]
    public void What_was_replayed_is_forgotten_once_the_tables_have_it_and_its_place_is_that_of_others()
    {
        ActiveWidgets active = Replayed(AnyLog(new Random(1)), new Random(1));
        List<WidgetEntry> replayed = active.TakeChanged();
        foreach (WidgetEntry entry in replayed)
        {
            active.Stored(entry, ActiveWidgets.BeginStoring(entry));
        }

        Assert.Equal((0, 0), (active.Unstored, active.Created.Count));
        for (int second = 0; second < 64 && active.Count > 0; second++)
        {
            active.Sweep(idleSeconds: 1);
        }

        Assert.Equal(0, active.Count);
        const int Many = EntryTable.Parts * EntryBlock.Places;
        HashSet<WidgetEntry> others = [.. Enumerable.Range(0, Many).Select(i => active.GetOrAdd(Serial(i)))];
        Assert.Equal(Many, others.Count);
        Assert.True(others.Overlaps(replayed));
    }

    /// <summary>In pieces of any size.</summary>
    private static ActiveWidgets Replayed(List<LoggedChanges> log, Random random)
    {
        var active = new ActiveWidgets(Serials);
        WidgetReplay replay = active.BeginReplay();
        for (int end = log.Count; end > 0;)
        {
            int start = Math.Max(0, end - 1 - random.Next(5));
            replay.Take(Logged.Piece(log[start..end].AsEnumerable().Reverse()));
            end = start;
        }

        active.EndReplay(replay);
        return active;
    }

    /// <summary>The last whole row of each, with the ports free that were freed behind it; or all that were, where there is none.</summary>
    private static Dictionary<string, WidgetRow> FromTheBeginning(List<LoggedChanges> log)
    {
        var known = new Dictionary<string, WidgetRow>();
        foreach (WidgetRow row in log.SelectMany(Logged.Rows))
        {
            string serial = SerialOf(row.Widget);
            known[serial] = !row.Widget.IsPart ? row
                : known.TryGetValue(serial, out WidgetRow before) ? row with { Widget = before.Widget.Without(row.Widget.Freed) }
                : row;
        }

        return known;
    }

    private static List<LoggedChanges> AnyLog(Random random)
    {
        var log = new List<LoggedChanges>();
        for (long next = 1; log.Count < 20;)
        {
            PackedWidget[][] changes = [.. Enumerable.Range(0, 1 + random.Next(30)).Select(_ => AnyChange(random))];
            log.Add(Logged.Changes(next, changes));
            next += changes.Length;
        }

        return log;
    }

    private static PackedWidget[] AnyChange(Random random) =>
        [.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => AnyRow(random)).DistinctBy(row => row.GetHashCode())];

    private static PackedWidget AnyRow(Random random)
    {
        // Some are changed again and again, and most once.
        byte[] serial = Serial(random.Next(random.Next(2) == 0 ? 10 : Serials));
        return random.Next(5) switch
        {
            0 => PackedWidget.None(serial),
            1 or 2 => PackedWidget.None(serial).Without((PortSet)(1 + random.Next(7))),
            _ => PackedWidget.Of(serial, "näme"u8, PortSet.All, Peer(), Peer(), Peer()),
        };

        byte[] Peer() => random.Next(2) == 0 ? [] : Serial(random.Next(Serials));
    }

    private static string SerialOf(PackedWidget widget) => Encoding.UTF8.GetString(widget.Serial);

    private static byte[] Serial(int number) => Encoding.UTF8.GetBytes($"ü/{number}");
}
