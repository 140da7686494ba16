using System.Buffers;
using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Turnstile.Api.Http;
using Turnstile.Events;
using Turnstile.Grains.Events;
using Turnstile.Grains.Storage;

namespace Turnstile.Api.Events;

/// <summary>Brings messages into the inbox, as many together as there are; insists until they are in.</summary>
internal sealed class RabbitMqIntake(
    IGrainFactory grains,
    EventJsonReader json,
    EventProtobufReader protobuf,
    IOptions<EventsOptions> options,
    TimeProvider time,
    ILogger<RabbitMqIntake> logger)
{
    // Events taken in together, unless one message has more: a commit of more gains nothing, and a call between processes has limits
    // of time and size, which many messages of many events would pass at every try.
    private const int TogetherMax = 10_000;

    private static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(1);

    /// <returns>The messages that cannot be taken in, each with the reason; the events of the others are on
    /// disk.</returns>
    public async Task<List<(Delivery Message, string Reason)>> Take(IReadOnlyList<Delivery> messages, CancellationToken stop)
    {
        var bad = new List<(Delivery Message, string Reason)>();
        var good = new List<(Delivery Message, ImmutableArray<CasinoEvent> Events)>(messages.Count);
        foreach (Delivery message in messages)
        {
            var errors = new FieldErrors();
            ImmutableArray<CasinoEvent> events = Read(message, errors);
            if (errors.Any)
            {
                bad.Add((message, string.Join("; ", errors.ToDictionary().Select(field => $"{field.Key}: {field.Value[0]}"))));
            }
            else
            {
                good.Add((message, events));
            }
        }

        for (int start = 0, end; start < good.Count; start = end)
        {
            int events = good[start].Events.Length;
            for (end = start + 1; end < good.Count && events + good[end].Events.Length <= TogetherMax; end++)
            {
                events += good[end].Events.Length;
            }

            await TakeTogether(good.GetRange(start, end - start), bad, stop);
        }

        return bad;
    }

    private async Task TakeTogether(
        List<(Delivery Message, ImmutableArray<CasinoEvent> Events)> together,
        List<(Delivery Message, string Reason)> bad,
        CancellationToken stop)
    {
        if (await Submit([.. together.SelectMany(message => message.Events)], stop) is null)
        {
            return;
        }

        // One of them is at fault: only its own message shall go.
        foreach ((Delivery message, ImmutableArray<CasinoEvent> events) in together)
        {
            if (await Submit(events, stop) is { } reused)
            {
                bad.Add((message, $"The id {reused.Id} stands for another event already."));
            }
        }
    }

    private ImmutableArray<CasinoEvent> Read(Delivery message, FieldErrors errors)
    {
        var body = new ReadOnlySequence<byte>(message.Body);
        return Media.IsProtobuf(message.ContentType)
            ? protobuf.Read(body, options.Value.BatchMax, errors)
            : json.Read(body, options.Value.BatchMax, errors);
    }

    /// <returns>Null once the events are in the inbox.</returns>
    private async Task<IntakeOutcome.IdReused?> Submit(ImmutableArray<CasinoEvent> events, CancellationToken stop)
    {
        while (true)
        {
            TimeSpan wait = RetryPeriod;
            try
            {
                switch (await grains.GetGrain<IEventsGrain>(0).Submit(events))
                {
                    case IntakeOutcome.Taken:
                        return null;
                    case IntakeOutcome.IdReused reused:
                        return reused;
                    case IntakeOutcome.Full full:
                        wait = TimeSpan.FromSeconds(full.RetryAfterSeconds);
                        break;
                }
            }
            catch (Exception e) when (e is StorageUnavailableException or TimeoutException or OrleansException)
            {
                logger.LogWarning(e, "Events of RabbitMQ cannot be taken in now; they are tried again.");
            }

            await Task.Delay(wait, time, stop);
        }
    }
}
