namespace Turnstile.Numerics.Tests;

public sealed class BlockListTests
{
    private const int Count = 300_000;

    [Fact]
    public void Lists_hold_what_was_added_and_what_was_changed()
    {
        var list = new BlockList<int>();
        for (var i = 0; i < Count; i++)
        {
            list.Add(i);
            Assert.Equal(i + 1, list.Count);
            Assert.Equal(i, list[i]);
        }

        for (var i = 0; i < Count; i += 7)
            list[i] = -i;
        for (var i = 0; i < Count; i++)
            Assert.Equal(i % 7 == 0 ? -i : i, list[i]);
    }

    [Fact]
    public void A_list_that_grows_makes_no_more_than_a_block_at_once()
    {
        var list = new BlockList<long>();
        for (var i = 0; i < Count; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            list.Add(i);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 300_000);
        }
    }
}
