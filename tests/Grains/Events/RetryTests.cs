using Turnstile.Events;
using Turnstile.Grains.Tests.Compute;

namespace Turnstile.Grains.Tests.Events;

public sealed class RetryTests
{
    // One more than a call revives.
    private const int Many = 10_001;

    private static readonly DateTimeOffset Date = new(2022, 2, 2, 23, 45, 0, TimeSpan.Zero);

    [Fact]
    public async Task Dead_letters_that_one_call_has_no_time_for_are_left_to_the_next()
    {
        await using ComputeHost host = await ComputeHost.Started("--Compute:Workers=1", "--Events:Output=none");
        IEventsGrain events = host.Grains.GetGrain<IEventsGrain>(0);

        // Of one player, so that the last is taken up last; there is no source of rates.
        await events.Submit([.. Enumerable.Range(1, Many).Select(id => new CasinoEvent
        {
            Id = id, PlayerId = 1, GameId = 100, Type = EventType.Bet, Amount = 1, Currency = "USD", CreatedAt = Date,
        })]);
        using var late = new CancellationTokenSource(ComputeHost.Patience, TimeProvider.System);
        while (await events.Find(Many) is not EventView.Dead)
        {
            Assert.False(late.IsCancellationRequested, "The events never became dead letters.");
        }

        Assert.Equal(new EventsRetried { Count = Many - 1, Next = Many - 1 }, await events.RetryMany(0));
        Assert.Equal(new EventsRetried { Count = 1, Next = null }, await events.RetryMany(Many - 1));
    }
}
