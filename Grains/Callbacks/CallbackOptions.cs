using System.ComponentModel.DataAnnotations;

namespace Turnstile.Grains.Callbacks;

/// <summary>
/// Requests that the service makes to addresses which its users name; section <c>Callbacks</c> of the configuration.
/// </summary>
public sealed class CallbackOptions
{
    public const string Section = "Callbacks";

    /// <summary>
    /// Addresses that may be called though they are not public, from <c>Callbacks:Allow</c> and <c>Accept:CallbackAllow</c>:
    /// <c>10.1.0.0/16</c>, <c>127.0.0.1</c>, <c>hooks.internal</c>, each with <c>:port</c> if only that one, or <c>*</c>
    /// for all. Entries are separated by commas. Default: none.
    /// </summary>
    public string Allow { get; set; } = "";

    /// <summary>
    /// Callbacks that may wait or be under way, 1…10,000,000; default 10,000. More are dropped and counted.
    /// </summary>
    [Range(1, 10_000_000)]
    public int PendingMax { get; set; } = 10_000;

    /// <summary>Callbacks under way at a time, 1…10,000; default 64.</summary>
    [Range(1, 10_000)]
    public int RunningMax { get; set; } = 64;

    /// <summary>
    /// Callbacks under way to one host and port, 1…10,000; default 16, so that a slow one leaves room for others.
    /// </summary>
    [Range(1, 10_000)]
    public int RunningPerHostMax { get; set; } = 16;

    /// <summary>How often a callback is tried, 1…20; default 4.</summary>
    [Range(1, 20)]
    public int AttemptsMax { get; set; } = 4;

    /// <summary>How long a try may take, redirects included, 1…120 s; default 5.</summary>
    [Range(1, 120)]
    public int TimeoutSeconds { get; set; } = 5;

    /// <summary>
    /// The longest pause before the second try, 1…60,000 ms; default 500. It doubles with each further one, up to a minute, and half
    /// of it is left to chance, so that those that failed together do not come back together.
    /// </summary>
    [Range(1, 60_000)]
    public int RetryMilliseconds { get; set; } = 500;

    /// <summary>Redirects that are followed, 0…20; default 3.</summary>
    [Range(0, 20)]
    public int RedirectsMax { get; set; } = 3;

    /// <summary>Failed tries in a row after which a host is left alone, 1…1,000; default 5.</summary>
    [Range(1, 1_000)]
    public int BreakAfter { get; set; } = 5;

    /// <summary>How long a host is left alone before one callback tries it again, 1…3,600 s; default 30.</summary>
    [Range(1, 3_600)]
    public int BreakSeconds { get; set; } = 30;
}
