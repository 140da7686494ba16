using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Turnstile.Load;

/// <summary>The service's HTTP interface, as far as the scenarios use it.</summary>
/// <param name="http">Where it is.</param>
/// <param name="key">The key of an account; null where the service is open.</param>
internal sealed class ComputeClient(HttpClient http, string? key = null)
{
    public const int BatchMax = 10_000;

    public async Task<string> Submit(string caller, string number)
    {
        byte[] body = Encoding.UTF8.GetBytes($$"""{"number":"{{number}}"}""");
        using HttpRequestMessage request = Post("/compute", caller, body, "application/json");
        using HttpResponseMessage answer = await http.SendAsync(request);
        await Expect(answer, HttpStatusCode.Accepted);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    /// <summary>A batch as it is sent.</summary>
    public static byte[] Batch(IEnumerable<Question> questions)
    {
        var body = new StringBuilder();
        foreach (Question question in questions)
        {
            body.Append("{\"number\":\"").Append(question.Number).Append("\"}\n");
        }

        return Encoding.UTF8.GetBytes(body.ToString());
    }

    public Task SubmitBatch(string caller, IEnumerable<Question> questions) => SubmitBatch(caller, Batch(questions));

    public async Task SubmitBatch(string caller, byte[] batch)
    {
        using HttpRequestMessage request = Post("/compute/batch", caller, batch, "application/x-ndjson");
        using HttpResponseMessage answer = await http.SendAsync(request);
        await Expect(answer, HttpStatusCode.Accepted);
    }

    /// <summary>The job once it has ended.</summary>
    public async Task<JsonElement> Ended(string id)
    {
        while (true)
        {
            JsonElement job = await Read($"/compute/{id}?wait=60");
            if (job.GetProperty("status").GetString() is not ("queued" or "running"))
            {
                return job;
            }
        }
    }

    public Task<JsonElement> Caller(string caller) => Read($"/callers/{caller}");

    /// <summary>The callers of the account, up to a thousand.</summary>
    public async Task<JsonElement[]> Callers() => [.. (await Read("/callers?limit=1000")).GetProperty("items").EnumerateArray()];

    /// <summary>All jobs of a caller, newest first.</summary>
    public async IAsyncEnumerable<JsonElement> Jobs(string caller)
    {
        string? after = null;
        do
        {
            string query = after is null ? "" : $"&after={after}";
            JsonElement page = await Read($"/callers/{caller}/jobs?limit=1000{query}");
            foreach (JsonElement job in page.GetProperty("items").EnumerateArray())
            {
                yield return job;
            }

            after = page.GetProperty("next").GetString();
        }
        while (after is not null);
    }

    /// <summary>Whether a job is done and its result is these two primes.</summary>
    public static bool IsRight(JsonElement job, Question question)
    {
        if (job.GetProperty("status").GetString() != "done" || job.GetProperty("number").GetString() != question.Number)
        {
            return false;
        }

        string?[] primes =
        [
            .. job.GetProperty("result").GetProperty("factors").EnumerateArray().Select(factor => factor.GetProperty("prime").GetString()),
        ];
        return primes is [{ } small, { } large] && small == question.Small && large == question.Large;
    }

    private async Task<JsonElement> Read(string path)
    {
        using HttpRequestMessage request = Request(HttpMethod.Get, path);
        using HttpResponseMessage answer = await http.SendAsync(request);
        await Expect(answer, HttpStatusCode.OK);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private HttpRequestMessage Post(string path, string caller, byte[] body, string type)
    {
        HttpRequestMessage request = Request(HttpMethod.Post, path);
        request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        request.Headers.Add("X-Caller-ID", caller);
        return request;
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path);
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return request;
    }

    private static async Task Expect(HttpResponseMessage answer, HttpStatusCode status)
    {
        if (answer.StatusCode != status)
        {
            throw new InvalidOperationException($"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }
    }
}
