using System.Text;
using Turnstile.Grains.Widgets;
using Turnstile.Widgets;

namespace Turnstile.Grains.Tests.Widgets;

public sealed class RowMemoryTests
{
    private const int Rows = 10_000;

    [Fact]
    public void A_row_that_is_kept_is_as_it_was_whatever_is_kept_behind_it()
    {
        var memory = new RowMemory();
        PackedWidget[] rows = [.. Enumerable.Range(0, Rows).Select(Row)];
        PackedWidget[] kept = [.. rows.Select(memory.Keep)];
        Assert.Equal(rows, kept);
        Assert.Equal(rows.Select(row => row.ToView()), kept.Select(row => row.ToView()));
        Assert.InRange(Blocks(kept), 2, Rows / 100);
    }

    [Fact]
    public void A_block_is_old_after_half_a_minute_and_what_is_moved_out_of_it_is_not()
    {
        var memory = new RowMemory();
        PackedWidget kept = memory.Keep(Row(1));
        Tick(memory, 32);
        Assert.False(memory.IsOld(kept));
        Tick(memory, 1);
        Assert.True(memory.IsOld(kept));
        Assert.Equal(Row(1), memory.Keep(kept));
        Assert.False(memory.IsOld(memory.Keep(kept)));
    }

    /// <summary>How many blocks rows stand in.</summary>
    internal static int Blocks(IEnumerable<PackedWidget> rows)
    {
        List<PackedWidget> ofEach = [];
        foreach (PackedWidget row in rows)
        {
            if (!ofEach.Exists(other => other.Block == row.Block))
            {
                ofEach.Add(row);
            }
        }

        return ofEach.Count;
    }

    private static PackedWidget Row(int i) => PackedWidget.Of(
        Encoding.UTF8.GetBytes($"widget {i}"), Encoding.UTF8.GetBytes(new string('n', 1 + (i % 64))), PortSet.All, "peer"u8);

    private static void Tick(RowMemory memory, int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            memory.Tick();
        }
    }
}
