using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Turnstile.Api.Tests.Compute;

namespace Turnstile.Api.Tests.Factorial;

public sealed class FactorialTests(RunningService service) : IClassFixture<RunningService>
{
    private readonly HttpClient _http = service.Http;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(9_999)]
    [InlineData(20_000)]
    public async Task A_factorial_is_right_with_its_checksum_and_stored_where_it_says(int n)
    {
        string digits = FactorialClient.Factorial(n);

        JsonElement factorial = await _http.AskAndRead(n);

        Assert.Equal($"{n}", factorial.GetProperty("number").GetString());
        Assert.Equal("done", factorial.GetProperty("status").GetString());
        Assert.Equal(digits, factorial.GetProperty("result").GetString());
        Assert.Equal(digits.Length, factorial.GetProperty("digits").GetInt32());
        Assert.Equal(FactorialClient.Sha256(digits), factorial.GetProperty("checksum").GetString());
        Assert.Equal($"factorials/{n}.txt", factorial.GetProperty("object_key").GetString());
        string stored = await File.ReadAllTextAsync(Path.Combine(service.Folder, "data", "objects", "factorials", $"{n}.txt"));
        Assert.Equal(digits, stored);
    }

    [Theory]
    [InlineData("""{"number":"31"}""", "/api/v1/factorial", 31)]
    [InlineData("""{"number":32}""", "/api/v1/factorial", 32)]
    [InlineData("""{"number":"33"}""", "/factorial", 33)]
    [InlineData("""{"number":"0034","other":[1,{}]}""", "/factorial", 34)]
    public async Task It_is_asked_for_as_text_or_number_at_either_address(string body, string path, int n)
    {
        using HttpResponseMessage asked = await _http.SendRaw(path, body, null);

        Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        Assert.Equal($$"""{"number":"{{n}}","status":"calculating"}""", await asked.Content.ReadAsStringAsync());
        await _http.ReadWhenEnded(n);
        using HttpResponseMessage again = await _http.SendRaw(path, body, "somebody else");
        using HttpResponseMessage known = await _http.SendRaw(path, body, "somebody-else");
        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        Assert.Equal("done", (await known.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString());
        Assert.Equal(
            FactorialClient.Factorial(n),
            (await _http.GetFromJsonAsync<JsonElement>($"/factorial/{n}")).GetProperty("result").GetString());
    }

    [Fact]
    public async Task What_nobody_has_asked_for_is_not_there()
    {
        foreach (string path in new[] { "/factorial/19999", "/api/v1/factorial/19999/digits", "/factorial/19999/events" })
        {
            using HttpResponseMessage answer = await _http.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            await answer.Problem();
        }
    }

    [Fact]
    public async Task The_digits_alone_come_with_their_checksum_as_tag()
    {
        string digits = FactorialClient.Factorial(500);
        await _http.AskAndRead(500);

        using HttpResponseMessage plain = await _http.GetPlain(500);
        string tag = $"\"{FactorialClient.Sha256(digits)}\"";
        using HttpResponseMessage known = await _http.GetPlain(500, headers => headers.IfNoneMatch.ParseAdd(tag));
        using HttpResponseMessage other = await _http.GetPlain(500, headers => headers.IfNoneMatch.ParseAdd("\"other\""));
        using HttpResponseMessage json = await _http.GetPlain(500, headers => headers.Accept.ParseAdd("application/json"));

        Assert.Equal("text/plain", plain.Content.Headers.ContentType?.MediaType);
        Assert.Equal(tag, plain.Headers.ETag?.ToString());
        Assert.Equal(digits, await plain.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        Assert.Equal(digits, await other.Content.ReadAsStringAsync());
        Assert.Equal("application/json", json.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_range_of_the_digits_is_sent_alone()
    {
        string digits = FactorialClient.Factorial(1_000);
        await _http.AskAndRead(1_000);

        using HttpResponseMessage middle = await _http.GetPlain(1_000, headers => headers.Range = new RangeHeaderValue(100, 199));
        using HttpResponseMessage tail = await _http.GetPlain(1_000, headers => headers.Range = new RangeHeaderValue(null, 10));
        using HttpResponseMessage beyond = await _http.GetPlain(
            1_000, headers => headers.Range = new RangeHeaderValue(digits.Length, null));

        Assert.Equal(HttpStatusCode.PartialContent, middle.StatusCode);
        Assert.Equal(digits[100..200], await middle.Content.ReadAsStringAsync());
        Assert.Equal($"bytes 100-199/{digits.Length}", middle.Content.Headers.ContentRange?.ToString());
        Assert.Equal(digits[^10..], await tail.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
    }

    [Fact]
    public async Task Large_answers_are_compressed_for_whom_that_is_welcome()
    {
        string digits = FactorialClient.Factorial(3_000);
        await _http.AskAndRead(3_000);

        using HttpResponseMessage plain = await _http.GetPlain(3_000, headers => headers.AcceptEncoding.ParseAdd("gzip"));
        using HttpResponseMessage refused = await _http.GetPlain(3_000, headers => headers.AcceptEncoding.ParseAdd("gzip;q=0"));

        Assert.Equal(["gzip"], plain.Content.Headers.ContentEncoding);
        Assert.True(plain.Headers.ETag?.IsWeak);
        await using var unpacked = new GZipStream(await plain.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked, Encoding.ASCII);
        Assert.Equal(digits, await reader.ReadToEndAsync());
        Assert.Empty(refused.Content.Headers.ContentEncoding);
        Assert.Equal(digits, await refused.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_thousand_requests_for_a_new_number_are_one_computation_and_a_thousand_right_answers()
    {
        const int Number = 15_000;
        string digits = FactorialClient.Factorial(Number);

        string?[] results = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(async i =>
        {
            using HttpResponseMessage asked = await _http.SendRaw("/factorial", $"{{\"number\":{Number}}}", $"crowd-{i % 10}");
            Assert.True(asked.IsSuccessStatusCode);
            return (await _http.ReadWhenEnded(Number)).GetProperty("result").GetString();
        }));

        Assert.All(results, result => Assert.Equal(digits, result));
        int jobs = 0;
        for (int i = 0; i < 10; i++)
        {
            using HttpResponseMessage caller = await _http.GetAsync($"/callers/crowd-{i}/jobs");
            if (caller.StatusCode == HttpStatusCode.OK)
            {
                jobs += (await caller.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items").GetArrayLength();
            }
        }

        Assert.Equal(1, jobs);
    }

    [Fact]
    public async Task A_batch_is_answered_number_by_number()
    {
        using HttpResponseMessage answer = await _http.SendRaw(
            "/api/v1/factorial/batch", """{"numbers":["41",42,"41"]}""", null);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        JsonElement batch = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(3, batch.GetProperty("accepted").GetInt32());
        Assert.Equal(
            ["41", "42", "41"],
            batch.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("number").GetString()));
        await _http.ReadWhenEnded(41);
        await _http.ReadWhenEnded(42);
    }

    [Fact]
    public async Task The_list_is_paged_by_number_and_filtered_by_status()
    {
        foreach (int number in new[] { 12_003, 12_001, 12_002 })
        {
            await _http.AskAndRead(number);
        }

        JsonElement first = await _http.GetFromJsonAsync<JsonElement>("/factorial?status=done&limit=2&after=12000");
        JsonElement second = await _http.GetFromJsonAsync<JsonElement>(
            $"/api/v1/factorial?limit=1&after={first.GetProperty("next").GetString()}");
        JsonElement failed = await _http.GetFromJsonAsync<JsonElement>("/factorial?status=failed");

        Assert.Equal(
            ["12001", "12002"],
            first.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("number").GetString()));
        JsonElement item = second.GetProperty("items")[0];
        Assert.Equal("12003", item.GetProperty("number").GetString());
        Assert.Equal("factorials/12003.txt", item.GetProperty("object_key").GetString());
        Assert.Equal(64, item.GetProperty("checksum").GetString()!.Length);
        Assert.True(item.TryGetProperty("created_at", out _));
        Assert.Empty(failed.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task The_statistics_count_requests_hits_and_times()
    {
        await _http.AskAndRead(77);
        for (int i = 0; i < 200; i++)
        {
            await _http.GetAsync("/factorial/77");
        }

        JsonElement stats = await _http.GetFromJsonAsync<JsonElement>("/api/v1/factorial/stats");

        Assert.Contains(
            stats.GetProperty("most_asked").EnumerateArray(),
            count => count.GetProperty("number").GetString() == "77" && count.GetProperty("requests").GetInt64() == 202);
        Assert.True(stats.GetProperty("hits").GetInt64() >= 200);
        Assert.InRange(stats.GetProperty("hit_rate").GetDouble(), 0.01, 1);
        Assert.True(stats.GetProperty("numbers").GetProperty("done").GetInt64() >= 1);
        Assert.Contains(stats.GetProperty("times").EnumerateArray(), times => times.GetProperty("from").GetString() == "10");
    }
}
