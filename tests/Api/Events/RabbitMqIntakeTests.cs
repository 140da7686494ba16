using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Turnstile.Api.Events;
using Turnstile.Events;
using Turnstile.Grains.Events;

namespace Turnstile.Api.Tests.Events;

public sealed class RabbitMqIntakeTests
{
    private readonly List<long[]> _submitted = [];

    [Fact]
    public async Task Many_messages_of_many_events_are_taken_in_some_at_a_time()
    {
        List<Delivery> messages = [.. Enumerable.Range(0, 25).Select(i => Message((ulong)i, (i * 1_000) + 1, 1_000))];
        messages.Add(Message(25, 25_001, 12_000));

        Assert.Empty(await Intake(reused: 0).Take(messages, default));

        Assert.Equal([10_000, 10_000, 5_000, 12_000], _submitted.Select(events => events.Length));
        Assert.Equal(Enumerable.Range(1, 37_000).Select(id => (long)id), _submitted.SelectMany(events => events));
    }

    [Fact]
    public async Task Of_messages_taken_in_together_only_the_one_at_fault_is_bad()
    {
        List<Delivery> messages = [.. Enumerable.Range(0, 20).Select(i => Message((ulong)i, (i * 1_000) + 1, 1_000))];

        (Delivery bad, string reason) = Assert.Single(await Intake(reused: 11_005).Take(messages, default));

        Assert.Equal(11UL, bad.Tag);
        Assert.Contains("11005", reason, StringComparison.Ordinal);
        Assert.Equal([10_000, 10_000, .. Enumerable.Repeat(1_000, 10)], _submitted.Select(events => events.Length));
    }

    private static Delivery Message(ulong tag, int first, int count) => new(
        tag,
        Media.Json,
        Encoding.UTF8.GetBytes(EventsClient.ToJson([.. Enumerable.Range(first, count).Select(id => Event(id))])));

    private static EventBody Event(long id) =>
        new(id, 1, 101, "bet", 5, "EUR", false, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private RabbitMqIntake Intake(long reused)
    {
        IOptions<EventsOptions> options = Options.Create(new EventsOptions());
        var check = new EventCheck(options, TimeProvider.System);
        IEventsGrain events = Double.Of<IEventsGrain>(arguments => Submit((ImmutableArray<CasinoEvent>)arguments[0]!, reused));
        return new RabbitMqIntake(
            Double.Of<IGrainFactory>(_ => events),
            new EventJsonReader(check),
            new EventProtobufReader(check),
            options,
            TimeProvider.System,
            NullLogger<RabbitMqIntake>.Instance);
    }

    private Task<IntakeOutcome> Submit(ImmutableArray<CasinoEvent> events, long reused)
    {
        _submitted.Add([.. events.Select(taken => taken.Id)]);
        return Task.FromResult<IntakeOutcome>(events.Any(taken => taken.Id == reused)
            ? new IntakeOutcome.IdReused { Index = 0, Id = reused }
            : new IntakeOutcome.Taken { Accepted = events.Length, Duplicates = 0 });
    }
}
