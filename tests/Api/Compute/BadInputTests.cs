using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Turnstile.Api.Tests.Compute;

public sealed class BadInputTests(RunningService service) : IClassFixture<RunningService>
{
    private readonly HttpClient _http = service.Http;

    public static TheoryData<string, string> BadBodies => new()
    {
        { """{"number":""}""", "number" },
        { """{"number":"12a"}""", "number" },
        { """{"number":"-5"}""", "number" },
        { """{"number":"+5"}""", "number" },
        { """{"number":" 5"}""", "number" },
        { """{"number":"1.5"}""", "number" },
        { """{"number":"٣"}""", "number" },
        { """{"number":"0"}""", "number" },
        { """{"number":"000"}""", "number" },
        { "{\"number\":\"" + new string('9', 10_001) + "\"}", "number" },
        { """{"number":15}""", "number" },
        { """{"number":null}""", "number" },
        { """{"number":["15"]}""", "number" },
        { """{"number":{"a":"15"}}""", "number" },
        { "{}", "number" },
        { """{"number":"15","operation":"divide"}""", "operation" },
        { """{"number":"15","operation":7}""", "operation" },
        { """{"number":"15","priority":10}""", "priority" },
        { """{"number":"15","priority":-1}""", "priority" },
        { """{"number":"15","priority":"high"}""", "priority" },
        { """{"number":"15","priority":1.5}""", "priority" },
        { """{"number":"15","timeout_seconds":0}""", "timeout_seconds" },
        { """{"number":"15","timeout_seconds":"soon"}""", "timeout_seconds" },
        { """{"number":"15","timeout_seconds":1e400}""", "timeout_seconds" },
        { """{"number":"100000000","operation":"factorial"}""", "number" },
        { "", "body" },
        { "[]", "body" },
        { "15", "body" },
        { "null", "body" },
        { "{\"number\":\"15\"", "body" },
        { "{\"number\":\"15\"} extra", "body" },
        { "{number:15}", "body" },
        { "\u0000", "body" },
    };

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task A_bad_body_is_answered_400_that_names_the_field_and_stores_nothing(string body, string field)
    {
        using HttpResponseMessage answer = await _http.SendRaw("/compute", body, "bad-bodies");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        JsonElement problem = await answer.Problem();
        Assert.Contains(field, problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));
        using HttpResponseMessage caller = await _http.GetAsync("/callers/bad-bodies");
        Assert.Equal(HttpStatusCode.NotFound, caller.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("two words")]
    public async Task A_caller_has_to_name_itself(string? caller)
    {
        using HttpResponseMessage answer = await _http.SendRaw("/compute", """{"number":"15"}""", caller);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_callers_name_of_129_characters_is_too_long_and_128_are_not()
    {
        using HttpResponseMessage tooLong = await _http.SendRaw("/compute", """{"number":"15"}""", new string('n', 129));
        using HttpResponseMessage longest = await _http.SendRaw("/compute", """{"number":"15"}""", new string('n', 128));

        Assert.Equal(HttpStatusCode.BadRequest, tooLong.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, longest.StatusCode);
    }

    [Fact]
    public async Task A_body_of_two_mebibytes_is_answered_413()
    {
        using HttpResponseMessage answer = await _http.SendRaw(
            "/compute", "{\"number\":\"" + new string('9', 2 << 20) + "\"}", "large-bodies");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        await answer.Problem();
    }

    [Fact]
    public async Task A_body_that_is_not_json_is_answered_415()
    {
        using HttpResponseMessage answer = await _http.SendRaw("/compute", "number=15", "forms", "application/x-www-form-urlencoded");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Contains("application/json", (await answer.Problem()).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_of_10_000_digits_is_accepted()
    {
        string id = await _http.SubmitAccepted("long-numbers", new { number = "1" + new string('0', 9_999) });

        JsonElement job = await _http.Ended(id);
        Assert.Equal(
            """{"factors":[{"prime":"2","exponent":9999},{"prime":"5","exponent":9999}]}""",
            job.GetProperty("result").GetRawText());
    }

    [Fact]
    public async Task One_bad_line_refuses_the_whole_batch_and_is_named()
    {
        using HttpResponseMessage answer = await _http.SendRaw(
            "/compute/batch", "{\"number\":\"15\"}\n{\"number\":\"x\"}\n{\"number\":\"21\"}\n{broken", "bad-batches");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        string[] fields = [.. (await answer.Problem()).GetProperty("errors").EnumerateObject().Select(error => error.Name)];
        Assert.Contains("line 2.number", fields);
        Assert.Contains("line 4", fields);
        using HttpResponseMessage caller = await _http.GetAsync("/callers/bad-batches");
        Assert.Equal(HttpStatusCode.NotFound, caller.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("[{\"number\":\"15\"}")]
    [InlineData("[15]")]
    [InlineData("[{\"number\":\"15\"}] []")]
    public async Task A_batch_without_a_good_request_is_refused(string body)
    {
        using HttpResponseMessage answer = await _http.SendRaw("/compute/batch", body, "bad-batches");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        await answer.Problem();
    }

    [Fact]
    public async Task A_batch_of_more_than_10_000_is_refused()
    {
        string body = string.Join('\n', Enumerable.Repeat("{\"number\":\"15\"}", 10_001));
        using HttpResponseMessage answer = await _http.SendRaw("/compute/batch", body, "bad-batches");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/compute/0000000000000", 404)]
    [InlineData("GET", "/compute/nonsense", 404)]
    [InlineData("GET", "/compute/zzzzzzzzzzzzz", 404)]
    [InlineData("GET", "/compute/0000000000000/events", 404)]
    [InlineData("GET", "/compute/0000000000000/value", 404)]
    [InlineData("DELETE", "/compute/0000000000000", 404)]
    [InlineData("GET", "/compute/0000000000000?wait=-1", 400)]
    [InlineData("GET", "/compute/0000000000000?wait=long", 400)]
    [InlineData("GET", "/compute/0000000000000?wait=1e9", 400)]
    [InlineData("GET", "/callers/nobody", 404)]
    [InlineData("GET", "/callers/nobody/jobs", 404)]
    [InlineData("GET", "/callers/nobody/jobs?limit=0", 400)]
    [InlineData("GET", "/callers/nobody/jobs?limit=1001", 400)]
    [InlineData("GET", "/callers/nobody/jobs?status=lost", 400)]
    [InlineData("GET", "/callers/nobody/jobs?after=x", 400)]
    [InlineData("GET", "/callers?limit=many", 400)]
    [InlineData("GET", "/callers?limit=5%00", 400)]
    [InlineData("GET", "/compute/0000000000000?wait=5%00", 400)]
    [InlineData("GET", "/materialize?window_size=5%00", 400)]
    [InlineData("POST", "/dead-letters/compute/0000000000000/retry", 404)]
    [InlineData("GET", "/nowhere", 404)]
    [InlineData("PATCH", "/compute", 405)]
    public async Task A_call_that_means_nothing_is_answered_with_a_problem(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using HttpResponseMessage answer = await _http.SendAsync(request);

        Assert.Equal(status, (int)answer.StatusCode);
        await answer.Problem();
    }

    [Theory]
    [InlineData("""{"weight":0}""", "weight")]
    [InlineData("""{"weight":101}""", "weight")]
    [InlineData("""{"weight":"heavy"}""", "weight")]
    [InlineData("""{"max_running":0}""", "max_running")]
    [InlineData("""{"max_queued":1.5}""", "max_queued")]
    [InlineData("""nothing""", "body")]
    [InlineData("""null""", "body")]
    public async Task Bad_settings_of_a_caller_are_refused(string body, string field)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await _http.PutAsync("/callers/somebody", content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(field, (await answer.Problem()).GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }
}
