using System.Net;
using System.Text.Json;
using Turnstile.Api.Tests.Compute;

namespace Turnstile.Api.Tests.Factorial;

public sealed class BadNumberTests(RunningService service) : IClassFixture<RunningService>
{
    private readonly HttpClient _http = service.Http;

    public static TheoryData<string> BadValues => new()
    {
        "\"-1\"", "-1", "\"20001\"", "20001", "\"1.5\"", "1.5", "\"ten\"", "\"\"", "\" 5\"", "\"+5\"", "\"1e3\"", "1e3", "1E3",
        "1.0", "-0", "5.0e0", "null", "true", "[5]", "{\"n\":5}", "\"٣\"", "\"0x10\"",
        "\"" + new string('9', 100) + "\"", new string('9', 100), "\"4294967297\"", "\"18446744073709551626\"",
    };

    public static TheoryData<string> BadBodies => new()
    {
        "", "{}", "[]", "5", "null", "{\"number\":5", "{\"number\":5} 6", "{number:5}", "{\"number\":05}", "{\"Number\":5}",
    };

    [Theory]
    [MemberData(nameof(BadValues))]
    public async Task A_number_that_is_none_is_answered_400(string value)
    {
        using HttpResponseMessage answer = await _http.SendRaw("/api/v1/factorial", $"{{\"number\":{value}}}", null);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        JsonElement problem = await answer.Problem();
        Assert.Contains("number", problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task A_body_without_a_number_is_answered_400(string body)
    {
        using HttpResponseMessage answer = await _http.SendRaw("/factorial", body, null);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        await answer.Problem();
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("20001")]
    [InlineData("1.5")]
    [InlineData("ten")]
    [InlineData("1e3")]
    [InlineData("%20")]
    [InlineData("4294967297")]
    [InlineData("9999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999")]
    [InlineData("-1/events")]
    [InlineData("ten/digits")]
    public async Task A_path_that_names_no_number_is_answered_400(string path)
    {
        foreach (string prefix in new[] { "/api/v1/factorial/", "/factorial/" })
        {
            using HttpResponseMessage answer = await _http.GetAsync(prefix + path);

            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            await answer.Problem();
        }
    }

    [Theory]
    [InlineData("""{"numbers":["1","x","20001"]}""", "numbers[1]", "numbers[2]")]
    [InlineData("""{"numbers":[]}""", "numbers")]
    [InlineData("""{"numbers":"1"}""", "numbers")]
    [InlineData("""{"numbers":[[1],1]}""", "numbers[0]")]
    [InlineData("""{}""", "numbers")]
    public async Task A_batch_with_a_bad_number_names_it(string body, params string[] fields)
    {
        using HttpResponseMessage answer = await _http.SendRaw("/factorial/batch", body, null);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        JsonElement errors = (await answer.Problem()).GetProperty("errors");
        Assert.Equal(fields, errors.EnumerateObject().Select(error => error.Name));
    }

    [Fact]
    public async Task A_batch_of_more_than_a_thousand_is_refused()
    {
        string numbers = string.Join(',', Enumerable.Repeat("1", 1_001));
        using HttpResponseMessage answer = await _http.SendRaw("/factorial/batch", $"{{\"numbers\":[{numbers}]}}", null);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("status=lost")]
    [InlineData("after=x")]
    [InlineData("after=-2")]
    public async Task A_list_asked_for_wrongly_is_answered_400(string query)
    {
        using HttpResponseMessage answer = await _http.GetAsync($"/factorial?{query}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        await answer.Problem();
    }

    [Fact]
    public async Task What_is_not_json_is_answered_415()
    {
        using HttpResponseMessage answer = await _http.SendRaw("/factorial", "number=5", null, "application/x-www-form-urlencoded");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }
}
