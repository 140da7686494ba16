using Turnstile.Factorial;

namespace Turnstile.Api.Factorial;

/// <summary>How a factorial stands, without its digits: 202 while it is under way, 200 when it has ended.</summary>
internal sealed class FactorialStanding(FactorialView view) : IResult
{
    private const string RetryAfterSeconds = "1";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.StatusCode = view.Ended ? StatusCodes.Status200OK : StatusCodes.Status202Accepted;
        if (!view.Ended)
        {
            response.Headers.RetryAfter = RetryAfterSeconds;
        }

        return response.WriteAsJsonAsync(FactorialBody.Brief(view), FactorialJson.Default.FactorialBody);
    }
}
