using System.Text;
using Turnstile.Grains.Widgets;
using Turnstile.Widgets;

namespace Turnstile.Grains.Tests.Widgets;

/// <summary>The place of a widget that was forgotten becomes that of another, if nobody can take the one for the other.</summary>
public sealed class ForgottenEntriesTests
{
    private const int SweepsOfAll = 32;

    private readonly ActiveWidgets _active = new(activeMax: 1_000);

    [Fact]
    public void The_place_of_a_forgotten_widget_becomes_that_of_another_and_has_nothing_of_it()
    {
        WidgetEntry entry = Read("one", version: 7);
        _active.Begin(8);
        _active.Put(entry, entry.Widget.With(PortType.P, "two"u8));
        _active.Keep();
        WidgetEntry changed = Assert.Single(_active.TakeChanged());
        _active.Stored(changed, ActiveWidgets.BeginStoring(changed));
        Forget();

        WidgetEntry other = _active.GetOrAdd("other"u8);
        Assert.Equal(entry, other);
        Assert.Equal("other", Encoding.UTF8.GetString(other.Serial));
        Assert.Equal(PackedWidget.None("other"u8), other.Widget);
        Assert.Equal((0, 0, false, false), (other.Version, other.StoredVersion, other.IsLoaded, other.InTable));
        Assert.False(_active.TryGet("one"u8, out _));
    }

    [Fact]
    public void None_does_while_another_thread_reads_serial_numbers()
    {
        WidgetEntry entry = Read("one", version: 7);
        _active.SerialsAreRead = true;
        Forget();
        Assert.DoesNotContain(entry, Others("other"));
        Assert.Equal("one", Encoding.UTF8.GetString(entry.Serial));

        _active.SerialsAreRead = false;
        _active.Sweep(idleSeconds: 1);
        Assert.Contains(entry, Others("another"));
    }

    [Fact]
    public void None_does_while_it_has_a_place_in_the_order_of_created_widgets()
    {
        WidgetEntry entry = _active.GetOrAdd("one"u8);
        _active.Fill([entry], []);
        _active.Begin(1);
        _active.Put(entry, Row("one"));
        _active.Keep();
        Assert.Equal([entry], _active.Created.Between(default, default));
        WidgetEntry changed = Assert.Single(_active.TakeChanged());
        _active.Stored(changed, ActiveWidgets.BeginStoring(changed));
        Forget();
        Assert.DoesNotContain(entry, Others("other"));

        // More than may be out of order.
        for (int i = 0; i < 5_000; i++)
        {
            WidgetEntry created = Read($"created {i}", version: 0);
            created.InTable = false;
            _active.Created.Add(created);
        }

        _active.Sweep(idleSeconds: 1);
        Assert.Contains(entry, Others("another"));
    }

    [Fact]
    public void Whoever_waits_to_read_one_reads_that_and_no_other()
    {
        WidgetEntry entry = Read("one", version: 7);
        entry.Readers++;
        Sweep(2 * SweepsOfAll);
        Assert.Equal(entry, _active.GetOrAdd("one"u8));
        entry.Readers--;
        Forget();
    }

    [Fact]
    public void Widgets_that_stay_hold_no_memory_of_those_that_went()
    {
        const int All = 100_000, Each = 1_000;
        byte[][] serials = [.. Enumerable.Range(0, All).Select(i => Encoding.UTF8.GetBytes($"widget {i}"))];
        foreach (byte[] serial in serials)
        {
            Read(Encoding.UTF8.GetString(serial), version: 1);
        }

        byte[][] staying = [.. serials.Where((_, i) => i % Each == 0)];
        PackedWidget[] Rows() => [.. staying.Select(serial => _active.GetOrAdd(serial).Widget)];
        int before = RowMemoryTests.Blocks(Rows());
        for (int second = 0; second < 3 * SweepsOfAll; second++)
        {
            Rows();
            _active.Sweep(idleSeconds: 2);
        }

        Assert.Equal(staying.Length, _active.Count);
        Assert.InRange(before, staying.Length / 2, staying.Length);
        Assert.InRange(RowMemoryTests.Blocks(Rows()), 1, 4);
        Assert.Equal(staying.Select(serial => Row(Encoding.UTF8.GetString(serial))), Rows());
    }

    private WidgetEntry Read(string serial, long version)
    {
        WidgetEntry entry = _active.GetOrAdd(Encoding.UTF8.GetBytes(serial));
        Assert.Empty(_active.Fill([entry], [new WidgetRow(Row(serial), version)]));
        return entry;
    }

    /// <summary>Entries of enough others that all places are used that may be.</summary>
    private List<WidgetEntry> Others(string name) =>
        [.. Enumerable.Range(0, 3 * EntryBlock.Places).Select(i => _active.GetOrAdd(Encoding.UTF8.GetBytes($"{name} {i}")))];

    private static PackedWidget Row(string serial) =>
        PackedWidget.Of(Encoding.UTF8.GetBytes(serial), Encoding.UTF8.GetBytes(new string('n', 64)), PortSet.All);

    private void Forget()
    {
        for (int second = 0; second < SweepsOfAll && _active.Count > 0; second++)
        {
            _active.Sweep(idleSeconds: 1);
        }

        Assert.Equal(0, _active.Count);
    }

    private void Sweep(int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            _active.Sweep(idleSeconds: 1);
        }
    }
}
