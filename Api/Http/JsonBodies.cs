using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using Turnstile.Api.Limits;

namespace Turnstile.Api.Http;

/// <summary>Reads whole bodies.</summary>
internal static class JsonBodies
{
    /// <summary>
    /// The body, once all of it is here. Consume it, then call <see cref="PipeReader.AdvanceTo(SequencePosition)"/>
    /// with its end.
    /// </summary>
    /// <exception cref="BadHttpRequestException">
    /// It is larger than the endpoint allows, broke off, or did not come in time.
    /// </exception>
    public static async ValueTask<ReadOnlySequence<byte>> ReadAll(this HttpRequest request)
    {
        PipeReader reader = request.BodyReader;
        ITimer? timer = null;
        try
        {
            while (true)
            {
                ValueTask<ReadResult> reading = reader.ReadAsync(request.HttpContext.RequestAborted);

                // Most bodies come with their head and need no clock.
                timer ??= reading.IsCompleted ? null : Patience(request);
                ReadResult read = await reading;
                if (read.IsCanceled)
                {
                    throw new BadHttpRequestException("The body did not come in time.", StatusCodes.Status408RequestTimeout);
                }

                if (read.IsCompleted)
                {
                    return read.Buffer;
                }

                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        finally
        {
            timer?.Dispose();
        }
    }

    /// <summary>The body as a value of the type that the API's JSON has for it.</summary>
    /// <exception cref="JsonException">It is no such value.</exception>
    /// <inheritdoc cref="ReadAll" path="/exception"/>
    public static async ValueTask<T?> ReadJson<T>(this HttpRequest request, JsonTypeInfo<T> type)
    {
        ReadOnlySequence<byte> body = await request.ReadAll();
        try
        {
            return Parse(body, type);
        }
        finally
        {
            request.BodyReader.AdvanceTo(body.End);
        }
    }

    /// <summary>Whether the body may be read as JSON: it says so, or it does not say what it is.</summary>
    public static bool IsJson(this HttpRequest request) =>
        request.ContentType is null or "application/json" || request.HasJsonContentType();

    private static T? Parse<T>(ReadOnlySequence<byte> body, JsonTypeInfo<T> type)
    {
        var json = new Utf8JsonReader(body);
        T? value = JsonSerializer.Deserialize(ref json, type);

        // What follows the value has to be nothing; the reader throws where it is not.
        json.Read();
        return value;
    }

    private static ITimer Patience(HttpRequest request)
    {
        IServiceProvider services = request.HttpContext.RequestServices;
        return services.GetRequiredService<TimeProvider>().CreateTimer(
            static reader => ((PipeReader)reader!).CancelPendingRead(),
            request.BodyReader,
            TimeSpan.FromSeconds(services.GetRequiredService<IOptions<LimitOptions>>().Value.BodySeconds),
            Timeout.InfiniteTimeSpan);
    }
}
