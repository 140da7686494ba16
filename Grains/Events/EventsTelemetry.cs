using System.Diagnostics.Metrics;

namespace Turnstile.Grains.Events;

/// <summary>What Events tell about themselves: the meter <c>Turnstile.Events</c>.</summary>
public sealed class EventsTelemetry
{
    public const string MeterName = "Turnstile.Events";

    private readonly Counter<long> _taken;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _counted;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _missingPlayers;
    private readonly Counter<long> _ratesRequests;

    public EventsTelemetry(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        _taken = meter.CreateCounter<long>("turnstile.events.taken", "{event}", "Events handed in, by whether they were new.");
        _refused = meter.CreateCounter<long>("turnstile.events.refused", "{batch}", "Batches refused, by reason.");
        _counted = meter.CreateCounter<long>("turnstile.events.counted", "{event}", "Events enriched and counted.");
        _failed = meter.CreateCounter<long>(
            "turnstile.events.failed", "{event}", "Attempts that failed, by whether the event is dead now.");
        _missingPlayers = meter.CreateCounter<long>(
            "turnstile.events.players.missing", "{player}", "Players that were not in the players table.");
        _ratesRequests = meter.CreateCounter<long>(
            "turnstile.events.rates.requests", "{request}", "Requests to the source of rates, by outcome.");
    }

    internal void Taken(int accepted, int duplicates)
    {
        _taken.Add(accepted, new KeyValuePair<string, object?>("new", true));
        _taken.Add(duplicates, new KeyValuePair<string, object?>("new", false));
    }

    internal void Refused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal void Counted(int events) => _counted.Add(events);

    internal void Failed(int events, bool dead) => _failed.Add(events, new KeyValuePair<string, object?>("dead", dead));

    internal void PlayersMissing(int players) => _missingPlayers.Add(players);

    internal void RatesAsked(string outcome) => _ratesRequests.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
