using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Turnstile.Api.Events;

namespace Turnstile.Api.Tests.Events;

public sealed class BadEventTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Good =
        """{"id":1000,"player_id":11,"game_id":101,"type":"bet","amount":500,"currency":"EUR","created_at":"2022-02-02T23:45:00Z"}""";

    [Theory]
    [InlineData("\"type\":\"bet\"", "\"type\":\"spin\"", "type")]
    [InlineData("\"type\":\"bet\",", "", "type")]
    [InlineData("\"amount\":500,", "", "amount")]
    [InlineData("\"amount\":500", "\"amount\":-1", "amount")]
    [InlineData("\"amount\":500", "\"amount\":1.5", "amount")]
    [InlineData("\"amount\":500", "\"amount\":\"500\"", "amount")]
    [InlineData("\"amount\":500", "\"amount\":9223372036854775807", "amount")]
    [InlineData("\"currency\":\"EUR\"", "\"currency\":\"QQQ\"", "currency")]
    [InlineData("\"currency\":\"EUR\",", "", "currency")]
    [InlineData("\"currency\":\"EUR\"", "\"currency\":7", "currency")]
    [InlineData("\"id\":1000,", "", "id")]
    [InlineData("\"id\":1000", "\"id\":0", "id")]
    [InlineData("\"id\":1000", "\"id\":\"x\"", "id")]
    [InlineData("\"player_id\":11,", "", "player_id")]
    [InlineData("\"game_id\":101,", "", "game_id")]
    [InlineData("2022-02-02T23:45:00Z", "2999-02-02T23:45:00Z", "created_at")]
    [InlineData("2022-02-02T23:45:00Z", "yesterday", "created_at")]
    [InlineData("2022-02-02T23:45:00Z", "2022-02-02T23:45:00", "created_at")]
    [InlineData("2022-02-02T23:45:00Z", "1901-02-02T23:45:00Z", "created_at")]
    [InlineData(",\"created_at\":\"2022-02-02T23:45:00Z\"", "", "created_at")]
    public async Task A_bad_field_is_named_and_nothing_is_taken_in(string good, string bad, string field)
    {
        string body = Good.Replace(good, bad, StringComparison.Ordinal);
        Assert.NotEqual(Good, body);

        using HttpResponseMessage single = await service.Http.PostEvents(body);
        Assert.Equal(HttpStatusCode.BadRequest, single.StatusCode);
        Assert.Equal("application/problem+json", single.Content.Headers.ContentType?.MediaType);
        Assert.True((await single.Json()).GetProperty("errors").TryGetProperty(field, out _));

        string neighbour = Good.Replace("1000", "1001", StringComparison.Ordinal);
        JsonElement array = await (await service.Http.PostEvents($"[{neighbour},{body}]")).Json();
        Assert.True(array.GetProperty("errors").TryGetProperty($"[1].{field}", out _));
        using HttpResponseMessage unknown = await service.Http.GetAsync("/events/1001");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("[")]
    [InlineData("null")]
    [InlineData("{\"id\":1}}")]
    [InlineData("[1]")]
    [InlineData("\"bet\"")]
    public async Task A_body_that_holds_no_event_is_a_400(string body)
    {
        using HttpResponseMessage answer = await service.Http.PostEvents(body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("\"type\":\"bet\"", "\"type\":\"\\ud800\"")]
    [InlineData("\"currency\":\"EUR\"", "\"currency\":\"\\ud800\"")]
    [InlineData("\"currency\":\"EUR\"", "\"currency\":\"E\u00FFR\"")]
    [InlineData("2022-02-02T23:45:00Z", "2022-02-02T23:45:\\udc00")]
    [InlineData("\"type\":\"bet\"", "\"type\":\"bet\",\"\\ud800\":1")]
    public async Task Text_that_is_no_Unicode_is_a_400(string good, string bad)
    {
        // In Latin-1, so that 0xFF is sent as it is.
        byte[] body = Encoding.Latin1.GetBytes(Good.Replace(good, bad, StringComparison.Ordinal));
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(Media.Json);

        using HttpResponseMessage answer = await service.Http.PostAsync("/events", content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Protobuf_that_breaks_off_is_a_400()
    {
        byte[] body = EventsClient.ToProtobuf([Event(2_000), Event(2_001)]);

        using HttpResponseMessage answer = await service.Http.PostProtobuf(body[..^3]);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using HttpResponseMessage unknown = await service.Http.GetAsync("/events/2000");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task A_protobuf_event_without_a_field_is_named()
    {
        byte[] body = EventsClient.ToProtobuf([Event(2_002), Event(2_003) with { Amount = null }]);

        JsonElement problem = await (await service.Http.PostProtobuf(body)).Json();

        Assert.Equal(400, problem.GetProperty("status").GetInt32());
        Assert.True(problem.GetProperty("errors").TryGetProperty("[1].amount", out _));
    }

    [Fact]
    public async Task Another_media_type_is_a_415()
    {
        using HttpResponseMessage answer = await service.Http.PostAsync("/events", new StringContent(Good));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Fact]
    public async Task An_id_with_other_content_is_a_409_that_names_it_and_a_repeat_is_a_duplicate()
    {
        string first = EventsClient.ToJson([Event(3_000)]);
        JsonElement taken = await (await service.Http.PostEvents(first)).Json();
        Assert.Equal("""{"accepted":1,"duplicates":0}""", taken.GetRawText());

        JsonElement repeated = await (await service.Http.PostEvents(first)).Json();
        Assert.Equal("""{"accepted":0,"duplicates":1}""", repeated.GetRawText());

        string reused = EventsClient.ToJson([Event(3_001), Event(3_000) with { Amount = 501 }]);
        using HttpResponseMessage answer = await service.Http.PostEvents(reused);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("[1] has the id 3000", (await answer.Json()).GetProperty("detail").GetString(), StringComparison.Ordinal);
        using HttpResponseMessage unknown = await service.Http.GetAsync("/events/3001");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Theory]
    [InlineData("""null""", "body")]
    [InlineData("""[]""", "body")]
    [InlineData("""{"email":5}""", "email")]
    [InlineData("""{"last_signed_in_at":"12:00"}""", "last_signed_in_at")]
    [InlineData("""{"last_signed_in_at":"1/2/2022"}""", "last_signed_in_at")]
    [InlineData("""{"last_signed_in_at":"2022-02-02"}""", "last_signed_in_at")]
    [InlineData("""{"last_signed_in_at":"2022-02-02T23:45:00"}""", "last_signed_in_at")]
    [InlineData("""{"last_signed_in_at":"0001-01-01T00:00:00+14:00"}""", "last_signed_in_at")]
    public async Task A_player_that_makes_no_sense_is_a_400_that_names_the_field(string body, string field)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        JsonElement problem = await (await service.Http.PutAsync("/players/77", content)).Json();

        Assert.Equal(400, problem.GetProperty("status").GetInt32());
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _));
        using HttpResponseMessage player = await service.Http.GetAsync("/players/77");
        Assert.Equal(HttpStatusCode.NotFound, player.StatusCode);
    }

    [Fact]
    public async Task A_player_is_stored_with_its_time_in_UTC()
    {
        string body = """{"email":"a@b.example","last_signed_in_at":"2022-02-02T23:45:00.25+05:30"}""";
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        (await service.Http.PutAsync("/players/78", content)).EnsureSuccessStatusCode();

        Assert.Equal(
            """{"email":"a@b.example","last_signed_in_at":"2022-02-02T18:15:00Z"}""",
            await service.Http.GetStringAsync("/players/78"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("3601")]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("")]
    public async Task A_window_outside_an_hour_is_a_400(string window)
    {
        using HttpResponseMessage answer = await service.Http.GetAsync($"/materialize?window_size={window}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static EventBody Event(long id) =>
        new(id, 11, 101, "bet", 500, "EUR", false, new DateTimeOffset(2022, 2, 2, 23, 45, 0, TimeSpan.Zero));
}
