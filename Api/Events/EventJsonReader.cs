using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Turnstile.Api.Http;
using Turnstile.Events;
using Turnstile.Grains.Events;

namespace Turnstile.Api.Events;

/// <summary>Reads one event or an array of them from JSON.</summary>
internal sealed class EventJsonReader(EventCheck check)
{
    /// <summary>Reads until something is wrong that hides what follows.</summary>
    /// <param name="body">The whole body.</param>
    /// <param name="countMax">The most events it may hold.</param>
    /// <param name="errors">Gets what is wrong; where there is anything, the result is of no use.</param>
    public ImmutableArray<CasinoEvent> Read(ReadOnlySequence<byte> body, int countMax, FieldErrors errors)
    {
        ImmutableArray<CasinoEvent>.Builder events = ImmutableArray.CreateBuilder<CasinoEvent>();
        try
        {
            ReadAll(body.IsSingleSegment ? body.FirstSpan : body.ToArray(), countMax, events, errors);
        }
        catch (Exception e) when (e.IsBadJson())
        {
            // The reader throws the second at text that is no Unicode: half a surrogate pair, bytes that are not UTF-8.
            errors.Add("body", $"Is not JSON: {e.Message}");
        }

        return events.DrainToImmutable();
    }

    private void ReadAll(
        ReadOnlySpan<byte> body, int countMax, ImmutableArray<CasinoEvent>.Builder events, FieldErrors errors)
    {
        DateTimeOffset latest = check.Latest;
        var json = new Utf8JsonReader(body);
        json.Read();
        if (json.TokenType == JsonTokenType.StartArray)
        {
            for (int i = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; i++)
            {
                if (i == countMax)
                {
                    errors.Add("body", $"Holds more than {countMax} events.");
                    return;
                }

                Add(ReadOne(ref json, latest, i, errors), events);
            }

            if (events.Count == 0 && !errors.Any)
            {
                errors.Add("body", "Holds no event.");
            }
        }
        else
        {
            Add(ReadOne(ref json, latest, -1, errors), events);
        }

        // What follows has to be nothing; the reader throws where it is not.
        json.Read();
    }

    private static void Add(CasinoEvent? read, ImmutableArray<CasinoEvent>.Builder events)
    {
        if (read is not null)
        {
            events.Add(read);
        }
    }

    private static CasinoEvent? ReadOne(ref Utf8JsonReader json, DateTimeOffset latest, int index, FieldErrors errors)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            errors.Add(index < 0 ? "body" : EventCheck.Name(index, ""), "Must be a JSON object.");
            json.Skip();
            return null;
        }

        var draft = default(EventDraft);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            ReadField(ref json, ref draft, index, errors);
        }

        return EventCheck.Check(draft, latest, index, errors);
    }

    private static void ReadField(ref Utf8JsonReader json, ref EventDraft draft, int index, FieldErrors errors)
    {
        if (json.ValueTextEquals("id"u8))
        {
            draft.Id = ReadInteger(ref json, EventFields.Id, "id", ref draft, index, errors);
        }
        else if (json.ValueTextEquals("player_id"u8))
        {
            draft.PlayerId = ReadInteger(ref json, EventFields.PlayerId, "player_id", ref draft, index, errors);
        }
        else if (json.ValueTextEquals("game_id"u8))
        {
            draft.GameId = ReadInteger(ref json, EventFields.GameId, "game_id", ref draft, index, errors);
        }
        else if (json.ValueTextEquals("amount"u8))
        {
            draft.Amount = ReadInteger(ref json, EventFields.Amount, "amount", ref draft, index, errors);
        }
        else if (json.ValueTextEquals("type"u8))
        {
            ReadType(ref json, ref draft, index, errors);
        }
        else if (json.ValueTextEquals("currency"u8))
        {
            ReadCurrency(ref json, ref draft, index, errors);
        }
        else if (json.ValueTextEquals("has_won"u8))
        {
            json.Read();
            draft.HasWon = json.TokenType == JsonTokenType.True;
            if (json.TokenType is not (JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null))
            {
                errors.Add(EventCheck.Name(index, "has_won"), "Must be true or false.");
            }
        }
        else if (json.ValueTextEquals("created_at"u8))
        {
            ReadTime(ref json, ref draft, index, errors);
        }
        else
        {
            json.Read();
        }

        json.Skip();
    }

    private static long? ReadInteger(
        ref Utf8JsonReader json, EventFields field, string name, ref EventDraft draft, int index, FieldErrors errors)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (json.TokenType == JsonTokenType.Number && json.TryGetInt64(out long value))
        {
            return value;
        }

        draft.Unreadable |= field;
        errors.Add(EventCheck.Name(index, name), "Must be an integer of 64 bits.");
        return null;
    }

    private static void ReadType(ref Utf8JsonReader json, ref EventDraft draft, int index, FieldErrors errors)
    {
        json.Read();
        bool text = json.TokenType == JsonTokenType.String;
        draft.Type = text && json.ValueTextEquals("bet"u8) ? EventType.Bet
            : text && json.ValueTextEquals("deposit"u8) ? EventType.Deposit
            : text && json.ValueTextEquals("game_start"u8) ? EventType.GameStart
            : text && json.ValueTextEquals("game_stop"u8) ? EventType.GameStop
            : null;
        if (draft.Type is null && json.TokenType != JsonTokenType.Null)
        {
            draft.Unreadable |= EventFields.Type;
            errors.Add(EventCheck.Name(index, "type"), $"Must be one of {EventWords.AllTypes}.");
        }
    }

    private static void ReadCurrency(ref Utf8JsonReader json, ref EventDraft draft, int index, FieldErrors errors)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String)
        {
            // A known code costs no string of its own.
            draft.Currency = (json.ValueIsEscaped ? null : Currencies.Find(json.ValueSpan)) ?? json.GetString();
        }
        else if (json.TokenType != JsonTokenType.Null)
        {
            draft.Unreadable |= EventFields.Currency;
            errors.Add(EventCheck.Name(index, "currency"), "Must be a string.");
        }
    }

    private static void ReadTime(ref Utf8JsonReader json, ref EventDraft draft, int index, FieldErrors errors)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String
            && UtcTimes.HasOffset(json.ValueIsEscaped ? Encoding.UTF8.GetBytes(json.GetString()!) : json.ValueSpan)
            && json.TryGetDateTimeOffset(out DateTimeOffset time))
        {
            draft.CreatedAt = time;
        }
        else if (json.TokenType != JsonTokenType.Null)
        {
            draft.Unreadable |= EventFields.CreatedAt;
            errors.Add(EventCheck.Name(index, "created_at"), UtcTimes.Rule);
        }
    }
}
