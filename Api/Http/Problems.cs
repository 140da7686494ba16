using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Turnstile.Api.Health;

namespace Turnstile.Api.Http;

/// <summary>The problems that endpoints answer with, as application/problem+json.</summary>
internal static class Problems
{
    /// <summary>400: these fields are wrong, each for this reason.</summary>
    public static IResult BadFields(FieldErrors errors) => TypedResults.ValidationProblem(
        errors.ToDictionary(), title: "The request is not valid.");

    /// <summary>400: this one field is wrong.</summary>
    public static IResult BadField(string field, string reason)
    {
        var errors = new FieldErrors();
        errors.Add(field, reason);
        return BadFields(errors);
    }

    public static IResult NotFound(string what) => Of(StatusCodes.Status404NotFound, what);

    public static IResult Conflict(string what) => Of(StatusCodes.Status409Conflict, what);

    public static IResult Gone(string what) => Of(StatusCodes.Status410Gone, what);

    public static IResult Unprocessable(string what) => Of(StatusCodes.Status422UnprocessableEntity, what);

    public static IResult UnsupportedMedia(string what) => Of(StatusCodes.Status415UnsupportedMediaType, what);

    /// <summary>The problem of a status that was set without a word, as by the router.</summary>
    public static IResult OfStatus(int status) => Of(status, status switch
    {
        StatusCodes.Status404NotFound => "There is nothing at this address; /openapi/v1.json names all there are.",
        StatusCodes.Status405MethodNotAllowed => "The address takes the methods that the Allow header names.",
        StatusCodes.Status415UnsupportedMediaType =>
            "Say what the body is: Content-Type: application/json, or another that /openapi/v1.json names for this address.",
        _ => null,
    });

    /// <summary>
    /// Written whatever the client says that it accepts: one that asks for events or digits, too, wants to know what is wrong.
    /// </summary>
    public static ProblemHttpResult Of(int status, string? detail) =>
        TypedResults.Problem(new ProblemDetails { Status = status, Detail = detail });

    /// <summary>429 with the seconds after which it is worth coming back.</summary>
    public static IResult TooMany(HttpContext context, string what, double retryAfterSeconds)
    {
        context.Response.Headers.RetryAfter = ((long)Math.Ceiling(retryAfterSeconds)).ToString();
        return Of(StatusCodes.Status429TooManyRequests, what);
    }

    /// <summary>503: the service is about to end; another one, or this one started again, will answer.</summary>
    public static IResult Stopping(HttpContext context)
    {
        context.Response.Headers.RetryAfter = Draining.RetryAfterSeconds;
        return Of(StatusCodes.Status503ServiceUnavailable, "The service is stopping.");
    }
}
