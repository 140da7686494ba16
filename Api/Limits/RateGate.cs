using System.Globalization;
using Microsoft.Extensions.Options;
using Turnstile.Api.Http;
using Turnstile.Api.Keys;
using Turnstile.Compute;

namespace Turnstile.Api.Limits;

/// <summary>
/// Holds callers and accounts to their rates, each gateway by itself. Where no rate is set it is not there at all: requests do
/// not pass through it.
/// </summary>
internal sealed class RateGate
{
    private readonly RateLimit? _callers;
    private readonly RateLimit? _accounts;
    private readonly TimeProvider _time;

    public RateGate(IOptions<LimitOptions> options, TimeProvider time)
    {
        LimitOptions limits = options.Value;
        _time = time;
        _callers = limits.CallerPerSecond > 0
            ? new RateLimit(limits.CallerPerSecond, limits.CallerBurst, limits.TrackedMax)
            : null;
        _accounts = limits.AccountPerSecond > 0
            ? new RateLimit(limits.AccountPerSecond, limits.AccountBurst, limits.TrackedMax)
            : null;
    }

    /// <summary>Some rate is set.</summary>
    public bool IsSet => _callers is not null || _accounts is not null;

    public Task Enter(HttpContext context, RequestDelegate next)
    {
        double now = _time.GetTimestamp() / (double)_time.TimestampFrequency;
        string account = context.Identity().Account;
        RateDecision? caller = CallerOf(context) is { } name ? _callers?.Take($"{account}/{name}", now) : null;

        // What the caller may not do is not counted for its account.
        RateDecision? whole = caller is { Allowed: false } || account.Length == 0 ? null : _accounts?.Take(account, now);
        if (Tighter(caller, whole) is not { } decision)
        {
            return next(context);
        }

        Tell(context.Response.Headers, decision, decision == caller ? _callers! : _accounts!);
        return decision.Allowed
            ? next(context)
            : Problems.TooMany(context, $"More than {decision.Limit} requests at once; nothing was done.", decision.RetrySeconds)
                .ExecuteAsync(context);
    }

    /// <summary>Whom the request names; what is no name is refused by whoever needs one, and not remembered here.</summary>
    private static string? CallerOf(HttpContext context) =>
        Requester.TryRead(context, out CallerKey caller, out _) ? caller.Name : null;

    private static RateDecision? Tighter(RateDecision? caller, RateDecision? account)
    {
        if (caller is null || account is null)
        {
            return caller ?? account;
        }

        // Who passes with its last request has as few left as who is refused.
        return !account.Value.Allowed || account.Value.Remaining < caller.Value.Remaining ? account : caller;
    }

    private static void Tell(IHeaderDictionary headers, RateDecision decision, RateLimit limit)
    {
        headers["RateLimit-Limit"] = Text(decision.Limit);
        headers["RateLimit-Remaining"] = Text(decision.Remaining);
        headers["RateLimit-Reset"] = Text(decision.ResetSeconds);
        headers["RateLimit-Policy"] = $"{Text(limit.Burst)};w={Text(limit.WindowSeconds)}";
    }

    private static string Text(double value) => Math.Ceiling(value).ToString(CultureInfo.InvariantCulture);
}
