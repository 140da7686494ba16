using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Turnstile.Api.Tests.Widgets;

public sealed class WidgetTests(RunningService service) : IClassFixture<RunningService>
{
    private HttpClient Http => service.Http;

    [Fact]
    public async Task A_widget_is_made_once_and_shown_with_its_free_ports()
    {
        using HttpResponseMessage made = await Http.Create("made", "R", "P");
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.Equal("/widgets/made", made.Headers.Location?.ToString());
        JsonElement widget = await Http.GetFromJsonAsync<JsonElement>(made.Headers.Location);
        Assert.Equal(
            """{"name":"widget made","serial_number":"made","ports":["P","R"],"connections":{"P":null,"R":null}}""",
            widget.GetRawText());
        await Http.Create("made", "P", "R").Body(HttpStatusCode.OK);
        await Http.Create("made", "P").Body(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_connection_has_two_ends_and_takes_both_ports_from_whoever_had_them()
    {
        foreach (string serial in new[] { "c1", "c2", "c3", "c4" })
        {
            await Http.Create(serial, "P", "Q").Body(HttpStatusCode.Created);
        }

        await Http.Connect("P", "c1", "c2").Body(HttpStatusCode.OK);
        await Http.Connect("P", "c3", "c4").Body(HttpStatusCode.OK);
        JsonElement both = await Http.Connect("P", "c1", "c3").Body(HttpStatusCode.OK);
        Assert.Equal("c3", both.GetProperty("widget").GetProperty("connections").GetProperty("P").GetString());
        Assert.Equal("c1", both.GetProperty("peer_widget").GetProperty("connections").GetProperty("P").GetString());
        Assert.Null(await Http.Peer("c2", "P"));
        Assert.Null(await Http.Peer("c4", "P"));

        await Http.DeleteAsync("/widgets/c3/associations/P").Body(HttpStatusCode.NoContent);
        Assert.Null(await Http.Peer("c1", "P"));
        await Http.DeleteAsync("/widgets/c1/associations/P").Body(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_deleted_widget_is_gone_and_its_peers_are_free()
    {
        await Http.Create("d1", "P").Body(HttpStatusCode.Created);
        await Http.Create("d2", "P").Body(HttpStatusCode.Created);
        await Http.Connect("P", "d1", "d2").Body(HttpStatusCode.OK);
        await Http.DeleteAsync("/widgets/d1").Body(HttpStatusCode.NoContent);
        Assert.Null(await Http.Peer("d2", "P"));
        await Http.GetAsync("/widgets/d1").Body(HttpStatusCode.NotFound);
        await Http.DeleteAsync("/widgets/d1").Body(HttpStatusCode.NotFound);
        await Http.Connect("P", "d2", "d1").Body(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("/")]
    [InlineData("a%2Fb")]
    [InlineData("100%")]
    [InlineData("?x=1#y")]
    [InlineData("ü 日本 🦆")]
    [InlineData("'; DROP TABLE widgets; --")]
    [InlineData("..x")]
    [InlineData("batch")]
    [InlineData("associations")]
    [InlineData("\"\\<>&+")]
    public async Task A_widget_of_any_serial_number_can_be_asked_for(string serial)
    {
        using HttpResponseMessage made = await Http.Create(serial, "P", "Q");
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        await Http.Create($"peer of {serial}", "Q").Body(HttpStatusCode.Created);
        await Http.Connect("Q", $"peer of {serial}", serial).Body(HttpStatusCode.OK);
        JsonElement widget = await Http.GetFromJsonAsync<JsonElement>(made.Headers.Location);
        Assert.Equal(serial, widget.GetProperty("serial_number").GetString());
        Assert.Equal(serial, await Http.Peer($"peer of {serial}", "Q"));
        await Http.DeleteAsync($"{made.Headers.Location}/associations/Q").Body(HttpStatusCode.NoContent);
        await Http.DeleteAsync(made.Headers.Location).Body(HttpStatusCode.NoContent);
        await Http.GetAsync(made.Headers.Location).Body(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Widgets_are_listed_a_page_at_a_time()
    {
        foreach (string serial in new[] { "zz list 3", "zz list 1", "zz list 2" })
        {
            await Http.Create(serial, "P").Body(HttpStatusCode.Created);
        }

        JsonElement first = await Http.GetAsync("/widgets?limit=2&after=zz%20list").Body(HttpStatusCode.OK);
        Assert.Equal(["zz list 1", "zz list 2"], Serials(first));
        string next = Uri.EscapeDataString(first.GetProperty("next").GetString()!);
        JsonElement last = await Http.GetAsync($"/widgets?limit=2&after={next}").Body(HttpStatusCode.OK);
        Assert.Equal(["zz list 3"], Serials(last));
        Assert.Equal(JsonValueKind.Null, last.GetProperty("next").ValueKind);
    }

    private static IEnumerable<string?> Serials(JsonElement page) =>
        page.GetProperty("items").EnumerateArray().Select(widget => widget.GetProperty("serial_number").GetString());
}
