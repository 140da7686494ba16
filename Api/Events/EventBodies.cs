using System.Text.Json.Serialization;
using Turnstile.Api.Http;
using Turnstile.Events;

namespace Turnstile.Api.Events;

/// <summary>An event as its publisher sends it.</summary>
internal sealed record EventBody(
    long Id,
    long PlayerId,
    long GameId,
    string Type,
    long? Amount,
    string? Currency,
    bool HasWon,
    DateTimeOffset CreatedAt);

/// <summary>A final event.</summary>
internal sealed record FinalEventBody(
    long Id,
    long PlayerId,
    long GameId,
    string Type,
    long? Amount,
    string? Currency,
    bool HasWon,
    DateTimeOffset CreatedAt,
    DateTimeOffset ReceivedAt,
    long? AmountEur,
    decimal? Rate,
    DateTimeOffset? RateAt,
    bool RateStale,
    PlayerBody? Player,
    string Description);

/// <summary>The answer to events handed in.</summary>
internal sealed record EventsTakenBody(int Accepted, int Duplicates);

/// <summary>An event that is not final.</summary>
/// <param name="Id">The event.</param>
/// <param name="Status">Always <c>waiting</c>.</param>
/// <param name="Attempts">Attempts that failed.</param>
/// <param name="Reason">Why the last one did.</param>
internal sealed record EventStatusBody(long Id, string Status, int Attempts, string? Reason);

/// <summary>How many dead letters are tried again.</summary>
internal sealed record EventsRetriedBody(long Retried);

/// <summary>A dead letter: the event, and why it is one.</summary>
internal sealed record DeadEventBody(long Id, EventBody Event, string Reason, int Attempts, DateTimeOffset FailedAt)
{
    public static DeadEventBody Of(DeadEvent dead) => new(
        dead.Event.Id,
        new EventBody(
            dead.Event.Id,
            dead.Event.PlayerId,
            dead.Event.GameId,
            EventWords.Of(dead.Event.Type),
            dead.Event.Amount,
            dead.Event.Currency,
            dead.Event.HasWon,
            dead.Event.CreatedAt),
        dead.Reason,
        dead.Attempts,
        dead.FailedAt);
}

/// <summary>What the counted events come to.</summary>
internal sealed record MaterializedBody(
    long EventsTotal,
    long EventsPerMinute,
    double EventsPerSecondMovingAverage,
    TopPlayerBody? TopPlayerBets,
    TopPlayerBody? TopPlayerWins,
    TopPlayerBody? TopPlayerDeposits)
{
    public static MaterializedBody Of(EventTotals totals) => new(
        totals.Total,
        totals.PerMinute,
        totals.MovingAverage,
        TopPlayerBody.Of(totals.Tops.Bets),
        TopPlayerBody.Of(totals.Tops.Wins),
        TopPlayerBody.Of(totals.Tops.Deposits));
}

internal sealed record TopPlayerBody(long Id, long Count)
{
    public static TopPlayerBody? Of(TopPlayer? top) => top is null ? null : new TopPlayerBody(top.Id, top.Count);
}

/// <summary>What is known of a player.</summary>
internal sealed record PlayerBody(string? Email, string? LastSignedInAt);

/// <summary>The JSON of the events' API, generated.</summary>
[JsonSerializable(typeof(EventBody))]
[JsonSerializable(typeof(FinalEventBody))]
[JsonSerializable(typeof(EventBody[]))]
[JsonSerializable(typeof(EventsTakenBody))]
[JsonSerializable(typeof(EventStatusBody))]
[JsonSerializable(typeof(EventsRetriedBody))]
[JsonSerializable(typeof(PageBody<DeadEventBody>))]
[JsonSerializable(typeof(MaterializedBody))]
[JsonSerializable(typeof(TopPlayerBody))]
[JsonSerializable(typeof(PlayerBody))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters = [typeof(UtcTimes)])]
internal sealed partial class EventsJson : JsonSerializerContext;
