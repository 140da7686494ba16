using System.Text;
using Turnstile.Grains.Widgets;
using Turnstile.Widgets;

namespace Turnstile.Grains.Tests.Widgets;

public sealed class ActiveWidgetsTests
{
    private const int IdleSeconds = 30;

    // Every entry is looked at once in sixteen seconds, and once more after it has become idle.
    private const int SweepsOfAll = IdleSeconds + 32;

    private static readonly string[] Serials = [.. Enumerable.Range(0, 20_000).Select(i => $"widget {i:d6}")];

    [Fact]
    public void Widgets_that_nobody_asks_for_are_all_forgotten()
    {
        ActiveWidgets active = Filled(new ActiveWidgets(Serials.Length));
        Assert.Equal(Serials.Length, active.Count);
        Sweep(active, SweepsOfAll);
        Assert.Equal(0, active.Count);
    }

    [Fact]
    public void A_widget_that_is_asked_for_stays_whoever_goes()
    {
        ActiveWidgets active = Filled(new ActiveWidgets(Serials.Length));
        for (int second = 0; second < 2 * SweepsOfAll; second++)
        {
            Assert.True(active.TryGet(Utf8(Serials[7]), out _));
            active.Sweep(IdleSeconds);
        }

        Assert.Equal(1, active.Count);
    }

    [Fact]
    public void What_the_tables_do_not_have_stays_until_they_do()
    {
        ActiveWidgets active = Filled(new ActiveWidgets(Serials.Length));
        active.Begin(2);
        active.Put(active.GetOrAdd(Utf8(Serials[7])), PackedWidget.None(Utf8(Serials[7])));
        active.Keep();
        Sweep(active, SweepsOfAll);
        Assert.Equal((1, 1), (active.Count, active.Unstored));

        WidgetEntry changed = Assert.Single(active.TakeChanged());
        active.Stored(changed, ActiveWidgets.BeginStoring(changed));
        Sweep(active, SweepsOfAll);
        Assert.Equal((0, 0), (active.Count, active.Unstored));
    }

    [Fact]
    public void More_than_may_be_are_made_room_of()
    {
        ActiveWidgets active = Filled(new ActiveWidgets(activeMax: 1_000));
        active.Shrink();
        Assert.InRange(active.Count, 0, 1_000);
    }

    [Fact]
    public void A_batch_that_is_undone_leaves_everything_as_it_was()
    {
        ActiveWidgets active = Filled(new ActiveWidgets(Serials.Length));
        WidgetEntry entry = active.GetOrAdd(Utf8(Serials[0]));
        WidgetView? before = entry.Widget.ToView();
        active.Begin(2);
        active.Put(entry, entry.Widget.With(PortType.P, Utf8(Serials[1])));
        active.Put(entry, PackedWidget.None(Utf8(Serials[0])));
        active.Undo();
        Assert.Equal(before, active.GetOrAdd(Utf8(Serials[0])).Widget.ToView());
        Assert.Equal(0, active.Unstored);
        Assert.Empty(active.TakeChanged());
    }

    [Fact]
    public void A_port_that_was_freed_unread_is_free_in_the_row_that_is_read_later()
    {
        ActiveWidgets active = Freed(Serials[0]);
        active.Keep();
        WidgetEntry entry = active.GetOrAdd(Utf8(Serials[0]));
        Assert.False(entry.IsLoaded);
        Assert.Equal(1, active.Unstored);
        Assert.Empty(active.Fill([entry], [Row(Serials[0])]));
        Assert.Equal(Row(Serials[0]).Widget.With(PortType.P, default), entry.Widget);
        Assert.Equal((2, 1), (entry.Version, active.Unstored));
    }

    [Fact]
    public void A_row_that_was_read_amid_a_batch_that_freed_a_port_of_it_is_whole_where_that_is_undone()
    {
        ActiveWidgets active = Freed(Serials[0]);
        WidgetEntry entry = active.GetOrAdd(Utf8(Serials[0]));
        Assert.Equal([entry], active.Fill([entry], [Row(Serials[0])]));
        active.Undo();
        Assert.Empty(active.Fill([entry], [Row(Serials[0])]));
        Assert.Equal(Row(Serials[0]).Widget, entry.Widget);
        Assert.Equal((1, 0), (entry.Version, active.Unstored));
    }

    [Fact]
    public void A_widget_of_which_only_a_part_is_known_goes_once_the_tables_have_that()
    {
        ActiveWidgets active = Freed(Serials[0]);
        active.Keep();
        WidgetEntry entry = Assert.Single(active.TakeChanged());
        WidgetRow part = ActiveWidgets.BeginStoring(entry);
        Sweep(active, SweepsOfAll);
        Assert.Equal(1, active.Count);
        Assert.Equal(PortSet.P, part.Widget.Freed);
        active.Stored(entry, part);
        Sweep(active, SweepsOfAll);
        Assert.Equal((0, 0), (active.Count, active.Unstored));
    }

    [Theory]
    [InlineData(0, 1, 2, 3)]
    [InlineData(1, 3)]
    [InlineData(3, 2, 1, 0)]
    [InlineData(2, 0, 3)]
    [InlineData]
    public void Rows_come_to_their_widgets_in_whatever_order_they_are_read(params int[] found)
    {
        var active = new ActiveWidgets(Serials.Length);
        List<WidgetEntry> entries = [.. Serials[..4].Select(serial => active.GetOrAdd(Utf8(serial)))];
        Assert.Empty(active.Fill(entries, [.. found.Select(i => Row(Serials[i]))]));
        Assert.All(entries, entry => Assert.True(entry.IsLoaded));
        Assert.Equal(
            Serials[..4].Select((serial, i) => found.Contains(i) ? Row(serial).Widget : PackedWidget.None(Utf8(serial))),
            entries.Select(entry => entry.Widget));
    }

    [Fact]
    public void An_active_widget_takes_less_than_a_kilobyte()
    {
        WidgetRow[] rows = [.. Serials.Select(Row)];
        var active = new ActiveWidgets(Serials.Length);
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (WidgetRow row in rows)
        {
            WidgetEntry entry = active.GetOrAdd(row.Widget.Serial);
            active.Fill([entry], [row]);
        }

        // What growing tables leave behind is counted as well.
        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / active.Count;
        Assert.InRange(each + rows[0].Widget.Bytes.Length, 1, 1_024);
    }

    /// <summary>A batch is under way in which somebody else leaves the port P of a widget that nobody has read.</summary>
    private static ActiveWidgets Freed(string serial)
    {
        var active = new ActiveWidgets(Serials.Length);
        active.Begin(2);
        active.Free(Utf8(serial), PortType.P);
        return active;
    }

    private static ActiveWidgets Filled(ActiveWidgets active)
    {
        foreach (string serial in Serials)
        {
            WidgetEntry entry = active.GetOrAdd(Utf8(serial));
            active.Fill([entry], [Row(serial)]);
        }

        return active;
    }

    private static WidgetRow Row(string serial) => new(
        PackedWidget.Of(Utf8(serial), Utf8(new string('n', 64)), PortSet.All, Utf8(serial + "p"), Utf8(serial + "r")), Version: 1);

    private static byte[] Utf8(string serial) => Encoding.UTF8.GetBytes(serial);

    private static void Sweep(ActiveWidgets active, int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            active.Sweep(IdleSeconds);
        }
    }
}
