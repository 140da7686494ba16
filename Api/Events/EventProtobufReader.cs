using System.Buffers;
using System.Collections.Immutable;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Turnstile.Api.Http;
using Turnstile.Events;

namespace Turnstile.Api.Events;

/// <summary>Reads an <c>EventBatch</c> of events.proto.</summary>
internal sealed class EventProtobufReader(EventCheck check)
{
    // google.protobuf.Timestamp is defined from the year 1 to 9999, with nanoseconds of one second.
    private const long SecondsMin = -62_135_596_800;
    private const long SecondsMax = 253_402_300_799;
    private const int NanosecondsMax = 999_999_999;
    private const int NanosecondsPerTick = 100;

    /// <inheritdoc cref="EventJsonReader.Read"/>
    public ImmutableArray<CasinoEvent> Read(ReadOnlySequence<byte> body, int countMax, FieldErrors errors)
    {
        Wire.EventBatch batch;
        try
        {
            batch = Wire.EventBatch.Parser.ParseFrom(body);
        }
        catch (InvalidProtocolBufferException e)
        {
            errors.Add("body", $"Is not an EventBatch: {e.Message}");
            return [];
        }

        if (batch.Events.Count == 0 || batch.Events.Count > countMax)
        {
            errors.Add("body", batch.Events.Count == 0 ? "Holds no event." : $"Holds more than {countMax} events.");
            return [];
        }

        DateTimeOffset latest = check.Latest;
        ImmutableArray<CasinoEvent>.Builder events = ImmutableArray.CreateBuilder<CasinoEvent>(batch.Events.Count);
        for (int i = 0; i < batch.Events.Count; i++)
        {
            if (EventCheck.Check(Draft(batch.Events[i], i, errors), latest, i, errors) is { } read)
            {
                events.Add(read);
            }
        }

        return events.DrainToImmutable();
    }

    private static EventDraft Draft(Wire.Event source, int index, FieldErrors errors)
    {
        var draft = new EventDraft
        {
            // In this format an id of 0 and a missing one are the same.
            Id = NullIfZero(source.Id),
            PlayerId = NullIfZero(source.PlayerId),
            GameId = NullIfZero(source.GameId),
            Type = source.Type switch
            {
                Wire.EventType.GameStart => EventType.GameStart,
                Wire.EventType.Bet => EventType.Bet,
                Wire.EventType.Deposit => EventType.Deposit,
                Wire.EventType.GameStop => EventType.GameStop,
                _ => null,
            },
            Amount = source.HasAmount ? source.Amount : null,
            Currency = source.Currency,
            HasWon = source.HasWon,
        };
        if (source.CreatedAt is { } created)
        {
            draft.CreatedAt = Time(created);
            if (draft.CreatedAt is null)
            {
                draft.Unreadable |= EventFields.CreatedAt;
                errors.Add(EventCheck.Name(index, "created_at"), "Must be a timestamp from the year 1 to 9999.");
            }
        }

        return draft;
    }

    private static long? NullIfZero(long value) => value == 0 ? null : value;

    private static DateTimeOffset? Time(Timestamp time) =>
        time is { Seconds: >= SecondsMin and <= SecondsMax, Nanos: >= 0 and <= NanosecondsMax }
            ? DateTimeOffset.FromUnixTimeSeconds(time.Seconds).AddTicks(time.Nanos / NanosecondsPerTick)
            : null;
}
