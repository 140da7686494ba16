using System.IO.Compression;
using Microsoft.Net.Http.Headers;
using Turnstile.Api.Http;

namespace Turnstile.Api.Factorial;

/// <summary>
/// Sends a factorial that is done: as JSON, or its digits alone with an ETag and in ranges; compressed where that is
/// welcome and worth it.
/// </summary>
internal sealed class FactorialAnswer(FactorialText text, bool digitsOnly) : IResult
{
    private const string Plain = "text/plain";
    private const int CompressedMin = 1_024;
    private const int PieceLength = 64 << 10;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.Headers.Vary = "Accept, Accept-Encoding";
        bool compressed = IsCompressed(httpContext.Request, digitsOnly ? text.Digits.Length : text.Json.Length);
        if (digitsOnly && !compressed)
        {
            var tag = new EntityTagHeaderValue($"\"{text.View.Checksum}\"");
            return TypedResults.Bytes(text.Digits, Plain, enableRangeProcessing: true, entityTag: tag).ExecuteAsync(httpContext);
        }

        response.ContentType = digitsOnly ? Plain : "application/json; charset=utf-8";
        if (digitsOnly)
        {
            // Other bytes than the strong tag stands for, with the same meaning.
            response.Headers.ETag = $"W/\"{text.View.Checksum}\"";
            response.Headers.AcceptRanges = "bytes";
            if (EntityTags.IsKnown(httpContext.Request, $"\"{text.View.Checksum}\""))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
        }

        if (compressed)
        {
            return Compress(digitsOnly ? text.Digits : text.Json, response, httpContext.RequestAborted);
        }

        response.ContentLength = text.Json.Length;
        return response.Body.WriteAsync(text.Json, httpContext.RequestAborted).AsTask();
    }

    /// <summary>Whether the reader would rather have the digits alone than JSON.</summary>
    public static bool WantsDigits(HttpRequest request)
    {
        if (!request.Headers.Accept.ToString().Contains("text/", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        double plain = -1;
        double json = -1;
        foreach (MediaTypeHeaderValue type in request.GetTypedHeaders().Accept)
        {
            double quality = type.Quality ?? 1;
            if (type.MediaType.Equals(Plain, StringComparison.OrdinalIgnoreCase))
            {
                plain = quality;
            }
            else if (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
            {
                json = quality;
            }
        }

        return plain > 0 && plain > json;
    }

    private static bool IsCompressed(HttpRequest request, int length) =>
        length >= CompressedMin
        && request.Headers.AcceptEncoding.Count > 0
        && request.Headers.Range.Count == 0
        && request.GetTypedHeaders().AcceptEncoding.Any(coding => coding.Value == "gzip" && coding.Quality is not 0);

    private static async Task Compress(ReadOnlyMemory<byte> content, HttpResponse response, CancellationToken aborted)
    {
        response.Headers.ContentEncoding = "gzip";
        if (HttpMethods.IsHead(response.HttpContext.Request.Method))
        {
            return;
        }

        await using var gzip = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
        for (int offset = 0; offset < content.Length; offset += PieceLength)
        {
            await gzip.WriteAsync(content.Slice(offset, Math.Min(PieceLength, content.Length - offset)), aborted);
        }
    }
}
