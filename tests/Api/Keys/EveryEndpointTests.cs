using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Turnstile.Fuzz;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Keys;

/// <summary>What keys promise, for each endpoint that the API's description has: a new one is tested by being there.</summary>
public sealed class EveryEndpointTests : IAsyncLifetime
{
    private const string North = "north-key-0123456789";
    private const string South = "south-key-0123456789";
    private const string Admin = "admin-key-0123456789";

    // The product of two primes of 50 digits or so: nothing that ends while a test runs.
    private const string Hard =
        "1522605027922533360535618378132637429718068114961380688657908494580122963258952897654000350692006139";

    private readonly ServiceProcess _service = new(
        "--Keys:0:Account=north", $"--Keys:0:Key={North}",
        "--Keys:1:Account=south", $"--Keys:1:Key={South}",
        "--Keys:2:Account=operations", $"--Keys:2:Key={Admin}", "--Keys:2:Admin=true");

    private IReadOnlyList<Operation> _operations = [];

    public async Task InitializeAsync()
    {
        await _service.Start();
        using HttpResponseMessage document = await Send("GET", "/openapi/v1.json", Admin);
        _operations = Fuzz.Contract.Parse(await document.Content.ReadAsStringAsync()).Operations;
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Without_a_key_every_endpoint_but_health_answers_401()
    {
        var open = new List<string>();
        foreach (Operation operation in _operations)
        {
            string path = Fill(operation.Path, "10", "me");
            using HttpResponseMessage answer = await Send(operation.Method, path, key: null, "{}");
            bool isHealth = operation.Path.StartsWith("/health/", StringComparison.Ordinal);
            if (answer.StatusCode == HttpStatusCode.Unauthorized == isHealth)
            {
                open.Add($"{operation.Method} {path}: {answer.StatusCode}");
            }
        }

        Assert.Empty(open);
    }

    [Fact]
    public async Task Another_accounts_job_and_caller_are_not_there_for_any_endpoint()
    {
        using HttpResponseMessage accepted = await Send("POST", "/compute", North, $$"""{"number":"{{Hard}}"}""");
        string id = (await accepted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;

        foreach (Operation operation in _operations.Where(IsOfJobOrCaller))
        {
            string path = Fill(operation.Path, id, "tester");
            foreach (string query in new[] { "", "?account=north" })
            {
                using HttpResponseMessage answer = await Send(operation.Method, path + query, South, "{}");
                Assert.True(
                    answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden,
                    $"{operation.Method} {path}{query} was answered {answer.StatusCode}.");
            }
        }

        using HttpResponseMessage own = await Send("DELETE", $"/compute/{id}", North);
        Assert.Equal(HttpStatusCode.Accepted, own.StatusCode);
    }

    [Fact]
    public async Task No_list_shows_what_is_another_accounts()
    {
        using HttpResponseMessage accepted = await Send("POST", "/compute", North, """{"number":"15"}""");
        string id = (await accepted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;

        foreach (Operation list in _operations.Where(operation => operation.Parameters.Any(parameter => parameter.Name == "limit")))
        {
            using HttpResponseMessage answer = await Send("GET", Fill(list.Path, id, "tester"), South);
            string body = await answer.Content.ReadAsStringAsync();
            Assert.DoesNotContain(id, answer.IsSuccessStatusCode ? body : "", StringComparison.Ordinal);
            Assert.DoesNotContain("north", body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_for_administrators_says_so_and_is_refused_to_everybody_else()
    {
        Operation[] guarded = [.. _operations.Where(operation => operation.Statuses.Contains(403))];

        foreach (Operation operation in guarded)
        {
            using HttpResponseMessage answer = await Send(operation.Method, Fill(operation.Path, "1", "tester"), North, "{}");
            Assert.True(
                answer.StatusCode == HttpStatusCode.Forbidden, $"{operation.Method} {operation.Path} was answered {answer.StatusCode}.");
        }

        Assert.Contains(guarded, operation => operation is { Method: "PUT", Path: "/callers/{caller}" });
        Assert.Equal(
            _operations.Where(operation => operation.Path.StartsWith("/dead-letters", StringComparison.Ordinal)),
            guarded.Where(operation => operation.Path.StartsWith("/dead-letters", StringComparison.Ordinal)));
    }

    private static bool IsOfJobOrCaller(Operation operation) =>
        operation.Path.StartsWith("/compute/{id}", StringComparison.Ordinal)
        || operation.Path.StartsWith("/dead-letters/compute/{id}", StringComparison.Ordinal)
        || operation.Path.StartsWith("/callers/{caller}", StringComparison.Ordinal);

    private static string Fill(string path, string id, string caller) => path
        .Replace("{id}", id, StringComparison.Ordinal)
        .Replace("{caller}", caller, StringComparison.Ordinal)
        .Replace("{n}", "10", StringComparison.Ordinal)
        .Replace("{serial}", "123", StringComparison.Ordinal)
        .Replace("{port}", "P", StringComparison.Ordinal);

    private async Task<HttpResponseMessage> Send(string method, string path, string? key, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("X-Caller-ID", "tester");
        if (key is not null)
        {
            request.Headers.Add("Authorization", $"Bearer {key}");
        }

        if (body is not null && method is not ("GET" or "HEAD"))
        {
            request.Content = new StringContent(body!, Encoding.UTF8, "application/json");
        }

        return await _service.Http.SendAsync(request);
    }
}
