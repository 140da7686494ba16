using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.WebUtilities;
using Turnstile.Api.Accept;
using Turnstile.Api.Compute;
using Turnstile.Api.Events;
using Turnstile.Api.Factorial;
using Turnstile.Api.Live;
using Turnstile.Api.Widgets;
using Turnstile.Compute;

namespace Turnstile.Api.Http.Description;

/// <summary>An example of every body, written by the same serializers as the bodies themselves.</summary>
internal static class BodyExamples
{
    /// <summary>The SHA-256 of <c>3628800</c>, the digits of 10!.</summary>
    public const string Checksum = "4b8c4c67c5066c2d71cc7650eeb3f6e774e9cbbcea3252eacba190af6e87b0f9";

    private const string Number = "100000000000000000050700000000000000004563";
    private const string Job = "0dkyc55ze0400";

    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private static readonly JobBody Done = new()
    {
        Id = Job,
        Status = "done",
        Operation = "factorize",
        Number = Number,
        Caller = "me",
        SubmittedAt = Noon,
        StartedAt = Noon.AddMilliseconds(2),
        FinishedAt = Noon.AddMilliseconds(24),
        CpuSeconds = 0.021,
        Attempts = 1,
        Progress = 1,
        Result = new FactorizeResult
        {
            Factors =
            [
                new PrimeFactor { Prime = "100000000000000000039", Exponent = 1 },
                new PrimeFactor { Prime = "1000000000000000000117", Exponent = 1 },
            ],
        },
    };

    private static readonly CallerBody Caller = new()
    {
        Caller = "me",
        Weight = 1,
        MaxRunning = 1_000,
        MaxQueued = 10_000_000,
        Queued = 12,
        Running = 2,
        Done = 340,
        CpuSeconds = 8.25,
        Share = 0.5,
        Entitlement = 0.5,
        ChargedCpuSeconds = 8.3,
        WaitsFor = "turn",
        WaitP50Seconds = 0.02,
        WaitP99Seconds = 0.055,
    };

    private static readonly FactorialBody Factorial = new()
    {
        Number = "10",
        Status = "done",
        Result = "3628800",
        Digits = 7,
        Checksum = Checksum,
        ObjectKey = "factorials/10.txt",
        CreatedAt = Noon,
        FinishedAt = Noon.AddMilliseconds(3),
    };

    private static readonly FactorialBody Calculating = new() { Number = "10", Status = "calculating" };

    private static readonly WidgetBody Widget = new(
        "Lamp", "123", ["P", "R"], new Dictionary<string, string?> { ["P"] = "321", ["R"] = null });

    private static readonly WidgetBody Peer = new("Switch", "321", ["P"], new Dictionary<string, string?> { ["P"] = "123" });

    private static readonly EventBody Bet = new(1, 11, 101, "bet", 500, "USD", false, Noon);

    private static readonly PlayerBody Player = new("john@example.com", "2026-01-02T11:59:00Z");

    private static readonly StatsBody Minutes = new("2026-01-02T12:00:00Z", 3, [new MinuteBody("2026-01-02T11:59:00Z", 5)]);

    private static readonly Dictionary<Type, object> ByType = new object[]
    {
        new ComputeBody(Number, "factorize", 5, 60), new ComputeBody[] { new("15", "factorize", 5, 60), new("97", "is_prime", 0, 1) }, Done,
        new JobAcceptedBody(Job, "queued", "factorize", Number, "me"), new BatchAcceptedBody(2, [Job, "0dkyc55ze0401"]),
        new JobStatusBody(Job, "cancelling"), new PageBody<JobBody>([Done], null),
        Caller, new PageBody<CallerBody>([Caller], null), new CallerSettingsBody(2, 8, 100_000),
        new FactorialRequestBody("10", "http://localhost:9000/told"), new FactorialBatchRequestBody(["10", "20"]), Factorial,
        new FactorialBatchBody(1, [new FactorialBody { Number = "20", Status = "calculating" }]),
        new PageBody<FactorialBody>([Factorial with { Result = null }], null),
        new FactorialStatsBody(
            new Dictionary<string, long> { ["calculating"] = 0, ["uploading"] = 0, ["done"] = 1, ["failed"] = 0 },
            5, 4, 3, 0.75, [new FactorialCountBody("10", 5)], [new FactorialTimesBody("10", "99", 1, 0.003, 0.003)]),
        new NewWidgetBody("Lamp", "123", ["P", "R"]), new NewWidgetBody[] { new("Lamp", "123", ["P", "R"]) },
        Widget, new PageBody<WidgetBody>([Widget], null),
        new AssociationBody("P", "123", "321"), new AssociationBody[] { new("P", "123", "321") }, new AssociatedBody(Widget, Peer),
        new BatchBody(1, 1, [new LineBody(1, 200, null), new LineBody(2, 404, "There is no widget '9'.")]),
        new EventBody[] { Bet }, new EventsTakenBody(1, 0), new EventStatusBody(1, "waiting", 0, null), new EventsRetriedBody(3),
        new FinalEventBody(
            1, 11, 101, "bet", 500, "USD", false, Noon, Noon.AddSeconds(1), 467, 1.07m, Noon, false, Player,
            "Player #11 (john@example.com) placed a bet of 5 USD (4.67 EUR) on a game \"It's bananas!\" "
            + "on January 2nd, 2026 at 12:00 UTC."),
        new PageBody<DeadEventBody>([new DeadEventBody(1, Bet, "There is no rate for USD.", 8, Noon.AddMinutes(2))], null),
        new MaterializedBody(1, 1, 0.02, new TopPlayerBody(11, 1), null, null), Player,
        Minutes, new OverviewBody { At = Noon, Accept = Minutes },
    }.ToDictionary(example => example.GetType());

    // Those that write the bodies themselves.
    private static readonly JsonSerializerContext[] Writers =
        [ApiJson.Default, FactorialJson.Default, WidgetJson.Default, EventsJson.Default, AcceptJson.Default, LiveJson.Default];

    /// <summary>A body of a request, as the media type writes it; null where there is nothing to show.</summary>
    public static JsonNode? OfRequest(Type type, string media) => Of(type, media, path: "");

    /// <summary>A body of an answer, as the media type writes it at that path.</summary>
    public static JsonNode? OfAnswer(Type type, string media, int status, string path) =>
        type == typeof(FactorialBody) && status == StatusCodes.Status202Accepted ? Write(Calculating) : Of(type, media, path);

    private static JsonNode? Of(Type type, string media, string path) => media switch
    {
        "application/x-ndjson" => Find(type) is JsonArray lines
            ? string.Join('\n', lines.Select(line => line!.ToJsonString()))
            : null,
        "text/event-stream" => "event: status\ndata: {\"status\":\"running\"}\n\nevent: done\ndata: {\"status\":\"done\"}\n\n",
        "text/plain" => path.Contains("factorial", StringComparison.Ordinal) ? Factorial.Result
            : path == "metrics" ? "# TYPE turnstile_compute_queued gauge\nturnstile_compute_queued 12\n" : "ok",
        "application/x-protobuf" => null,
        _ => Find(type),
    };

    /// <summary>The problem of the status; where fields are to blame, it names one.</summary>
    public static JsonNode OfProblem(int status, Type type, string media)
    {
        if (media == "text/plain")
        {
            return "failed";
        }

        var problem = new JsonObject
        {
            ["type"] = $"https://httpwg.org/specs/rfc9110.html#status.{status}",
            ["title"] = ReasonPhrases.GetReasonPhrase(status),
            ["status"] = status,
        };
        if (type == typeof(HttpValidationProblemDetails))
        {
            problem["errors"] = new JsonObject { ["number"] = new JsonArray("Is required.") };
        }
        else
        {
            problem["detail"] = "Why, and what to change.";
        }

        return problem;
    }

    private static JsonNode? Find(Type type) => ByType.TryGetValue(type, out object? example) ? Write(example) : null;

    private static JsonNode? Write(object example)
    {
        JsonTypeInfo type = Writers.Select(writer => writer.GetTypeInfo(example.GetType())).First(found => found is not null)!;
        return JsonSerializer.SerializeToNode(example, type);
    }
}
