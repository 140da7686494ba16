using System.Buffers;
using System.IO.Pipelines;

namespace Turnstile.Api.Http;

/// <summary>Reads whole bodies.</summary>
internal static class JsonBodies
{
    /// <summary>
    /// The body, once all of it is here. Consume it, then call <see cref="PipeReader.AdvanceTo(SequencePosition)"/>
    /// with its end.
    /// </summary>
    /// <exception cref="BadHttpRequestException">It is larger than the endpoint allows, or broke off.</exception>
    public static async ValueTask<ReadOnlySequence<byte>> ReadAll(this HttpRequest request)
    {
        PipeReader reader = request.BodyReader;
        while (true)
        {
            ReadResult read = await reader.ReadAsync(request.HttpContext.RequestAborted);
            if (read.IsCompleted)
            {
                return read.Buffer;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Whether the body may be read as JSON: it says so, or it does not say what it is.</summary>
    public static bool IsJson(this HttpRequest request) => request.ContentType is null || request.HasJsonContentType();
}
