using System.Net;
using System.Net.Http.Json;
using System.Numerics;
using System.Text.Json;

namespace Turnstile.Api.Tests.Compute;

public sealed class MainJobTests(RunningService service) : IClassFixture<RunningService>
{
    // The product of two primes of 60 digits: years of work.
    private const string Unsplittable =
        "300000000000000000000000000000000000000000000000000000037474100000000000000000000000000000000000000000000000000012097689";

    private readonly HttpClient _http = service.Http;

    [Fact]
    public async Task The_number_everyone_tries_first_is_factored()
    {
        using HttpResponseMessage accepted =
            await _http.Submit("test-caller-1", new { number = "100000000000000000050700000000000000004563" });

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        JsonElement taken = await accepted.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal($"/compute/{taken.GetProperty("id").GetString()}", accepted.Headers.Location!.ToString());
        Assert.Equal("queued", taken.GetProperty("status").GetString());
        Assert.Equal("factorize", taken.GetProperty("operation").GetString());
        Assert.Equal("test-caller-1", taken.GetProperty("caller").GetString());
        JsonElement job = await _http.Ended(taken.GetProperty("id").GetString()!);
        Assert.Equal("done", job.GetProperty("status").GetString());
        Assert.Equal(
            """{"factors":[{"prime":"100000000000000000039","exponent":1},{"prime":"1000000000000000000117","exponent":1}]}""",
            job.GetProperty("result").GetRawText());
        Assert.Equal(1, job.GetProperty("attempts").GetInt32());
        Assert.True(job.GetProperty("cpu_seconds").GetDouble() > 0);
        Assert.EndsWith("Z", job.GetProperty("finished_at").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("factorize", "1", """{"factors":[]}""")]
    [InlineData("factorize", "0360", """{"factors":[{"prime":"2","exponent":3},{"prime":"3","exponent":2},{"prime":"5","exponent":1}]}""")]
    [InlineData("is_prime", "0", """{"prime":false,"proof":"deterministic"}""")]
    [InlineData("is_prime", "18446744073709551557", """{"prime":true,"proof":"deterministic"}""")]
    [InlineData("next_prime", "1000000000000000000000", """{"value":"1000000000000000000117"}""")]
    [InlineData("factorial", "20", """{"number":"20","value":"2432902008176640000","digits":19,"sha256":"0f90a83d6efa0e58870635bedb7ca3eff1bdde520d4a98f83c8fec4c6b864611"}""")]
    public async Task Each_operation_answers_in_its_own_shape(string operation, string number, string result)
    {
        string id = await _http.SubmitAccepted("shapes", new { number, operation });

        JsonElement job = await _http.Ended(id);

        Assert.Equal(result, job.GetProperty("result").GetRawText());
    }

    [Fact]
    public async Task A_large_factorial_is_streamed_from_its_own_address()
    {
        string id = await _http.SubmitAccepted("large", new { number = "300000", operation = "factorial" });

        JsonElement result = (await _http.Ended(id)).GetProperty("result");
        byte[] digits = await _http.GetByteArrayAsync(result.GetProperty("href").GetString());

        Assert.Equal(result.GetProperty("digits").GetInt32(), digits.Length);
        string sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(digits));
        Assert.Equal(result.GetProperty("sha256").GetString(), sha256);
    }

    [Fact]
    public async Task A_batch_is_accepted_as_lines_and_as_an_array()
    {
        using HttpResponseMessage lines = await _http.SendRaw(
            "/compute/batch", "{\"number\":\"15\"}\n\n{\"number\":\"21\",\"priority\":9}\r\n", "batch", "application/x-ndjson");
        using HttpResponseMessage array = await _http.SendRaw(
            "/compute/batch", """[{"number":"15"},{"number":"7","operation":"is_prime"},{"number":"22"}]""", "batch");

        JsonElement fromLines = await lines.Content.ReadFromJsonAsync<JsonElement>();
        JsonElement fromArray = await array.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(2, fromLines.GetProperty("accepted").GetInt32());
        Assert.Equal(3, fromArray.GetProperty("accepted").GetInt32());
        JsonElement second = await _http.Ended(fromLines.GetProperty("ids")[1].GetString()!);
        Assert.Equal("21", second.GetProperty("number").GetString());
    }

    [Fact]
    public async Task A_repeat_with_the_same_idempotency_key_is_the_same_job()
    {
        using HttpResponseMessage first = await _http.Submit("repeats", new { number = "91" }, "key-1");
        using HttpResponseMessage second = await _http.Submit("repeats", new { number = "91" }, "key-1");
        using HttpResponseMessage other = await _http.Submit("repeats", new { number = "92" }, "key-1");

        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        await other.Problem();
    }

    [Theory]
    [InlineData("single", """[{"number":"91"}]""", """[{"number":"93"}]""")]
    [InlineData("several", """[{"number":"91"},{"number":"92","timeout_seconds":5}]""", """[{"number":"91"},{"number":"92"}]""")]
    [InlineData("fewer", """[{"number":"91"},{"number":"92"},{"number":"93"}]""", """[{"number":"91"},{"number":"92"}]""")]
    public async Task A_batch_that_is_repeated_with_its_idempotency_key_is_the_same_jobs(string caller, string batch, string changed)
    {
        using HttpResponseMessage first = await _http.SendRaw("/compute/batch", batch, caller, idempotencyKey: "key-1");
        string another = await _http.SubmitAccepted(caller, new { number = "94" });
        using HttpResponseMessage second = await _http.SendRaw("/compute/batch", batch, caller, idempotencyKey: "key-1");
        using HttpResponseMessage other = await _http.SendRaw("/compute/batch", changed, caller, idempotencyKey: "key-1");

        string taken = await first.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.Accepted, second.StatusCode);
        Assert.Equal(taken, await second.Content.ReadAsStringAsync());
        Assert.DoesNotContain(another, taken, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        await other.Problem();
    }

    [Fact]
    public async Task The_events_of_a_job_end_with_the_job()
    {
        string id = await _http.SubmitAccepted("events", new { number = "1000000000000000000000000000057", operation = "factorize" });

        string stream = await _http.GetStringAsync($"/compute/{id}/events");

        string[] events = [.. stream.Split('\n').Where(line => line.StartsWith("event: ", StringComparison.Ordinal))];
        Assert.StartsWith("event: status", events[0], StringComparison.Ordinal);
        Assert.Equal("event: done", events[^1].TrimEnd());
        Assert.Contains("\"status\":\"done\"", stream, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_running_job_is_cancelled_and_an_ended_one_is_not()
    {
        string id = await _http.SubmitAccepted("cancels", new { number = Unsplittable });

        using HttpResponseMessage cancelled = await _http.DeleteAsync($"/compute/{id}");
        JsonElement job = await _http.Ended(id);
        using HttpResponseMessage again = await _http.DeleteAsync($"/compute/{id}");

        Assert.Equal(HttpStatusCode.Accepted, cancelled.StatusCode);
        Assert.Equal("cancelled", job.GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        await again.Problem();
    }

    [Fact]
    public async Task What_cannot_be_split_in_time_fails_with_what_was_found()
    {
        string number = (12 * BigInteger.Parse(Unsplittable)).ToString();
        string id = await _http.SubmitAccepted("hard", new { number, timeout_seconds = 0.3 });

        JsonElement job = await _http.Ended(id);

        Assert.Equal("failed", job.GetProperty("status").GetString());
        Assert.Contains("0.3", job.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            $$"""{"factors":[{"prime":"2","exponent":2},{"prime":"3","exponent":1}],"cofactor":"{{Unsplittable}}"}""",
            job.GetProperty("result").GetRawText());
    }

    [Fact]
    public async Task A_caller_sees_its_jobs_newest_first_a_page_at_a_time()
    {
        var ids = new List<string>();
        for (int i = 0; i < 5; i++)
        {
            ids.Add(await _http.SubmitAccepted("pages", new { number = $"{100 + i}" }));
        }

        await _http.Ended(ids[^1]);
        var seen = new List<string>();
        string? after = null;
        do
        {
            JsonElement page = await _http.GetFromJsonAsync<JsonElement>(
                $"/callers/pages/jobs?limit=2{(after is null ? "" : "&after=" + after)}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(job => job.GetProperty("id").GetString()!));
            after = page.GetProperty("next").GetString();
        }
        while (after is not null);

        Assert.Equal(Enumerable.Reverse(ids), seen);
    }

    [Fact]
    public async Task A_caller_is_found_under_its_name_whatever_signs_it_has()
    {
        // Each of them read once too often, or once too little, is another of them.
        string[] names = ["a/b", "a%2Fb", "a%2fb", "a%252Fb", "a%b", "100%", "a?b#c", "a+b", "\"<a>\"", "a..b", "a%"];
        foreach (string name in names)
        {
            await _http.SubmitAccepted(name, new { number = "15" });
        }

        foreach (string name in names)
        {
            string path = $"/callers/{Uri.EscapeDataString(name)}";
            JsonElement caller = await _http.GetFromJsonAsync<JsonElement>(path);
            Assert.Equal(name, caller.GetProperty("caller").GetString());
            JsonElement jobs = await _http.GetFromJsonAsync<JsonElement>(path + "/jobs");
            Assert.Equal(name, Assert.Single(jobs.GetProperty("items").EnumerateArray()).GetProperty("caller").GetString());
        }
    }

    [Fact]
    public async Task Callers_are_listed_a_page_at_a_time_whatever_signs_they_have()
    {
        string[] names = ["page%2Fa", "page%2Fb", "page/a", "page/b"];
        foreach (string name in names)
        {
            await _http.SubmitAccepted(name, new { number = "15" });
        }

        var seen = new List<string>();
        string? after = "page";
        while (after is not null && seen.Count < names.Length)
        {
            JsonElement page = await _http.GetFromJsonAsync<JsonElement>($"/callers?limit=1&after={Uri.EscapeDataString(after)}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(caller => caller.GetProperty("caller").GetString()!));
            after = page.GetProperty("next").GetString();
        }

        Assert.Equal(names, seen);
    }

    [Fact]
    public async Task A_callers_weight_and_limits_are_set_and_shown()
    {
        using HttpResponseMessage set = await _http.PutAsJsonAsync(
            "/callers/heavy", new { weight = 2.5, max_running = 3, max_queued = 7 });
        JsonElement caller = await _http.GetFromJsonAsync<JsonElement>("/callers/heavy");

        Assert.Equal(HttpStatusCode.OK, set.StatusCode);
        Assert.Equal(2.5, caller.GetProperty("weight").GetDouble());
        Assert.Equal(3, caller.GetProperty("max_running").GetInt32());
        Assert.Equal(7, caller.GetProperty("max_queued").GetInt32());
    }

    [Fact]
    public async Task A_batch_that_has_no_room_now_is_answered_429_and_one_that_never_has_422()
    {
        using HttpResponseMessage set = await _http.PutAsJsonAsync("/callers/full", new { max_queued = 3 });
        string[] jobs =
        [
            await _http.SubmitAccepted("full", new { number = Unsplittable }),
            await _http.SubmitAccepted("full", new { number = Unsplittable }),
        ];
        using HttpResponseMessage now = await _http.SendRaw("/compute/batch", Batch(2), "full");
        using HttpResponseMessage never = await _http.SendRaw("/compute/batch", Batch(4), "full");
        foreach (string job in jobs)
        {
            using HttpResponseMessage cancelled = await _http.DeleteAsync($"/compute/{job}");
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, now.StatusCode);
        Assert.NotNull(now.Headers.RetryAfter);
        await now.Problem();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, never.StatusCode);
        Assert.Null(never.Headers.RetryAfter);
        await never.Problem();

        static string Batch(int jobs) => string.Join('\n', Enumerable.Repeat("{\"number\":\"12\"}", jobs));
    }

    [Fact]
    public async Task The_api_describes_itself()
    {
        JsonElement document = await _http.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        using HttpResponseMessage page = await _http.GetAsync("/swagger/index.html");

        string[] paths = [.. document.GetProperty("paths").EnumerateObject().Select(path => path.Name)];
        Assert.Contains("/compute", paths);
        Assert.Contains("/compute/{id}/events", paths);
        Assert.Contains("/callers/{caller}", paths);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }
}
