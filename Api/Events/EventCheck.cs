using Microsoft.Extensions.Options;
using Turnstile.Api.Http;
using Turnstile.Events;
using Turnstile.Grains.Events;

namespace Turnstile.Api.Events;

/// <summary>Decides whether an event makes sense; everything wrong with it is said at once.</summary>
internal sealed class EventCheck(IOptions<EventsOptions> options, TimeProvider time)
{
    /// <summary>In minor units; ten billion of most currencies.</summary>
    public const long AmountMax = 1_000_000_000_000;

    private const string Required = "Is required.";
    private const string Positive = "Must be at least 1.";

    /// <summary>The latest date that events read now may have.</summary>
    public DateTimeOffset Latest => time.GetUtcNow() + options.Value.FutureMax;

    /// <param name="draft">What was read.</param>
    /// <param name="latest">Its latest date; see <see cref="Latest"/>.</param>
    /// <param name="index">Its place in an array, or -1.</param>
    /// <param name="errors">Gets what is wrong.</param>
    /// <returns>Null where something is wrong.</returns>
    public static CasinoEvent? Check(in EventDraft draft, DateTimeOffset latest, int index, FieldErrors errors)
    {
        if (draft.Unreadable == EventFields.None
            && Wrong(draft, latest) is null
            && draft is { Id: { } id, PlayerId: { } player, Type: { } type, CreatedAt: { } created })
        {
            return new CasinoEvent
            {
                Id = id,
                PlayerId = player,
                GameId = draft.GameId ?? 0,
                Type = type,
                Amount = draft.Currency is { Length: > 0 } ? draft.Amount : null,
                Currency = draft is { Currency.Length: > 0, Amount: not null } ? draft.Currency : null,
                HasWon = draft.HasWon,
                CreatedAt = created.AddTicks(-(created.Ticks % TimeSpan.TicksPerMicrosecond)).ToUniversalTime(),
            };
        }

        EventDraft rest = draft;
        while (Wrong(rest, latest) is { } wrong)
        {
            errors.Add(Name(index, wrong.Name), wrong.Reason);
            rest.Unreadable |= wrong.Field;
        }

        return null;
    }

    /// <summary>The name of a field of an event, as errors call it.</summary>
    public static string Name(int index, string field) =>
        index < 0 ? field : field.Length == 0 ? $"[{index}]" : $"[{index}].{field}";

    /// <summary>The first thing wrong with a field that nothing was said about.</summary>
    private static (EventFields Field, string Name, string Reason)? Wrong(in EventDraft draft, DateTimeOffset latest)
    {
        EventFields said = draft.Unreadable;
        bool Open(EventFields field) => (said & field) == EventFields.None;

        if (Open(EventFields.Id) && draft.Id is not >= 1)
        {
            return (EventFields.Id, "id", draft.Id is null ? Required : Positive);
        }

        if (Open(EventFields.PlayerId) && draft.PlayerId is not >= 1)
        {
            return (EventFields.PlayerId, "player_id", draft.PlayerId is null ? Required : Positive);
        }

        if (Open(EventFields.Type) && draft.Type is null)
        {
            return (EventFields.Type, "type", $"Is required: one of {EventWords.AllTypes}.");
        }

        if (Open(EventFields.GameId) && draft.GameId is not >= 1
            && (draft.GameId < 0 || draft.Type is not (null or EventType.Deposit)))
        {
            return (EventFields.GameId, "game_id", draft.GameId is null ? Required : Positive);
        }

        if (Open(EventFields.CreatedAt))
        {
            if (draft.CreatedAt is not { } created)
            {
                return (EventFields.CreatedAt, "created_at", Required);
            }

            if (created > latest || created < DateTimeOffset.UnixEpoch)
            {
                return (EventFields.CreatedAt, "created_at",
                    created > latest ? "Lies in the future." : "Must be 1970 or later.");
            }
        }

        return WrongMoney(draft);
    }

    private static (EventFields Field, string Name, string Reason)? WrongMoney(in EventDraft draft)
    {
        bool moves = draft.Type is EventType.Bet or EventType.Deposit;
        if ((draft.Unreadable & EventFields.Amount) == EventFields.None)
        {
            if (draft.Amount is null && moves)
            {
                return (EventFields.Amount, "amount", "Is required of bets and deposits.");
            }

            if (draft.Amount is < 0 or > AmountMax)
            {
                return (EventFields.Amount, "amount", $"Must be from 0 to {AmountMax} minor units.");
            }
        }

        if ((draft.Unreadable & EventFields.Currency) != EventFields.None)
        {
            return null;
        }

        if (draft.Currency is not { Length: > 0 } currency)
        {
            return moves || draft.Amount is > 0
                ? (EventFields.Currency, "currency", "Is required where there is an amount.")
                : null;
        }

        return Currencies.IsKnown(currency)
            ? null
            : (EventFields.Currency, "currency", "Must be a currency of ISO 4217 in capitals, or BTC.");
    }
}
