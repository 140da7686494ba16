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
            Assert.True(active.TryGet(Serials[7], out _));
            active.Sweep(IdleSeconds);
        }

        Assert.Equal(1, active.Count);
    }

    [Fact]
    public void What_the_tables_do_not_have_stays_until_they_do()
    {
        ActiveWidgets active = Filled(new ActiveWidgets(Serials.Length));
        active.Begin(2);
        active.Put(Serials[7], null);
        active.Keep();
        Sweep(active, SweepsOfAll);
        Assert.Equal((1, 1), (active.Count, active.Unstored));

        WidgetEntry changed = Assert.Single(active.TakeChanged());
        active.Stored(ActiveWidgets.BeginStoring(changed));
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
        WidgetView? before = active.Find(Serials[0]);
        active.Begin(2);
        active.Put(Serials[0], before!.With(PortType.P, Serials[1]));
        active.Put(Serials[0], null);
        active.Undo();
        Assert.Same(before, active.Find(Serials[0]));
        Assert.Equal(0, active.Unstored);
        Assert.Empty(active.TakeChanged());
    }

    [Fact]
    public void An_active_widget_takes_less_than_a_kilobyte()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        ActiveWidgets active = Filled(new ActiveWidgets(Serials.Length));
        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / active.Count;

        // What growing tables leave behind is counted as well.
        Assert.InRange(each, 1, 1_024);
    }

    private static ActiveWidgets Filled(ActiveWidgets active)
    {
        foreach (string serial in Serials)
        {
            var view = new WidgetView
            {
                Serial = serial, Name = new string('n', 64), Ports = PortSet.All, P = serial + "p", R = serial + "r",
            };
            active.Add(serial, new WidgetRow(serial, view, 1));
        }

        return active;
    }

    private static void Sweep(ActiveWidgets active, int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            active.Sweep(IdleSeconds);
        }
    }
}
