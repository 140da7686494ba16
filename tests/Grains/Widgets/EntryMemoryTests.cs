using System.Text;
using Turnstile.Grains.Widgets;
using Turnstile.Widgets;

namespace Turnstile.Grains.Tests.Widgets;

public sealed class EntryMemoryTests
{
    private readonly EntryMemory _memory = new();

    [Fact]
    public void A_block_is_of_those_objects_that_the_garbage_collector_does_not_move() =>
        Assert.Equal(GC.MaxGeneration, GC.GetGeneration(new EntryBlock()));

    [Fact]
    public void Whoever_comes_and_goes_everybody_has_a_place_of_his_own()
    {
        var random = new Random(3);
        var present = new List<(WidgetEntry Entry, string Serial)>();
        var taken = new HashSet<WidgetEntry>();
        for (int round = 0; round < 40; round++)
        {
            for (int left = random.Next(4 * EntryBlock.Places); left > 0; left--)
            {
                string serial = $"{round} {left}";
                WidgetEntry entry = Take(serial);
                Assert.True(taken.Add(entry));
                present.Add((entry, serial));
            }

            for (int left = random.Next(present.Count + 1); left > 0; left--)
            {
                int one = random.Next(present.Count);
                Assert.Equal(present[one].Serial, Encoding.UTF8.GetString(present[one].Entry.Serial));
                _memory.Free(present[one].Entry);
                taken.Remove(present[one].Entry);
                present[one] = present[^1];
                present.RemoveAt(present.Count - 1);
            }

            _memory.Trim();
            Assert.All(present, one => Assert.Equal(one.Serial, Encoding.UTF8.GetString(one.Entry.Serial)));
        }
    }

    [Fact]
    public void Places_that_were_given_back_are_used_before_there_is_another_block()
    {
        WidgetEntry[] entries = [.. Enumerable.Range(0, 10 * EntryBlock.Places).Select(i => Take($"{i}"))];
        HashSet<EntryBlock> blocks = [.. entries.Select(entry => entry.Block)];
        Assert.Equal(10, blocks.Count);
        WidgetEntry[] going = [.. entries.Where((_, i) => i % 3 != 0)];
        Array.ForEach(going, _memory.Free);
        HashSet<WidgetEntry> again = [.. going.Select((_, i) => Take($"{i} again"))];
        Assert.True(again.SetEquals(going));
        Assert.DoesNotContain(Take("one more").Block, blocks);
    }

    [Fact]
    public void A_place_that_was_given_back_holds_on_to_no_row()
    {
        WidgetEntry stays = Take("it stays");
        WidgetEntry goes = Take("it goes");
        goes.Widget = PackedWidget.Of("it goes"u8, "name"u8, PortSet.All);
        goes.Version = 7;
        _memory.Free(goes);
        Assert.Equal((PackedWidget.Nobody, PackedWidget.Nobody, true), (goes.Widget, goes.None, goes.IsStored));
        Assert.Equal("it stays", Encoding.UTF8.GetString(stays.Serial));
    }

    [Fact]
    public void Blocks_of_which_all_have_gone_are_let_go_within_some_time()
    {
        HashSet<EntryBlock> blocks = TakeAndFree(20);
        for (int second = 0; second < 60; second++)
        {
            _memory.Trim();
        }

        Assert.DoesNotContain(Take("one more").Block, blocks);
    }

    [Fact]
    public void Blocks_that_are_needed_within_a_second_are_kept()
    {
        HashSet<EntryBlock> blocks = TakeAndFree(20);
        for (int second = 0; second < 60; second++)
        {
            _memory.Trim();
            Assert.Equal(blocks, TakeAndFree(20));
        }
    }

    [Fact]
    public void Of_many_that_go_at_once_no_more_blocks_are_kept_than_may_be()
    {
        HashSet<EntryBlock> blocks = TakeAndFree(300);
        Assert.Equal(256, TakeAndFree(300).Count(blocks.Contains));
    }

    [Fact]
    public void What_another_memory_had_room_for_is_had_room_for_by_the_one_that_takes_it_over()
    {
        var other = new EntryMemory();
        WidgetEntry[] theirs = [.. Enumerable.Range(0, EntryBlock.Places + 1).Select(i => other.Get(PackedWidget.None(Serial($"{i}"))))];
        _memory.TakeOver(other);
        HashSet<WidgetEntry> mine = [.. Enumerable.Range(1, EntryBlock.Places - 1).Select(i => Take($"{i}"))];
        Assert.All(mine, entry => Assert.Equal(theirs[^1].Block, entry.Block));
        Assert.Empty(mine.Intersect(theirs));
        _memory.Free(theirs[0]);
        Assert.Equal(theirs[0], Take("it again"));
    }

    private HashSet<EntryBlock> TakeAndFree(int count)
    {
        WidgetEntry[] entries = [.. Enumerable.Range(0, count * EntryBlock.Places).Select(i => Take($"{i}"))];
        Array.ForEach(entries, _memory.Free);
        return [.. entries.Select(entry => entry.Block)];
    }

    private WidgetEntry Take(string serial) => _memory.Get(PackedWidget.None(Serial(serial)));

    private static byte[] Serial(string serial) => Encoding.UTF8.GetBytes(serial);
}
