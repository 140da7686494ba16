using System.Buffers;
using System.Text.Json;
using Turnstile.Factorial;

namespace Turnstile.Api.Factorial;

/// <summary>
/// A factorial that is done, in the bytes that are sent for it: written once, and sent as often as it is asked for.
/// </summary>
internal sealed class FactorialText
{
    // As many digits as a body of 1 MiB holds; more of them are only streamed.
    private const int InlineDigitsMax = 1 << 20;

    // What an entry takes besides its bytes: objects, strings, its place in the cache.
    private const int Overhead = 512;

    private FactorialText(FactorialView view, ReadOnlyMemory<byte> json, ReadOnlyMemory<byte> digits)
    {
        View = view;
        Json = json;
        Digits = digits;
    }

    public FactorialView View { get; }

    /// <summary>The answer in JSON.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>The digits in ASCII; a part of <see cref="Json"/> where that holds them.</summary>
    public ReadOnlyMemory<byte> Digits { get; }

    /// <summary>About how many bytes of memory it takes.</summary>
    public long Size => Json.Length + Overhead;

    public static FactorialText Of(FactorialReading reading)
    {
        FactorialView view = reading.View;
        ReadOnlySpan<byte> digits = reading.Digits.Span;
        bool inline = digits.Length <= InlineDigitsMax;
        var buffer = new ArrayBufferWriter<byte>((inline ? digits.Length : 0) + 512);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("number"u8, view.Number.ToString());
        json.WriteString("status"u8, FactorialWords.Of(view.Status));
        if (inline)
        {
            json.WriteString("result"u8, digits);
        }
        else
        {
            json.WriteString("href"u8, $"{FactorialEndpoints.Address}/{view.Number}/digits");
        }

        json.WriteNumber("digits"u8, digits.Length);
        json.WriteString("checksum"u8, view.Checksum);
        json.WriteString("object_key"u8, view.ObjectKey);
        json.WriteString("created_at"u8, view.CreatedAt.UtcDateTime);
        json.WriteString("finished_at"u8, (view.FinishedAt ?? view.CreatedAt).UtcDateTime);
        json.WriteEndObject();
        json.Flush();
        ReadOnlyMemory<byte> body = buffer.WrittenSpan.ToArray();
        return new FactorialText(view, body, inline ? Within(body) : reading.Digits);

        static ReadOnlyMemory<byte> Within(ReadOnlyMemory<byte> body)
        {
            ReadOnlySpan<byte> before = "\"result\":\""u8;
            int start = body.Span.IndexOf(before) + before.Length;
            return body.Slice(start, body.Span[start..].IndexOf((byte)'"'));
        }
    }
}
