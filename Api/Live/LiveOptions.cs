using System.ComponentModel.DataAnnotations;

namespace Turnstile.Api.Live;

/// <summary>The limits of the live console; section <c>Live</c> of the configuration.</summary>
internal sealed class LiveOptions
{
    public const string Section = "Live";

    /// <summary>Seconds between two overviews, 0.1…60. One is made for all who watch, and none while nobody does.</summary>
    [Range(0.1, 60)]
    public double PeriodSeconds { get; set; } = 1;

    /// <summary>Who may watch a gateway at a time, 1…100,000; more are answered 429.</summary>
    [Range(1, 100_000)]
    public int WatchersMax { get; set; } = 500;

    /// <summary>Callers told of one by one, 1…200; the others are told of together.</summary>
    [Range(1, 200)]
    public int CallersMax { get; set; } = 24;
}
