using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Compute;

public sealed class MainJobTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task The_number_everyone_tries_first_is_factored()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/compute");
        request.Headers.Add("X-Caller-ID", "test-caller-1");
        request.Content = JsonContent.Create(new { number = "100000000000000000050700000000000000004563" });
        using HttpResponseMessage accepted = await service.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        JsonElement job = await service.Http.GetFromJsonAsync<JsonElement>($"{accepted.Headers.Location}?wait=30");
        Assert.Equal("done", job.GetProperty("status").GetString());
        Assert.Equal(
            """{"factors":[{"prime":"100000000000000000039","exponent":1},{"prime":"1000000000000000000117","exponent":1}]}""",
            job.GetProperty("result").GetRawText());
    }
}
