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

    // An event that nothing is known of is two bytes here and a hundred in memory, and so is a field that nobody knows: the events
    // are read one by one up to the limit, and such fields not kept.
    private static readonly MessageParser<Wire.Event> Parser = Wire.Event.Parser.WithDiscardUnknownFields(true);

    private static readonly uint EventsTag = WireFormat.MakeTag(
        Wire.EventBatch.EventsFieldNumber, WireFormat.WireType.LengthDelimited);

    /// <inheritdoc cref="EventJsonReader.Read"/>
    public ImmutableArray<CasinoEvent> Read(ReadOnlySequence<byte> body, int countMax, FieldErrors errors)
    {
        ImmutableArray<CasinoEvent>.Builder events = ImmutableArray.CreateBuilder<CasinoEvent>();
        try
        {
            ReadAll(new CodedInputStream(body.ToArray()), countMax, events, errors);
        }
        catch (InvalidProtocolBufferException e)
        {
            errors.Add("body", $"Is not an EventBatch: {e.Message}");
        }

        return events.DrainToImmutable();
    }

    private void ReadAll(CodedInputStream body, int countMax, ImmutableArray<CasinoEvent>.Builder events, FieldErrors errors)
    {
        DateTimeOffset latest = check.Latest;
        int count = 0;
        while (body.ReadTag() is var tag and not 0)
        {
            if (tag != EventsTag)
            {
                body.SkipLastField();
                continue;
            }

            if (count == countMax)
            {
                errors.Add("body", $"Holds more than {countMax} events.");
                return;
            }

            Wire.Event source = Parser.ParseFrom(body.ReadBytes());
            if (EventCheck.Check(Draft(source, count, errors), latest, count, errors) is { } read)
            {
                events.Add(read);
            }

            count++;
        }

        if (count == 0)
        {
            errors.Add("body", "Holds no event.");
        }
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
