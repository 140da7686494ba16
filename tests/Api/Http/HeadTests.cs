using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Turnstile.Api.Tests.Compute;

namespace Turnstile.Api.Tests.Http;

public sealed class HeadTests(RunningService service) : IClassFixture<RunningService>
{
    [Theory]
    [InlineData("/", 200)]
    [InlineData("/health/live", 200)]
    [InlineData("/health/ready", 200)]
    [InlineData("/metrics", 200)]
    [InlineData("/openapi/v1.json", 200)]
    [InlineData("/callers", 200)]
    [InlineData("/callers?limit=x", 400)]
    [InlineData("/widgets", 200)]
    [InlineData("/widgets/nobody", 404)]
    [InlineData("/materialized", 200)]
    [InlineData("/api/verve/stats", 200)]
    [InlineData("/nowhere", 404)]
    public async Task What_can_be_got_can_be_asked_for_without_its_body(string path, int status)
    {
        using HttpResponseMessage head = await Head(path);
        using HttpResponseMessage get = await service.Http.GetAsync(path);

        Assert.Equal((status, status), ((int)head.StatusCode, (int)get.StatusCode));
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_stream_and_a_count_are_only_for_who_gets_them()
    {
        string id = await service.Http.SubmitAccepted("head", new { number = "15" });

        using HttpResponseMessage stream = await Head($"/compute/{id}/events");
        using HttpResponseMessage count = await Head("/api/verve/accept?id=1");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, stream.StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, count.StatusCode);
    }

    [Fact]
    public async Task The_description_tells_of_what_has_bodies()
    {
        JsonElement document = await service.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json");

        IEnumerable<JsonProperty> operations =
            document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject());
        Assert.DoesNotContain("head", operations.Select(operation => operation.Name));
    }

    private Task<HttpResponseMessage> Head(string path) => service.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
}
