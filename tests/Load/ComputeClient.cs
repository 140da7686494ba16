using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Turnstile.Load;

/// <summary>The service's HTTP interface, as far as the scenarios use it.</summary>
internal sealed class ComputeClient(HttpClient http)
{
    public const int BatchMax = 10_000;

    public async Task<string> Submit(string caller, string number)
    {
        using HttpRequestMessage request = Post("/compute", caller, $$"""{"number":"{{number}}"}""", "application/json");
        using HttpResponseMessage answer = await http.SendAsync(request);
        await Expect(answer, HttpStatusCode.Accepted);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    public async Task SubmitBatch(string caller, IEnumerable<Question> questions)
    {
        var body = new StringBuilder();
        foreach (Question question in questions)
        {
            body.Append("{\"number\":\"").Append(question.Number).Append("\"}\n");
        }

        using HttpRequestMessage request = Post("/compute/batch", caller, body.ToString(), "application/x-ndjson");
        using HttpResponseMessage answer = await http.SendAsync(request);
        await Expect(answer, HttpStatusCode.Accepted);
    }

    /// <summary>The job once it has ended.</summary>
    public async Task<JsonElement> Ended(string id)
    {
        while (true)
        {
            JsonElement job = await http.GetFromJsonAsync<JsonElement>($"/compute/{id}?wait=60");
            if (job.GetProperty("status").GetString() is not ("queued" or "running"))
            {
                return job;
            }
        }
    }

    public Task<JsonElement> Caller(string caller) => http.GetFromJsonAsync<JsonElement>($"/callers/{caller}");

    /// <summary>All jobs of a caller, newest first.</summary>
    public async IAsyncEnumerable<JsonElement> Jobs(string caller)
    {
        string? after = null;
        do
        {
            string query = after is null ? "" : $"&after={after}";
            JsonElement page = await http.GetFromJsonAsync<JsonElement>($"/callers/{caller}/jobs?limit=1000{query}");
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

    private static HttpRequestMessage Post(string path, string caller, string body, string type)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, type) };
        request.Headers.Add("X-Caller-ID", caller);
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
