using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Turnstile.Api.Http;

namespace Turnstile.Api.Tests.Http;

public sealed class JsonAnswersTests
{
    // Beyond what a thread keeps.
    private static readonly string Long = new('x', 100_000);

    [Fact]
    public async Task One_answer_after_another_has_nothing_of_it()
    {
        foreach (string text in (string[])["one", Long, "two", "a third one", ""])
        {
            Assert.Equal($"[\"{text}\"]", await Answered(text, WriteArray));
        }
    }

    [Fact]
    public async Task An_answer_after_one_that_failed_half_way_is_whole()
    {
        await Assert.ThrowsAsync<FormatException>(() => Answered("one", (json, text) =>
        {
            WriteArray(json, text);
            json.Flush();
            json.WriteStartArray();
            throw new FormatException();
        }));

        Assert.Equal("[\"two\"]", await Answered("two", WriteArray));
    }

    private static void WriteArray(Utf8JsonWriter json, string text)
    {
        json.WriteStartArray();
        json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static async Task<string> Answered(string text, Action<Utf8JsonWriter, string> write)
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { Response = { Body = body } };
        context.Response.SendJson(StatusCodes.Status202Accepted, text, write);
        await context.Response.BodyWriter.FlushAsync();
        Assert.Equal(StatusCodes.Status202Accepted, context.Response.StatusCode);
        Assert.Equal(body.Length, context.Response.ContentLength);
        return Encoding.UTF8.GetString(body.ToArray());
    }
}
