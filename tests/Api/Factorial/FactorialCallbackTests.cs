using System.Net;
using System.Text.Json;
using Turnstile.Api.Tests.Compute;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Factorial;

public sealed class FactorialCallbackTests : IAsyncLifetime
{
    private readonly ServiceProcess _service = new("--Callbacks:Allow=127.0.0.1", "--Factorial:CallbacksMax=2");
    private Endpoint _endpoint = null!;

    private string Address => $"http://127.0.0.1:{_endpoint.Port}/hook";

    public async Task InitializeAsync()
    {
        _endpoint = await Endpoint.Start();
        await _service.Start();
    }

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        await _endpoint.DisposeAsync();
    }

    [Fact]
    public async Task Who_asks_to_be_called_back_is_told_how_it_ended_once_for_each_request()
    {
        string checksum = FactorialClient.Sha256(FactorialClient.Factorial(4_000));
        for (int request = 0; request < 2; request++)
        {
            using HttpResponseMessage asked = await _service.Http.SendRaw(
                "/factorial", $$"""{"number":4000,"callback":"{{Address}}"}""", null);
            Assert.True(asked.IsSuccessStatusCode);

            JsonElement told = Told(await _endpoint.Next());

            Assert.Equal("4000", told.GetProperty("number").GetString());
            Assert.Equal("done", told.GetProperty("status").GetString());
            Assert.Equal(checksum, told.GetProperty("checksum").GetString());
            Assert.Equal("factorials/4000.txt", told.GetProperty("object_key").GetString());
            Assert.False(told.TryGetProperty("result", out _));
        }

        Assert.Equal(2, _endpoint.Count);
    }

    [Fact]
    public async Task A_batch_is_told_of_each_of_its_numbers()
    {
        using HttpResponseMessage asked = await _service.Http.SendRaw(
            "/factorial/batch", $$"""{"callback":"{{Address}}","numbers":[3001,3002]}""", null);
        Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);

        string?[] numbers =
        [
            Told(await _endpoint.Next()).GetProperty("number").GetString(),
            Told(await _endpoint.Next()).GetProperty("number").GetString(),
        ];

        Assert.Equal(["3001", "3002"], numbers.Order());
    }

    [Fact]
    public async Task More_callbacks_than_may_ever_wait_are_answered_400_and_nothing_is_done()
    {
        using HttpResponseMessage asked = await _service.Http.SendRaw(
            "/factorial/batch", $$"""{"callback":"{{Address}}","numbers":[3011,3012,3013]}""", null);
        using HttpResponseMessage found = await _service.Http.GetAsync("/factorial/3011");

        Assert.Equal(HttpStatusCode.BadRequest, asked.StatusCode);
        Assert.True((await asked.Problem()).GetProperty("errors").TryGetProperty("numbers", out _));
        Assert.Equal(HttpStatusCode.NotFound, found.StatusCode);
    }

    [Fact]
    public async Task Requests_that_come_together_have_no_more_callbacks_wait_than_may()
    {
        // Where results should go is a file and no folder: none of the factorials ends.
        await using var service = new ServiceProcess("--Objects:Path=turnstile.db", "--Factorial:CallbacksMax=2");
        await service.Start();

        HttpResponseMessage[] asked = await Task.WhenAll(Enumerable.Range(3_021, 16).Select(number => service.Http.SendRaw(
            "/factorial", $$"""{"number":{{number}},"callback":"{{Address}}"}""", null)));

        Assert.Equal(2, asked.Count(answer => answer.StatusCode == HttpStatusCode.Accepted));
        HttpResponseMessage[] refused = [.. asked.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests)];
        Assert.Equal(14, refused.Length);
        Assert.All(refused, answer => Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter?.Delta));
        Array.ForEach(asked, answer => answer.Dispose());
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"hooks\"")]
    [InlineData("\"ftp://example.org/\"")]
    [InlineData("\"http://user:secret@example.org/\"")]
    [InlineData("5")]
    public async Task A_callback_that_is_no_http_address_is_answered_400(string callback)
    {
        using HttpResponseMessage answer = await _service.Http.SendRaw(
            "/factorial", $$"""{"number":5,"callback":{{callback}}}""", null);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True((await answer.Problem()).GetProperty("errors").TryGetProperty("callback", out _));
    }

    private static JsonElement Told(string request)
    {
        const string Expected = "POST /hook ";
        Assert.StartsWith(Expected, request, StringComparison.Ordinal);
        return JsonDocument.Parse(request[Expected.Length..]).RootElement;
    }
}
