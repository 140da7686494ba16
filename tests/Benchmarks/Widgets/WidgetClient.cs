using System.Net.Http.Headers;
using System.Text.Json;

namespace Turnstile.Benchmarks.Widgets;

/// <summary>The API as the load uses it.</summary>
internal sealed class WidgetClient(Uri address) : IDisposable
{
    private static readonly MediaTypeHeaderValue NdJson = new("application/x-ndjson");
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 256 })
    {
        BaseAddress = address, Timeout = TimeSpan.FromMinutes(5),
    };

    /// <returns>How many lines succeeded; 0 where the service asks to come back later.</returns>
    public async Task<int> Batch(HttpMethod method, string path, ReadOnlyMemory<byte> body)
    {
        using HttpResponseMessage answer = await Send(method, path, body, NdJson);
        if (answer.StatusCode == System.Net.HttpStatusCode.ServiceUnavailable)
        {
            return 0;
        }

        answer.EnsureSuccessStatusCode();
        byte[] text = await answer.Content.ReadAsByteArrayAsync();
        var json = new Utf8JsonReader(text);
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("succeeded"u8))
            {
                json.Read();
                return json.GetInt32();
            }
        }

        throw new InvalidDataException("The answer to a batch does not say how many lines succeeded.");
    }

    /// <returns>1 where it was done; 0 where the service asks to come back later.</returns>
    public async Task<int> Associate(ReadOnlyMemory<byte> body)
    {
        using HttpResponseMessage answer = await Send(HttpMethod.Put, "/widgets/associations", body, Json);
        if (answer.StatusCode == System.Net.HttpStatusCode.ServiceUnavailable)
        {
            return 0;
        }

        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync();
        return 1;
    }

    /// <summary>A page of widgets, from behind a serial number.</summary>
    public async Task<JsonDocument> Page(string? after)
    {
        string query = after is null ? "" : $"&after={Uri.EscapeDataString(after)}";
        await using Stream page = await _http.GetStreamAsync(new Uri($"/widgets?limit=1000{query}", UriKind.Relative));
        return await JsonDocument.ParseAsync(page);
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> Send(
        HttpMethod method, string path, ReadOnlyMemory<byte> body, MediaTypeHeaderValue type)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = type;
        return await _http.SendAsync(request);
    }
}
