using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Turnstile.Load.Widgets;

/// <summary>The service's HTTP interface, as far as the load of widgets uses it.</summary>
internal sealed class WidgetClient(HttpClient http)
{
    public const int BatchMax = 10_000;
    public const string Associations = "/widgets/associations";

    private static readonly MediaTypeHeaderValue NdJson = new("application/x-ndjson");

    /// <summary>Makes widgets, again and again until each line has succeeded: both kinds of change may be repeated.</summary>
    public async Task CreateAll(ReadOnlyMemory<byte> lines, int count)
    {
        while ((await Batch(HttpMethod.Post, "/widgets", lines, count)).Contains(false))
        {
        }
    }

    /// <inheritdoc cref="CreateAll"/>
    public async Task ConnectAll(ReadOnlyMemory<byte> lines, int count)
    {
        while ((await Connect(lines, count)).Contains(false))
        {
        }
    }

    /// <returns>For each line whether it was done; a line that was not did nothing.</returns>
    public Task<bool[]> Connect(ReadOnlyMemory<byte> lines, int count) => Batch(HttpMethod.Put, Associations, lines, count);

    /// <summary>A page of widgets, from behind a serial number.</summary>
    public async Task<JsonDocument> Page(string? after)
    {
        string query = after is null ? "" : $"&after={Uri.EscapeDataString(after)}";
        await using Stream page = await http.GetStreamAsync(new Uri($"/widgets?limit=1000{query}", UriKind.Relative));
        return await JsonDocument.ParseAsync(page);
    }

    private async Task<bool[]> Batch(HttpMethod method, string path, ReadOnlyMemory<byte> lines, int count)
    {
        using var request = new HttpRequestMessage(method, $"{path}/batch") { Content = new ReadOnlyMemoryContent(lines) };
        request.Content.Headers.ContentType = NdJson;
        using HttpResponseMessage answer = await http.SendAsync(request);
        var done = new bool[count];
        if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
        {
            answer.EnsureSuccessStatusCode();
            Read(await answer.Content.ReadAsByteArrayAsync(), done);
        }

        return done;
    }

    private static void Read(ReadOnlySpan<byte> answer, bool[] done)
    {
        var json = new Utf8JsonReader(answer);
        int line = 0;
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("succeeded"u8))
            {
                json.Read();
                if (json.GetInt32() == done.Length)
                {
                    Array.Fill(done, true);
                    return;
                }
            }
            else if (json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("status"u8))
            {
                json.Read();
                done[line++] = json.GetInt32() switch
                {
                    200 or 201 => true,
                    503 => false,
                    int status => throw new InvalidDataException($"Line {line} was answered {status}."),
                };
            }
        }
    }
}
