using Turnstile.Grains.Accept.Counting;

namespace Turnstile.Grains.Tests.Accept;

public sealed class IdSetTests
{
    [Theory]
    [InlineData(1, 40)]
    [InlineData(2, 1_000)]
    [InlineData(3, long.MaxValue)]
    public void It_holds_what_was_added_and_not_removed(int seed, long range)
    {
        var random = new Random(seed);
        var set = new IdSet((ulong)seed);
        var expected = new HashSet<long>();
        for (int i = 0; i < 20_000; i++)
        {
            long id = random.NextInt64(-range, range);
            if (random.Next(3) == 0)
                Assert.Equal(expected.Remove(id), set.Remove(id));
            else
                Assert.Equal(expected.Add(id), set.Add(id));
            Assert.Equal(expected.Count, set.Count);
        }

        Assert.All(expected, id => Assert.True(set.Contains(id)));
        for (long id = -range; range <= 1_000 && id <= range; id++)
            Assert.Equal(expected.Contains(id), set.Contains(id));
    }

    [Fact]
    public void The_ends_of_the_range_and_zero_are_ids_like_others()
    {
        var set = new IdSet(7);
        long[] ids = [long.MinValue, -1, 0, 1, long.MaxValue];
        Assert.All(ids, id => Assert.False(set.Contains(id)));
        Assert.All(ids, id => Assert.True(set.Add(id)));
        Assert.All(ids, id => Assert.False(set.Add(id)));
        Assert.All(ids, id => Assert.True(set.Contains(id)));
        Assert.Equal(5, set.Count);
        Assert.All(ids, id => Assert.True(set.Remove(id)));
        Assert.All(ids, id => Assert.False(set.Remove(id)));
        Assert.Equal(0, set.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000_003)]
    public void A_million_ids_take_16_MB_at_most_whenever_one_looks(long step)
    {
        var set = new IdSet(99);
        for (long i = 1; i <= 1_000_000; i++)
        {
            set.Add(i * step);
            if (i % 10_000 == 0)
                Assert.InRange(set.Bytes, i * 8, i * 16);
        }
    }
}
