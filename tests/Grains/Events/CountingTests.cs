using Turnstile.Events;
using Turnstile.Grains.Events.Counting;

namespace Turnstile.Grains.Tests.Events;

public sealed class CountingTests
{
    private const long Start = 1_767_323_040;

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(60)]
    [InlineData(3_600)]
    public void A_window_holds_what_its_definition_says_at_every_second(int window)
    {
        var random = new Random(5);
        var counts = new SecondCounts();
        var recorded = new List<long>();
        for (long now = Start; now < Start + 9_000; now += 1 + random.Next(20))
        {
            for (int i = random.Next(30); i > 0; i--)
            {
                // Events reach a partition late and out of order.
                long second = now - random.Next(5);
                recorded.Add(second);
                counts.Add(second, now);
            }

            long expected = recorded.Count(second => second > now - window && second <= now);
            Assert.Equal((double)expected / window, (double)counts.Sum(now, window) / window);
        }
    }

    [Fact]
    public void A_second_older_than_any_window_is_forgotten_and_harms_none()
    {
        var counts = new SecondCounts();
        // Two turns of the ring later, in the same place.
        const long Later = Start + 8_192;
        counts.Add(Later, now: Later);
        counts.Add(Start, now: Later);

        Assert.Equal(1, counts.Sum(Later, SecondCounts.WindowMax));
        Assert.Equal(0, counts.Sum(Start, 10));
    }

    [Fact]
    public void What_was_counted_under_a_clock_that_ran_far_ahead_keeps_no_place_from_what_comes_after_it_was_set_back()
    {
        var counts = new SecondCounts();
        const long Ahead = Start + 86_400;
        for (long second = Ahead; second < Ahead + 5_000; second++)
        {
            counts.Add(second, now: second);
        }

        for (long now = Start; now < Start + 60; now++)
        {
            counts.Add(now, now);
            counts.Add(now, now);
        }

        Assert.Equal(120, counts.Sum(Start + 59, 60));
    }

    [Fact]
    public void What_comes_under_a_clock_that_runs_a_little_ahead_is_kept()
    {
        var counts = new SecondCounts();
        counts.Add(Start + 400, now: Start);
        counts.Add(Start + 400 - 4_096, now: Start);
        Assert.Equal(1, counts.Sum(Start + 400, 1));
    }

    [Fact]
    public void Leaders_equal_those_of_counting_everything()
    {
        var random = new Random(9);
        PartitionBook book = Book(40);
        var events = new List<CountedEvent>();
        for (int i = 0; i < 5_000; i++)
        {
            var counted = new CountedEvent(
                random.Next(40), (EventType)random.Next(4), random.Next(2) == 0, random.Next(500), Start + random.Next(100));
            events.Add(counted);
            book.Count(counted, Start);
            if (i % 100 == 0)
            {
                AssertTops(events, book.Tops);
            }
        }

        AssertTops(events, book.Tops);
        Assert.Equal(5_000, book.Total);
    }

    [Fact]
    public void Among_equals_the_smallest_id_leads()
    {
        PartitionBook book = Book(10);
        foreach (long player in (long[])[7, 3, 5])
        {
            book.Count(new CountedEvent(player, EventType.Bet, false, 100, Start), Start);
        }

        Assert.Equal(new TopPlayer { Id = 3, Count = 1 }, book.Tops.Bets);
        Assert.Null(book.Tops.Wins);
        Assert.Null(book.Tops.Deposits);
    }

    [Fact]
    public void Deposits_beyond_all_numbers_stay_at_the_largest_and_the_partition_goes_on()
    {
        PartitionBook book = Book(10);
        book.Count(new CountedEvent(3, EventType.Deposit, false, long.MaxValue - 5, Start), Start);
        book.Count(new CountedEvent(3, EventType.Deposit, false, 10, Start), Start);
        book.Count(new CountedEvent(4, EventType.Bet, false, 10, Start), Start);

        Assert.Equal(new TopPlayer { Id = 3, Count = long.MaxValue }, book.Tops.Deposits);
        Assert.Equal(3, book.Total);
    }

    [Fact]
    public void A_snapshot_and_the_stored_tallies_are_the_whole_book()
    {
        PartitionBook book = Book(10);
        for (int i = 0; i < 100; i++)
        {
            book.Count(new CountedEvent(i % 7, (EventType)(i % 4), i % 3 == 0, i, Start + (i % 20)), Start);
        }

        var recovered = new PartitionBook();
        recovered.Recover(book.Snapshot());
        recovered.Bring(
            Enumerable.Range(0, 10).Select(player => (long)player),
            book.Changed().ToDictionary(tally => tally.Player, tally => tally.Tally));
        var next = new CountedEvent(3, EventType.Bet, true, 10, Start + 30);
        book.Count(next, Start + 30);
        recovered.Count(next, Start + 30);

        Assert.Equal(book.Total, recovered.Total);
        Assert.Equal(book.Tops, recovered.Tops);
        Assert.Equal(book.Sum(Start + 30, 60), recovered.Sum(Start + 30, 60));
        Assert.Equal(book.Sum(Start + 15, 10), recovered.Sum(Start + 15, 10));
    }

    private static PartitionBook Book(int players)
    {
        var book = new PartitionBook();
        book.Bring(Enumerable.Range(0, players).Select(player => (long)player), new Dictionary<long, PlayerTally>());
        return book;
    }

    private static void AssertTops(List<CountedEvent> events, Tops tops)
    {
        Assert.Equal(Top(events.Where(counted => counted.Type == EventType.Bet), _ => 1), tops.Bets);
        Assert.Equal(Top(events.Where(counted => counted is { Type: EventType.Bet, HasWon: true }), _ => 1), tops.Wins);
        Assert.Equal(
            Top(events.Where(counted => counted.Type == EventType.Deposit), counted => counted.EuroCents), tops.Deposits);
    }

    private static TopPlayer? Top(IEnumerable<CountedEvent> events, Func<CountedEvent, long> value) => events
        .GroupBy(counted => counted.PlayerId)
        .Select(player => new TopPlayer { Id = player.Key, Count = player.Sum(value) })
        .Where(top => top.Count > 0)
        .OrderByDescending(top => top.Count).ThenBy(top => top.Id)
        .FirstOrDefault();
}
