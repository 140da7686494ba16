using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Turnstile.Api.Tests.Widgets;

/// <summary>What the tests of the widgets' API say again and again.</summary>
internal static class WidgetCalls
{
    public static Task<HttpResponseMessage> Create(this HttpClient http, string serial, params string[] ports) =>
        http.PostAsJsonAsync("/widgets", new { name = $"widget {serial}", serial_number = serial, ports });

    public static Task<HttpResponseMessage> Connect(this HttpClient http, string port, string serial, string peer) =>
        http.PutAsJsonAsync(
            "/widgets/associations",
            new { port_type = port, widget_serial_num = serial, peer_widget_serial_num = peer });

    public static Task<HttpResponseMessage> Send(this HttpClient http, HttpMethod method, string path, string body) => http.SendAsync(
        new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") });

    /// <summary>Who is connected to a port of a widget.</summary>
    public static async Task<string?> Peer(this HttpClient http, string serial, string port)
    {
        JsonElement widget = await http.GetFromJsonAsync<JsonElement>($"/widgets/{Uri.EscapeDataString(serial)}");
        return widget.GetProperty("connections").GetProperty(port).GetString();
    }

    public static async Task<JsonElement> Body(this Task<HttpResponseMessage> call, HttpStatusCode expected)
    {
        using HttpResponseMessage answer = await call;
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(expected == answer.StatusCode, $"{(int)answer.StatusCode}: {text}");
        if ((int)expected >= 400)
        {
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        }

        return text.Length > 0 ? JsonSerializer.Deserialize<JsonElement>(text) : default;
    }
}
