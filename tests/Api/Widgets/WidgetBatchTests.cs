using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Turnstile.Api.Tests.Widgets;

public sealed class WidgetBatchTests(RunningService service) : IClassFixture<RunningService>
{
    private HttpClient Http => service.Http;

    [Fact]
    public async Task Every_line_that_can_be_done_is_done_and_every_line_is_answered()
    {
        JsonElement made = await Batch(HttpMethod.Post, "/widgets/batch", """
            {"name":"n","serial_number":"b1","ports":["P"]}

            not json
            {"name":"n","serial_number":"b2","ports":["P"]}
            {"name":"n","serial_number":"b1","ports":["P"]}
            {"name":"other","serial_number":"b1","ports":["P"]}
            {"name":"n","serial_number":"b3","ports":["p"]}
            """).Body(HttpStatusCode.OK);
        Assert.Equal("1:201 3:400 4:201 5:200 6:409 7:400", Lines(made));
        Assert.Equal((3, 3), (made.GetProperty("succeeded").GetInt32(), made.GetProperty("failed").GetInt32()));

        JsonElement connected = await Batch(HttpMethod.Put, "/widgets/associations/batch", """
            {"port_type":"P","widget_serial_num":"b1","peer_widget_serial_num":"b2"}
            {"port_type":"P","widget_serial_num":"b1","peer_widget_serial_num":"nobody"}
            {"port_type":"Q","widget_serial_num":"b1","peer_widget_serial_num":"b2"}
            {"port_type":"P","widget_serial_num":"b1","peer_widget_serial_num":"b1"}
            """).Body(HttpStatusCode.OK);
        Assert.Equal("1:200 2:404 3:422 4:422", Lines(connected));
        Assert.Equal(("b2", "b1"), (await Http.Peer("b1", "P"), await Http.Peer("b2", "P")));
    }

    [Fact]
    public async Task A_batch_may_be_an_array()
    {
        JsonElement made = await Http.Send(HttpMethod.Post, "/widgets/batch", """
            [{"name":"n","serial_number":"a1","ports":["P"]}, 5, {"name":"n","serial_number":"a2","ports":["P"]}]
            """).Body(HttpStatusCode.OK);
        Assert.Equal("1:201 2:400 3:201", Lines(made));
    }

    [Theory]
    [InlineData("""["P"]""")]
    [InlineData("""{"a":["P"],"b":{}}""")]
    [InlineData("[]")]
    [InlineData("{}")]
    public async Task A_line_whose_port_is_no_text_hides_none_of_those_behind_it(string port)
    {
        string good = """{"port_type":"P","widget_serial_num":"nobody","peer_widget_serial_num":"no one"}""";
        string bad = good.Replace("\"P\"", port, StringComparison.Ordinal);
        JsonElement answer = await Http.Send(HttpMethod.Put, "/widgets/associations/batch", $"[{bad},{good},{good}]")
            .Body(HttpStatusCode.OK);
        Assert.Equal("1:400 2:404 3:404", Lines(answer));
        Assert.DoesNotContain("Is required", answer.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n \n")]
    [InlineData("[]")]
    [InlineData("""[{"name":"n","serial_number":"broken","ports":["P"]},""")]
    public async Task A_body_without_lines_or_of_a_broken_array_does_nothing(string body)
    {
        await Http.Send(HttpMethod.Post, "/widgets/batch", body).Body(HttpStatusCode.BadRequest);
        await Http.GetAsync("/widgets/broken").Body(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Ten_thousand_lines_are_done_and_one_more_are_refused_as_a_whole()
    {
        string lines = string.Concat(Enumerable.Range(0, 10_000).Select(
            i => $$"""{"name":"n","serial_number":"many {{i}}","ports":["P"]}""" + "\n"));
        string more = lines + """{"name":"n","serial_number":"one too many","ports":["P"]}""";
        await Batch(HttpMethod.Post, "/widgets/batch", more).Body(HttpStatusCode.BadRequest);
        await Http.GetAsync("/widgets/many%200").Body(HttpStatusCode.NotFound);
        JsonElement made = await Batch(HttpMethod.Post, "/widgets/batch", lines).Body(HttpStatusCode.OK);
        Assert.Equal(10_000, made.GetProperty("succeeded").GetInt32());
        await Http.GetAsync("/widgets/many%209999").Body(HttpStatusCode.OK);
    }

    private static string Lines(JsonElement answer) => string.Join(' ', answer.GetProperty("results").EnumerateArray().Select(
        line => $"{line.GetProperty("line").GetInt32()}:{line.GetProperty("status").GetInt32()}"));

    private Task<HttpResponseMessage> Batch(HttpMethod method, string path, string body)
    {
        var content = new StringContent(body, Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        return Http.SendAsync(new HttpRequestMessage(method, path) { Content = content });
    }
}
