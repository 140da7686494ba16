using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Turnstile.Events;
using Turnstile.Grains.Events.Counting;
using Turnstile.Grains.Events.Pipeline;

namespace Turnstile.Grains.Events;

/// <summary>
/// Leads events through the stages: currency, player, description. What it asks for, it asks once for all of them.
/// </summary>
internal sealed class EventEnricher(
    PlayerStore players,
    IOptions<EventsOptions> options,
    EventsTelemetry telemetry,
    TimeProvider time,
    ILogger<EventEnricher> logger)
{
    private const int BytesPerEvent = 640;

    private readonly DescriptionStage _descriptions = new(options.Value.Games);
    private readonly MissingPlayers _missing = new(time, logger);

    public async Task<EnrichedEvents> Enrich(IReadOnlyList<ReceivedEvent> events, IRatesGrain rates)
    {
        ExchangeRates known = await Rates(events, rates);
        long[] ids = [.. events.Select(received => received.Event.PlayerId).Distinct()];
        Dictionary<long, Player> found = await players.Find(ids);
        if (found.Count < ids.Length)
        {
            telemetry.PlayersMissing(ids.Length - found.Count);
            _missing.Add(ids.Where(id => !found.ContainsKey(id)));
        }

        return Finish(events, known, found);
    }

    /// <summary>Tells the meters what a stored step came to.</summary>
    public void Report(int counted, IReadOnlyCollection<FailureRow> failures)
    {
        telemetry.Counted(counted);
        int dead = failures.Count(failure => failure.Dead);
        telemetry.Failed(dead, dead: true);
        telemetry.Failed(failures.Count - dead, dead: false);
    }

    private static async Task<ExchangeRates> Rates(IReadOnlyList<ReceivedEvent> events, IRatesGrain rates)
    {
        ImmutableArray<string> currencies =
        [
            .. events.Select(received => received.Event.Currency)
                .Where(currency => currency is not null && currency != Currencies.Euro).Distinct()!,
        ];
        if (currencies.IsEmpty)
        {
            return ExchangeRates.None;
        }

        try
        {
            return await rates.Current(currencies);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            return ExchangeRates.None with { Problem = $"the rates grain did not answer ({e.Message})" };
        }
    }

    private EnrichedEvents Finish(
        IReadOnlyList<ReceivedEvent> events, ExchangeRates rates, Dictionary<long, Player> found)
    {
        var lines = new ArrayBufferWriter<byte>(events.Count * BytesPerEvent);
        using var json = new Utf8JsonWriter(lines, FinalEvent.Options);
        var counted = new List<CountedEvent>(events.Count);
        var failed = new List<FailedEvent>();
        foreach (ReceivedEvent received in events)
        {
            CasinoEvent source = received.Event;
            EuroAmount euro = CurrencyStage.Convert(source, rates);
            if (euro.Failure is { } failure)
            {
                failed.Add(new FailedEvent(received, failure, euro.Hopeless));
                continue;
            }

            Player? player = found.GetValueOrDefault(source.PlayerId);
            new FinalEvent(received, euro, player, _descriptions.Describe(source, player, euro.Cents)).Write(json);
            json.Flush();
            json.Reset();
            lines.Write("\n"u8);
            counted.Add(new CountedEvent(
                source.PlayerId, source.Type, source.HasWon, euro.Cents ?? 0, received.ReceivedAt.ToUnixTimeSeconds()));
        }

        return new EnrichedEvents(lines.WrittenSpan.ToArray(), counted, failed);
    }
}

/// <summary>What became of events on their way through the stages.</summary>
/// <param name="Lines">The final events, a JSON object a line.</param>
/// <param name="Counted">The same for counting.</param>
/// <param name="Failed">The others.</param>
internal sealed record EnrichedEvents(byte[] Lines, List<CountedEvent> Counted, List<FailedEvent> Failed);

/// <summary>An event that could not be enriched.</summary>
/// <param name="Received">The event.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="Hopeless">Another attempt cannot help.</param>
internal readonly record struct FailedEvent(ReceivedEvent Received, string Reason, bool Hopeless);
