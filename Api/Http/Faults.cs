using Microsoft.AspNetCore.Diagnostics;
using Turnstile.Grains.Storage;

namespace Turnstile.Api.Http;

/// <summary>
/// What a fault below the edge means to whoever called: come back later, or something is broken here.
/// </summary>
internal sealed class Faults(ILogger<Faults> logger) : IExceptionHandler
{
    private const int ClientClosedRequest = 499;

    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = ClientClosedRequest;
            return true;
        }

        (int status, string detail) = Judge(exception);
        if (status == StatusCodes.Status500InternalServerError)
        {
            logger.LogError(exception, "{Method} {Path} failed.", httpContext.Request.Method, httpContext.Request.Path);
        }

        if (status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
        {
            httpContext.Response.Headers.RetryAfter = "1";
        }

        await Problems.Of(status, detail).ExecuteAsync(httpContext);
        return true;
    }

    /// <summary>
    /// Whether the same call may well succeed in a moment: a silo has gone, and its grains are elsewhere by then.
    /// </summary>
    public static bool MayPass(Exception exception) => exception switch
    {
        LimitExceededException => false,
        OrleansException or TimeoutException or OperationCanceledException => true,
        { InnerException: { } inner } => MayPass(inner),
        _ => false,
    };

    /// <summary>Whether it is answered 429 or 503: nothing was done, and the same call may work later.</summary>
    public static bool IsRefusal(Exception exception) =>
        Judge(exception).Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable;

    private static (int Status, string Detail) Judge(Exception exception) => exception switch
    {
        BadHttpRequestException bad => (bad.StatusCode, bad.Message),
        StorageUnavailableException => (StatusCodes.Status503ServiceUnavailable, "The database cannot be used now."),
        LimitExceededException => (StatusCodes.Status429TooManyRequests, "Too many requests wait for the same thing."),
        OrleansException => (StatusCodes.Status503ServiceUnavailable, "A part of the service is stopping or starting."),
        TimeoutException or OperationCanceledException =>
            (StatusCodes.Status503ServiceUnavailable, "The service did not answer in time."),
        { InnerException: { } inner } => Judge(inner),
        _ => (StatusCodes.Status500InternalServerError, "Something is broken here; it was logged."),
    };
}
