using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Turnstile.Api.Compute;
using Turnstile.Api.Factorial;

namespace Turnstile.Api.Http.Description;

/// <summary>
/// What the parameters of paths and queries mean. Endpoints read them as text, so that a wrong one is answered with a
/// reason; here stands what the text has to be.
/// </summary>
internal static class ParameterDescription
{
    private const string JobIdPattern = "^[0-7][0-9a-hjkmnp-tv-z]{12}$";

    public static void Complete(OpenApiParameter parameter, string path)
    {
        (string description, OpenApiSchema schema, JsonNode? example) = Of(parameter.Name ?? "", path);
        parameter.Description ??= description;
        parameter.Schema = schema;
        parameter.Example ??= example;
    }

    private static (string Description, OpenApiSchema Schema, JsonNode? Example) Of(string name, string path) => (name, path) switch
    {
        ("limit", _) => ("How many items a page has at most.", Integer(1, PageQuery.LimitMax, PageQuery.LimitDefault), 100),
        ("after", _) => ("The cursor of the page before: its next.", Text(), null),
        ("account", _) => ("An account other than one's own; for admin keys.", Text(), null),
        ("wait", _) => ("Seconds for which the answer may be held until the job ends.", Number(0, Waits.Max.TotalSeconds), 30),
        ("window_size", _) => ("Seconds of the moving average.", Integer(1, 3_600, 60), 10),
        ("status", { } list) when list.Contains("factorial", StringComparison.Ordinal) =>
            ("Only those in this status.", OneOf(FactorialWords.AllStatuses), null),
        ("status", _) => ("Only those in this status.", OneOf(Words.AllStatuses), null),
        ("n", _) => ("The number whose factorial is meant: decimal digits alone.", Text("^[0-9]+$"), "10"),
        ("serial", _) => ("The widget's serial number, percent-encoded.", Text(), "123"),
        ("port", _) => ("The port's type.", OneOf("P, R, Q"), "P"),
        ("caller", _) => ("The caller's name.", Text(), "me"),
        ("id", { } events) when events.StartsWith("compute", StringComparison.Ordinal)
            || events.StartsWith("dead-letters/compute", StringComparison.Ordinal) => ("The job's id.", Text(JobIdPattern), null),
        ("id", { } accept) when accept.EndsWith("accept", StringComparison.Ordinal) =>
            ("An integer of 64 bits.", Integer(long.MinValue, long.MaxValue), 42),
        ("id", _) => ("A positive integer of 64 bits.", Integer(1, long.MaxValue), 1),
        ("endpoint", _) => ("An http or https address to send the count to.", Text(), "http://localhost:9000/count"),
        _ => (name, Text(), null),
    };

    private static OpenApiSchema Text(string? pattern = null) => new() { Type = JsonSchemaType.String, Pattern = pattern };

    private static OpenApiSchema OneOf(string words) => new()
    {
        Type = JsonSchemaType.String, Enum = [.. words.Split(", ").Select(word => (JsonNode)word)],
    };

    private static OpenApiSchema Number(double least, double most) => new()
    {
        Type = JsonSchemaType.Number, Minimum = FormattableString.Invariant($"{least}"), Maximum = FormattableString.Invariant($"{most}"),
    };

    private static OpenApiSchema Integer(long least, long most, int? standard = null) => new()
    {
        Type = JsonSchemaType.Integer,
        Format = most > int.MaxValue ? "int64" : "int32",
        Minimum = FormattableString.Invariant($"{least}"),
        Maximum = FormattableString.Invariant($"{most}"),
        Default = standard,
    };
}
