using System.ComponentModel.DataAnnotations;

namespace Turnstile.Api.Limits;

/// <summary>What one may ask of a gateway; section <c>Limits</c> of the configuration.</summary>
internal sealed class LimitOptions
{
    public const string Section = "Limits";

    /// <summary>Requests a second of one caller, 0…1,000,000; 0 sets no limit, and costs nothing.</summary>
    [Range(0, 1_000_000)]
    public double CallerPerSecond { get; set; }

    /// <summary>Requests of one caller that may come at once, 0…10,000,000; 0 stands for a second's worth.</summary>
    [Range(0, 10_000_000)]
    public int CallerBurst { get; set; }

    /// <summary>Requests a second of one account, all its callers together, 0…1,000,000; 0 sets no limit.</summary>
    [Range(0, 1_000_000)]
    public double AccountPerSecond { get; set; }

    /// <summary>Requests of one account that may come at once, 0…10,000,000; 0 stands for a second's worth.</summary>
    [Range(0, 10_000_000)]
    public int AccountBurst { get; set; }

    /// <summary>Callers whose pace is remembered one by one, 100…10,000,000; those beyond share one limit.</summary>
    [Range(100, 10_000_000)]
    public int TrackedMax { get; set; } = 100_000;

    /// <summary>Seconds within which a request's body has to be here, 1…3,600; then it is answered 408.</summary>
    [Range(1, 3_600)]
    public int BodySeconds { get; set; } = 30;

    /// <summary>Connections that a gateway serves at a time, 1…1,000,000; more are closed at once.</summary>
    [Range(1, 1_000_000)]
    public int ConnectionsMax { get; set; } = 20_000;
}
