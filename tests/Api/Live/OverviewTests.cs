using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Turnstile.Api.Tests.Compute;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Live;

public sealed class OverviewTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task The_page_is_whole_without_anybody_else_and_tells_browsers_to_be_strict()
    {
        using HttpResponseMessage page = await service.Http.GetAsync("/");
        string html = await page.Content.ReadAsStringAsync();

        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        string policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.DoesNotContain("http://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{0}", true)]
    [InlineData("W/{0}", true)]
    [InlineData("\"other\", {0}", true)]
    [InlineData("*", true)]
    [InlineData("\"other\", W/\"another\"", false)]
    public async Task A_page_is_not_sent_again_to_who_has_it(string known, bool has)
    {
        using HttpResponseMessage page = await service.Http.GetAsync("/");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/");
        again.Headers.Add("If-None-Match", string.Format(known, page.Headers.ETag));
        using HttpResponseMessage answer = await service.Http.SendAsync(again);

        Assert.Equal(has ? HttpStatusCode.NotModified : HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("gzip, br", "br")]
    [InlineData("br;q=0, gzip", null)]
    [InlineData("abracadabra", null)]
    public async Task A_page_is_packed_only_for_who_can_unpack_it(string accepted, string? coding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("Accept-Encoding", accepted);
        using HttpResponseMessage page = await service.Http.SendAsync(request);

        Assert.Equal(coding, page.Content.Headers.ContentEncoding.SingleOrDefault());
    }

    [Fact]
    public async Task The_overview_tells_of_a_caller_and_its_jobs()
    {
        string id = await service.Http.SubmitAccepted("seen", new { number = "1000000016000000063" });
        await service.Http.Ended(id);

        await Wait.Until("the job is the latest", async () =>
        {
            JsonElement compute = (await service.Http.GetFromJsonAsync<JsonElement>("/overview")).GetProperty("compute");
            return compute.GetProperty("latest").EnumerateArray().Any(job =>
                job.GetProperty("id").GetString() == id && job.GetProperty("status").GetString() == "done");
        });
    }

    [Fact]
    public async Task Overviews_come_one_after_the_other_and_everybody_gets_the_same()
    {
        using Stream one = await service.Http.GetStreamAsync("/overview/events");
        using Stream other = await service.Http.GetStreamAsync("/overview/events");

        List<string> first = await Times(one, 4);
        List<string> second = await Times(other, 4);

        Assert.Equal(4, first.Distinct().Count());
        Assert.NotEmpty(first.Intersect(second));
    }

    [Fact]
    public async Task An_account_sees_its_own_callers_and_nobody_elses_jobs()
    {
        await using var guarded = new ServiceProcess(
            "--Keys:0:Account=north", "--Keys:0:Key=north-key-0123456789",
            "--Keys:1:Account=south", "--Keys:1:Key=south-key-0123456789",
            "--Keys:2:Account=operations", "--Keys:2:Key=admin-key-0123456789", "--Keys:2:Admin=true");
        await guarded.Start();
        guarded.Http.DefaultRequestHeaders.Add("X-Api-Key", "north-key-0123456789");
        string id = await guarded.Http.SubmitAccepted("northerner", new { number = "1000000016000000063" });
        await guarded.Http.Ended(id);

        string own = await guarded.Http.GetStringAsync("/overview");
        string foreign = await Overview(guarded, "south-key-0123456789");
        string all = await Overview(guarded, "admin-key-0123456789");

        Assert.Contains("\"account\":\"north\"", own, StringComparison.Ordinal);
        Assert.Contains("northerner", all, StringComparison.Ordinal);
        Assert.DoesNotContain("northerner", foreign, StringComparison.Ordinal);
        Assert.DoesNotContain(id, foreign, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_watchers_are_asked_to_come_back()
    {
        await using var small = new ServiceProcess("--Live:WatchersMax=2");
        await small.Start();
        using Stream one = await small.Http.GetStreamAsync("/overview/events");
        using (Stream two = await small.Http.GetStreamAsync("/overview/events"))
        {
            using HttpResponseMessage third = await small.Http.GetAsync("/overview/events");
            Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
            Assert.NotNull(third.Headers.RetryAfter);
        }

        await Wait.Until("the place of one who left is free", async () =>
        {
            using HttpResponseMessage answer = await small.Http.GetAsync("/overview");
            return answer.IsSuccessStatusCode;
        });
    }

    private static async Task<string> Overview(ServiceProcess service, string key)
    {
        using var http = new HttpClient { BaseAddress = service.Address };
        http.DefaultRequestHeaders.Add("X-Api-Key", key);
        return await http.GetStringAsync("/overview");
    }

    /// <summary>When so many overviews were made, from a stream of them.</summary>
    private static async Task<List<string>> Times(Stream stream, int count)
    {
        using var reader = new StreamReader(stream);
        var times = new List<string>();
        while (times.Count < count)
        {
            string? line = await reader.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1));
            if (line is not null && line.StartsWith("data: ", StringComparison.Ordinal))
            {
                times.Add(JsonDocument.Parse(line[6..]).RootElement.GetProperty("at").GetString()!);
            }
        }

        return times;
    }
}
