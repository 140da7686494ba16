using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Keys;

public sealed class KeyTests(KeyTests.GuardedService service) : IClassFixture<KeyTests.GuardedService>
{
    private const string North = "north-key-0123456789";
    private const string South = "south-key-0123456789";
    private const string Admin = "admin-key-0123456789";

    [Theory]
    [InlineData("GET", "/overview")]
    [InlineData("GET", "/overview/events")]
    [InlineData("GET", "/metrics")]
    [InlineData("GET", "/callers")]
    [InlineData("GET", "/compute/0000000000000")]
    [InlineData("POST", "/compute")]
    [InlineData("POST", "/compute/batch")]
    [InlineData("GET", "/dead-letters/compute")]
    [InlineData("GET", "/nowhere")]
    public async Task Without_a_key_nothing_is_answered(string method, string path)
    {
        using HttpResponseMessage none = await Send(method, path, key: null);
        using HttpResponseMessage wrong = await Send(method, path, "wrong-key-0123456789");

        Assert.Equal(HttpStatusCode.Unauthorized, none.StatusCode);
        Assert.Equal("Bearer", none.Headers.WwwAuthenticate.ToString());
        Assert.Equal("application/problem+json", none.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
    }

    [Theory]
    [InlineData("/health/ready")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/swagger/index.html")]
    public async Task Without_a_key_health_and_the_description_are_there(string path)
    {
        using HttpResponseMessage answer = await Send("GET", path, key: null);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_key_is_taken_from_either_header_and_known_by_its_hash_alone()
    {
        using HttpResponseMessage bearer = await Send("GET", "/callers", North);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/callers");
        request.Headers.Add("X-Api-Key", South);
        using HttpResponseMessage header = await service.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, bearer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, header.StatusCode);
    }

    [Fact]
    public async Task Nobody_sees_or_touches_what_is_another_accounts()
    {
        using HttpResponseMessage accepted = await Send("POST", "/compute", North, """{"number":"15"}""");
        string id = (await accepted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;

        (string Method, string Path)[] calls =
        [
            ("GET", $"/compute/{id}"),
            ("GET", $"/compute/{id}?wait=1"),
            ("GET", $"/compute/{id}/events"),
            ("GET", $"/compute/{id}/value"),
            ("DELETE", $"/compute/{id}"),
            ("GET", "/callers/tester"),
            ("GET", "/callers/tester/jobs"),
            ("GET", "/callers/tester?account=north"),
            ("GET", "/callers/tester/jobs?account=north"),
        ];
        foreach ((string method, string path) in calls)
        {
            using HttpResponseMessage other = await Send(method, path, South);
            Assert.True(other.StatusCode == HttpStatusCode.NotFound, $"{method} {path} was answered {other.StatusCode}.");
        }

        using HttpResponseMessage own = await Send("GET", $"/compute/{id}?wait=30", North);
        Assert.Equal("done", (await own.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString());
        using HttpResponseMessage callers = await Send("GET", "/callers?account=north", South);
        Assert.Empty((await callers.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Settings_and_dead_letters_need_the_admin_key()
    {
        using HttpResponseMessage refused = await Send("PUT", "/callers/tester", North, """{"weight":2}""");
        foreach (string kind in new[] { "compute", "events" })
        {
            using HttpResponseMessage letters = await Send("GET", $"/dead-letters/{kind}", North);
            using HttpResponseMessage retry = await Send("POST", $"/dead-letters/{kind}/0000000000000/retry", North);
            Assert.Equal(HttpStatusCode.Forbidden, letters.StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, retry.StatusCode);
        }

        using HttpResponseMessage set = await Send("PUT", "/callers/tester?account=north", Admin, """{"weight":2}""");
        using HttpResponseMessage seen = await Send("GET", "/callers/tester", North);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, set.StatusCode);
        JsonElement caller = await seen.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(2, caller.GetProperty("weight").GetDouble());
        Assert.Equal("north", caller.GetProperty("account").GetString());
    }

    [Theory]
    [InlineData("a%2Fb")]
    [InlineData("%00")]
    [InlineData("a&account=b")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123x")]
    public async Task What_cannot_be_an_account_is_a_400_and_names_no_other(string account)
    {
        foreach ((string method, string path) in new[]
        {
            ("GET", "/callers"), ("GET", "/callers/x"), ("PUT", "/callers/x"), ("GET", "/callers/x/jobs"), ("GET", "/dead-letters/compute"),
        })
        {
            using HttpResponseMessage answer = await Send(method, $"{path}?account={account}", Admin, "{}");
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains("\"account\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--Keys:0:Account=a/b", "--Keys:0:Key=0123456789abcdef", "Keys:0")]
    [InlineData("--Keys:0:Account=a", "--Keys:0:Key=short", "Keys:0")]
    [InlineData("--Keys:0:Account=a", "--Keys:0:Key=sha256:nothex", "Keys:0")]
    public async Task A_key_that_is_not_valid_stops_the_start_with_a_message(string account, string key, string message)
    {
        await using var broken = new ServiceProcess(account, key);

        InvalidOperationException fault = await Assert.ThrowsAsync<InvalidOperationException>(broken.Start);

        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> Send(string method, string path, string? key, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("X-Caller-ID", "tester");
        if (key is not null)
        {
            request.Headers.Add("Authorization", $"Bearer {key}");
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        return await service.Http.SendAsync(request);
    }

    /// <summary>A service with two accounts and an administrator; one key is configured by its hash.</summary>
    public sealed class GuardedService : IAsyncLifetime
    {
        private readonly ServiceProcess _process = new(
            "--Keys:0:Account=north",
            $"--Keys:0:Key={North}",
            "--Keys:1:Account=south",
            $"--Keys:1:Key=sha256:{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(South)))}",
            "--Keys:2:Account=operations",
            $"--Keys:2:Key={Admin}",
            "--Keys:2:Admin=true");

        public HttpClient Http => _process.Http;

        public Task InitializeAsync() => _process.Start();

        public async Task DisposeAsync() => await _process.DisposeAsync();
    }
}
