using Turnstile.Events;

namespace Turnstile.Grains.Events;

/// <summary>An event in the inbox.</summary>
/// <param name="Event">What was sent.</param>
/// <param name="ReceivedAt">When it was taken in, by the gateway's silo: the moving average counts by it.</param>
internal readonly record struct ReceivedEvent(CasinoEvent Event, DateTimeOffset ReceivedAt);
