using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Turnstile.Api.Tests.Accept;

public sealed class AcceptTests(RunningService service) : IClassFixture<RunningService>
{
    [Theory]
    [InlineData("?id=1")]
    [InlineData("?id=0")]
    [InlineData("?id=-7")]
    [InlineData("?id=007")]
    [InlineData("?id=9223372036854775807")]
    [InlineData("?id=-9223372036854775808")]
    [InlineData("?id=%34%32")]
    [InlineData("?i%64=42")]
    [InlineData("?other=x&id=42&&another")]
    [InlineData("?id=1&endpoint=http://127.0.0.1/")]
    [InlineData("?id=1&endpoint=http://[::1]")]
    [InlineData("?id=1&endpoint=http%3A%2F%2F169.254.169.254%2F")]
    public async Task An_integer_is_counted(string query)
    {
        using HttpResponseMessage answer = await service.Http.GetAsync("/api/verve/accept" + query);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("ok", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("?")]
    [InlineData("?id")]
    [InlineData("?id=")]
    [InlineData("?id=abc")]
    [InlineData("?id=1.0")]
    [InlineData("?id=0x1")]
    [InlineData("?id=+1")]
    [InlineData("?id=%2B1")]
    [InlineData("?id=%201")]
    [InlineData("?id=--1")]
    [InlineData("?id=%00")]
    [InlineData("?id=1%00")]
    [InlineData("?id=-")]
    [InlineData("?id=%zz")]
    [InlineData("?id=9223372036854775808")]
    [InlineData("?id=-9223372036854775809")]
    [InlineData("?id=1&id=1")]
    [InlineData("?id=1&endpoint=")]
    [InlineData("?id=1&endpoint=ftp://example.com/")]
    [InlineData("?id=1&endpoint=example.com")]
    [InlineData("?id=1&endpoint=/relative")]
    [InlineData("?id=1&endpoint=http://")]
    [InlineData("?id=1&endpoint=http://user:password@example.com/")]
    [InlineData("?id=1&endpoint=http://a.example/&endpoint=http://b.example/")]
    [InlineData("?endpoint=http://example.com/")]
    public async Task Anything_else_failed(string query)
    {
        using HttpResponseMessage answer = await service.Http.GetAsync("/api/verve/accept" + query);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("failed", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/API/Verve/Accept?id=1", HttpStatusCode.OK, "ok")]
    [InlineData("/api/verve/accept/?id=1", HttpStatusCode.OK, "ok")]
    [InlineData("/api/verve/%61ccept?id=1", HttpStatusCode.OK, "ok")]
    [InlineData("/api/verve/accept/?id=x", HttpStatusCode.BadRequest, "failed")]
    public async Task Other_spellings_of_the_path_are_answered_alike(string path, HttpStatusCode status, string text)
    {
        using HttpResponseMessage answer = await service.Http.GetAsync(path);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(text, await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("DELETE")]
    public async Task Only_GET_is_taken(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/verve/accept?id=1");
        using HttpResponseMessage answer = await service.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Fact]
    public async Task The_stats_hold_this_minute_and_those_before()
    {
        await service.Http.GetStringAsync("/api/verve/accept?id=1");
        JsonElement stats = await service.Http.GetFromJsonAsync<JsonElement>("/api/verve/stats");
        Assert.Equal(0, stats.GetProperty("minute").GetDateTimeOffset().Second);
        Assert.Equal(JsonValueKind.Number, stats.GetProperty("unique_ids").ValueKind);
        Assert.Equal(JsonValueKind.Array, stats.GetProperty("history").ValueKind);
    }

    [Fact]
    public async Task The_description_of_the_API_names_the_parameters()
    {
        JsonElement description = await service.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        JsonElement get = description.GetProperty("paths").GetProperty("/api/verve/accept").GetProperty("get");
        Assert.Equal(
            ["id", "endpoint"],
            get.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()));
    }
}
