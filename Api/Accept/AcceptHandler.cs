using System.Buffers;
using Turnstile.Api.Health;
using Turnstile.Grains.Accept;

namespace Turnstile.Api.Accept;

/// <summary>
/// The accept request, written to the connection by hand: a repeat costs no allocation, any other one that of its waiting.
/// Whatever happens below, the answer is <c>ok</c> or <c>failed</c>.
/// </summary>
internal sealed class AcceptHandler(
    IdGateway gateway, AcceptCallbacks callbacks, Draining draining, AcceptTelemetry telemetry)
{
    private const string Text = "text/plain";

    public Task Handle(HttpContext context)
    {
        if (!AcceptQuery.TryRead(context.Request.QueryString.Value, out long id, out Uri? endpoint))
        {
            Write(context.Response, StatusCodes.Status400BadRequest, "failed"u8);
            telemetry.Answered("refused");
            return Task.CompletedTask;
        }

        long minute = gateway.Minute;
        if (draining.Refuses)
        {
            Answer(context, minute, endpoint, counted: false);
            return Task.CompletedTask;
        }

        ValueTask<bool> counted = gateway.Count(minute, id);
        if (!counted.IsCompletedSuccessfully)
            return Wait(context, minute, endpoint, counted);
        Answer(context, minute, endpoint, counted.Result);
        return Task.CompletedTask;
    }

    private async Task Wait(HttpContext context, long minute, Uri? endpoint, ValueTask<bool> counted) =>
        Answer(context, minute, endpoint, await counted);

    private void Answer(HttpContext context, long minute, Uri? endpoint, bool counted)
    {
        if (counted)
        {
            Write(context.Response, StatusCodes.Status200OK, "ok"u8);
            telemetry.Answered("ok");
            if (endpoint is not null)
                callbacks.Add(endpoint, minute);
            return;
        }

        context.Response.Headers.RetryAfter = "1";
        Write(context.Response, StatusCodes.Status503ServiceUnavailable, "failed"u8);
        telemetry.Answered("unavailable");
    }

    private static void Write(HttpResponse response, int status, ReadOnlySpan<byte> text)
    {
        response.StatusCode = status;
        response.ContentType = Text;
        response.ContentLength = text.Length;
        response.BodyWriter.Write(text);
    }
}
