using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Turnstile.Api.Tests.Compute;

/// <summary>The calls of Compute as a client makes them.</summary>
internal static class ComputeClient
{
    public static async Task<HttpResponseMessage> Submit(
        this HttpClient http, string caller, object job, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/compute") { Content = JsonContent.Create(job) };
        request.Headers.Add("X-Caller-ID", caller);
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return await http.SendAsync(request);
    }

    /// <summary>Submits a job that has to be accepted, and returns its id.</summary>
    public static async Task<string> SubmitAccepted(this HttpClient http, string caller, object job)
    {
        using HttpResponseMessage answer = await http.Submit(caller, job);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    /// <summary>The job once it has ended.</summary>
    public static async Task<JsonElement> Ended(this HttpClient http, string id)
    {
        JsonElement job = await http.GetFromJsonAsync<JsonElement>($"/compute/{id}?wait=120");
        Assert.Contains(job.GetProperty("status").GetString(), new[] { "done", "failed", "cancelled" });
        return job;
    }

    /// <summary>Sends a body as it is.</summary>
    public static async Task<HttpResponseMessage> SendRaw(
        this HttpClient http,
        string path,
        string body,
        string? caller = "raw",
        string mediaType = "application/json",
        string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        if (caller is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Caller-ID", caller);
        }

        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return await http.SendAsync(request);
    }

    /// <summary>The problem that was answered, which has to be one.</summary>
    public static async Task<JsonElement> Problem(this HttpResponseMessage answer)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        JsonElement problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((int)answer.StatusCode, problem.GetProperty("status").GetInt32());
        return problem;
    }
}
