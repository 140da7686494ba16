using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc.ApiExplorer;

namespace Turnstile.Api.Http.Description;

/// <summary>The headers that answers have, by status and endpoint.</summary>
internal static class AnswerHeaders
{
    public static IEnumerable<(string Name, string Meaning, JsonNode Example)> Of(ApiDescription endpoint, int status)
    {
        string path = endpoint.RelativePath ?? "";
        bool isPost = endpoint.HttpMethod == HttpMethods.Post;
        bool isFactorial = path.Contains("factorial", StringComparison.Ordinal);
        switch (status)
        {
            case StatusCodes.Status401Unauthorized:
                yield return ("WWW-Authenticate", "How to prove who one is.", "Bearer");
                break;
            case StatusCodes.Status429TooManyRequests:
                yield return ("Retry-After", "Seconds after which it is worth coming back.", "1");
                yield return ("RateLimit-Policy", "How many requests in how many seconds, where the pace is limited.", "100;w=1");
                yield return ("RateLimit-Limit", "How many may come at once.", "100");
                yield return ("RateLimit-Remaining", "How many of these are left.", "0");
                yield return ("RateLimit-Reset", "Seconds until all of them are there again.", "1");
                break;
            case StatusCodes.Status503ServiceUnavailable:
                yield return ("Retry-After", "Seconds after which it is worth coming back.", "1");
                break;
            case StatusCodes.Status202Accepted when isPost && path is "compute":
                yield return ("Location", "Where the job is.", "/compute/0dkyc55ze0400");
                break;
            case StatusCodes.Status201Created:
                yield return ("Location", "Where the widget is.", "/widgets/123");
                break;
            case StatusCodes.Status200OK or StatusCodes.Status202Accepted
                when isPost && isFactorial && !path.EndsWith("batch", StringComparison.Ordinal):
                yield return ("Location", "Where the factorial is.", "/api/v1/factorial/10");
                break;
            case StatusCodes.Status200OK when path.EndsWith("{n}", StringComparison.Ordinal)
                || path.EndsWith("digits", StringComparison.Ordinal):
                yield return ("ETag", "The checksum of the digits, where they are sent alone.", $"\"{BodyExamples.Checksum}\"");
                yield return ("Accept-Ranges", "The digits are sent in ranges too.", "bytes");
                yield return ("Content-Encoding", "gzip, where that is welcome and worth it.", "gzip");
                break;
            case StatusCodes.Status206PartialContent:
                yield return ("Content-Range", "Which of the digits these are.", "bytes 0-2/7");
                break;
            default:
                break;
        }

        if (status == StatusCodes.Status202Accepted && (isFactorial || path.StartsWith("events/", StringComparison.Ordinal)))
        {
            yield return ("Retry-After", "Seconds after which it is worth asking again.", "1");
        }
    }
}
