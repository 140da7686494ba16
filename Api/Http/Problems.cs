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

    public static IResult NotFound(string what) => Problem(StatusCodes.Status404NotFound, what);

    public static IResult Conflict(string what) => Problem(StatusCodes.Status409Conflict, what);

    public static IResult Unprocessable(string what) => Problem(StatusCodes.Status422UnprocessableEntity, what);

    public static IResult UnsupportedMedia(string what) => Problem(StatusCodes.Status415UnsupportedMediaType, what);

    /// <summary>429 with the seconds after which it is worth coming back.</summary>
    public static IResult TooMany(HttpContext context, string what, double retryAfterSeconds)
    {
        context.Response.Headers.RetryAfter = ((long)Math.Ceiling(retryAfterSeconds)).ToString();
        return Problem(StatusCodes.Status429TooManyRequests, what);
    }

    /// <summary>503: the service is about to end; another one, or this one started again, will answer.</summary>
    public static IResult Stopping(HttpContext context)
    {
        context.Response.Headers.RetryAfter = Draining.RetryAfterSeconds;
        return Problem(StatusCodes.Status503ServiceUnavailable, "The service is stopping.");
    }

    private static ProblemHttpResult Problem(int status, string detail) =>
        TypedResults.Problem(new ProblemDetails { Status = status, Detail = detail });
}
