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

        if (good.Count > 0 && await Submit([.. good.SelectMany(message => message.Events)], stop) is not null)
        {
            // One of them is at fault: only its own message shall go.
            foreach ((Delivery message, ImmutableArray<CasinoEvent> events) in good)
            {
                if (await Submit(events, stop) is { } reused)
                {
                    bad.Add((message, $"The id {reused.Id} stands for another event already."));
                }
            }
        }

        return bad;
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
