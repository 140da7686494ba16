using System.ComponentModel.DataAnnotations;

namespace Turnstile.Grains.Events.Rates;

/// <summary>
/// Where exchange rates come from and how far they are trusted; section <c>Rates</c> of the configuration.
/// </summary>
public sealed class RatesOptions
{
    public const string Section = "Rates";

    /// <summary>
    /// Answers <c>{"base":"EUR","rates":{"USD":1.07,…}}</c>. Unset by default: nothing leaves the machine unless
    /// somebody says so. Events in EUR need no rate; others are dead letters at once then, with that as their reason.
    /// </summary>
    public Uri? Url { get; set; }

    /// <summary>How long rates are used without asking again; 0.1 s…1 minute, default 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan Ttl { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How old a rate may be that is used because there is no better one; 0…30 days, default 1 hour.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan StaleMax { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long one request may take, its body included; 0.05…7 s, default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:00:07")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Requests made before a fetch has failed, 1…3; default 3.</summary>
    [Range(1, 3)]
    public int Attempts { get; set; } = 3;

    /// <summary>The wait before the second request, doubled before the third; 0…1 s, default 0.2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:01")]
    public TimeSpan AttemptPeriod { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Failed requests in a row after which the source is left alone for <see cref="BreakPeriod"/>, 1…100; default 5.
    /// </summary>
    [Range(1, 100)]
    public int FailuresMax { get; set; } = 5;

    /// <summary>
    /// How long the source is left alone; 0.1 s…1 hour, default 10 s. Then one request tries whether it is back.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan BreakPeriod { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Bytes of an answer that are read, 1 KiB…16 MiB; default 1 MiB, a hundred times what rates take.
    /// </summary>
    [Range(1 << 10, 16 << 20)]
    public int BodyMax { get; set; } = 1 << 20;

    /// <summary>
    /// The factor by which a rate may differ from the last believed one, 1.01…1,000; default 1.5. A greater jump is not
    /// believed until the last one is older than <see cref="StaleMax"/>.
    /// </summary>
    [Range(1.01, 1000)]
    public double JumpMax { get; set; } = 1.5;
}
