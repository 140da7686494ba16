using System.Buffers;
using System.Text.Json;

namespace Turnstile.Api.Http;

/// <summary>
/// Answers that are written by hand because a serializer would take as long as what they tell of; their buffer and their writer are used
/// again and again.
/// </summary>
internal static class JsonAnswers
{
    // A buffer that has grown beyond it is let go: a thread shall not keep one long answer for ever.
    private const int KeptBytesMax = 64 << 10;

    private const int UsualBytes = 1_024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_body;

    [ThreadStatic]
    private static Utf8JsonWriter? t_json;

    /// <summary>Answers with what is written; the server sends it when the request is over.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="status">Its status.</param>
    /// <param name="value">What it tells.</param>
    /// <param name="write">Writes it. It must not answer anything itself.</param>
    public static void SendJson<T>(this HttpResponse response, int status, T value, Action<Utf8JsonWriter, T> write)
    {
        ArrayBufferWriter<byte> body = t_body ??= new ArrayBufferWriter<byte>(UsualBytes);
        Utf8JsonWriter json = t_json ??= new Utf8JsonWriter(body, new JsonWriterOptions { SkipValidation = true });
        body.ResetWrittenCount();
        json.Reset(body);
        write(json, value);
        json.Flush();

        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.WrittenCount;
        response.BodyWriter.Write(body.WrittenSpan);
        if (body.Capacity > KeptBytesMax)
        {
            t_body = null;
            t_json = null;
        }
    }
}
