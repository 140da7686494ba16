using System.Text.Json.Serialization;
using Turnstile.Factorial;

namespace Turnstile.Api.Factorial;

/// <summary>A factorial as it is asked for: the shape that the API's description shows.</summary>
/// <param name="Number">An integer, as a string or as a JSON number.</param>
/// <param name="Callback">An http or https address that is sent how it ended, once it has.</param>
internal sealed record FactorialRequestBody(string Number, string? Callback = null);

/// <summary>Many at once.</summary>
/// <param name="Numbers">Integers, as strings or as JSON numbers.</param>
/// <param name="Callback">As for a single one; called for each number.</param>
internal sealed record FactorialBatchRequestBody(IReadOnlyList<string> Numbers, string? Callback = null);

/// <summary>How a factorial stands, as JSON; with its digits in <c>result</c> where it is read and done.</summary>
internal sealed record FactorialBody
{
    public required string Number { get; init; }

    public required string Status { get; init; }

    /// <summary>The digits; left out over 1 MiB, with <c>href</c> to stream them.</summary>
    public string? Result { get; init; }

    public string? Href { get; init; }

    public int? Digits { get; init; }

    /// <summary>SHA-256 of the digits.</summary>
    public string? Checksum { get; init; }

    public string? ObjectKey { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Why it failed, or was not taken.</summary>
    public string? Error { get; init; }

    /// <summary>All that is known but the digits.</summary>
    public static FactorialBody Of(FactorialView view) => new()
    {
        Number = view.Number.ToString(),
        Status = FactorialWords.Of(view.Status),
        Digits = view.Digits,
        Checksum = view.Checksum,
        ObjectKey = view.Status == FactorialStatus.Done ? view.ObjectKey : null,
        CreatedAt = view.CreatedAt,
        FinishedAt = view.FinishedAt,
        Error = view.Error,
    };

    /// <summary>While it is under way, only that; else all that is known but the digits.</summary>
    public static FactorialBody Brief(FactorialView view) => view.Ended
        ? Of(view)
        : new FactorialBody { Number = view.Number.ToString(), Status = FactorialWords.Of(view.Status) };
}

/// <summary>The answer to a batch: one for each number, in its order.</summary>
/// <param name="Accepted">How many are known or under way.</param>
/// <param name="Items">The answers; of a number that was not taken the status is <c>refused</c>.</param>
internal sealed record FactorialBatchBody(int Accepted, IReadOnlyList<FactorialBody> Items);

/// <summary>What the service was used for.</summary>
/// <param name="Numbers">How many numbers were asked for, by status.</param>
/// <param name="Requests">Requests that named one of them.</param>
/// <param name="Reads">Requests that were answered with digits.</param>
/// <param name="Hits">Reads answered from memory.</param>
/// <param name="HitRate">The part of reads answered from memory; null before the first.</param>
/// <param name="MostAsked">The most asked numbers first.</param>
/// <param name="Times">From being asked for to being stored, by size.</param>
internal sealed record FactorialStatsBody(
    IReadOnlyDictionary<string, long> Numbers,
    long Requests,
    long Reads,
    long Hits,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? HitRate,
    IReadOnlyList<FactorialCountBody> MostAsked,
    IReadOnlyList<FactorialTimesBody> Times)
{
    public static FactorialStatsBody Of(FactorialStats stats) => new(
        stats.Numbers.Select((count, i) => (Status: FactorialWords.Of((FactorialStatus)i), Count: count))
            .ToDictionary(pair => pair.Status, pair => pair.Count),
        stats.Requests,
        stats.Reads,
        stats.Hits,
        stats.Reads == 0 ? null : Math.Round((double)stats.Hits / stats.Reads, 6),
        [.. stats.MostAsked.Select(count => new FactorialCountBody(count.Number.ToString(), count.Requests))],
        [.. stats.Times.Select(FactorialTimesBody.Of)]);
}

/// <summary>How often a number was asked for.</summary>
internal sealed record FactorialCountBody(string Number, long Requests);

/// <summary>How long the factorials of the numbers from one to another took.</summary>
internal sealed record FactorialTimesBody(
    string From, string To, long Count, double MeanSeconds, double MaxSeconds)
{
    public static FactorialTimesBody Of(FactorialTimes times) => new(
        times.NumberDigits == 1 ? "0" : "1" + new string('0', times.NumberDigits - 1),
        new string('9', times.NumberDigits),
        times.Count,
        Math.Round(times.MeanSeconds, 6),
        Math.Round(times.MaxSeconds, 6));
}
