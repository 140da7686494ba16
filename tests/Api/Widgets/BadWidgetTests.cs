using System.Net;
using System.Text.Json;

namespace Turnstile.Api.Tests.Widgets;

public sealed class BadWidgetTests(RunningService service) : IClassFixture<RunningService>
{
    private static readonly string SixtyFive = new('x', 65);

    private HttpClient Http => service.Http;

    public static TheoryData<string, string> BadWidgets => new()
    {
        { """{"name":"n","serial_number":"s","ports":["X"]}""", "ports" },
        { """{"name":"n","serial_number":"s","ports":["p"]}""", "ports" },
        { """{"name":"n","serial_number":"s","ports":["P","P"]}""", "ports" },
        { """{"name":"n","serial_number":"s","ports":["P","R","Q","P"]}""", "ports" },
        { """{"name":"n","serial_number":"s","ports":[]}""", "ports" },
        { """{"name":"n","serial_number":"s","ports":"P"}""", "ports" },
        { """{"name":"n","serial_number":"s","ports":[{"P":1}]}""", "ports" },
        { """{"name":"n","serial_number":"s"}""", "ports" },
        { """{"name":"n","serial_number":"","ports":["P"]}""", "serial_number" },
        { $$"""{"name":"n","serial_number":"{{SixtyFive}}","ports":["P"]}""", "serial_number" },
        { """{"name":"n","serial_number":"..","ports":["P"]}""", "serial_number" },
        { """{"name":"n","serial_number":7,"ports":["P"]}""", "serial_number" },
        { """{"name":"n","serial_number":null,"ports":["P"]}""", "serial_number" },
        { """{"name":"n","serial_number":"\u0000","ports":["P"]}""", "serial_number" },
        { """{"name":"n","serial_number":"\ud83e","ports":["P"]}""", "serial_number" },
        { $$"""{"name":"{{SixtyFive}}","serial_number":"s","ports":["P"]}""", "name" },
        { """{"name":"","serial_number":"s","ports":["P"]}""", "name" },
        { """{"serial_number":"s","ports":["P"]}""", "name" },
        { """{"name":"n","serial_number":"s","ports":["P"]} and more""", "body" },
        { """["name"]""", "body" },
        { "", "body" },
    };

    public static TheoryData<string, string> BadAssociations => new()
    {
        { """{"port_type":"p","widget_serial_num":"1","peer_widget_serial_num":"2"}""", "port_type" },
        { """{"port_type":"X","widget_serial_num":"1","peer_widget_serial_num":"2"}""", "port_type" },
        { """{"port_type":["P"],"widget_serial_num":"1","peer_widget_serial_num":"2"}""", "port_type" },
        { """{"widget_serial_num":"1","peer_widget_serial_num":"2"}""", "port_type" },
        { """{"port_type":"P","widget_serial_num":"","peer_widget_serial_num":"2"}""", "widget_serial_num" },
        { """{"port_type":"P","widget_serial_num":"1"}""", "peer_widget_serial_num" },
        { """{"port_type":"P","widget_serial_num":"1","peer_widget_serial_num":2}""", "peer_widget_serial_num" },
    };

    [Theory]
    [MemberData(nameof(BadWidgets))]
    public async Task A_widget_that_cannot_be_is_refused_by_its_bad_field(string body, string field)
    {
        JsonElement problem = await Http.Send(HttpMethod.Post, "/widgets", body).Body(HttpStatusCode.BadRequest);
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
        await Http.GetAsync("/widgets/s").Body(HttpStatusCode.NotFound);
    }

    [Theory]
    [MemberData(nameof(BadAssociations))]
    public async Task A_connection_that_cannot_be_is_refused_by_its_bad_field(string body, string field)
    {
        JsonElement problem = await Http.Send(HttpMethod.Put, "/widgets/associations", body).Body(HttpStatusCode.BadRequest);
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
    }

    [Fact]
    public async Task A_connection_that_a_widget_cannot_have_changes_nothing()
    {
        await Http.Create("u1", "P", "R").Body(HttpStatusCode.Created);
        await Http.Create("u2", "P").Body(HttpStatusCode.Created);
        await Http.Connect("P", "u1", "u2").Body(HttpStatusCode.OK);
        await Http.Connect("P", "u1", "u1").Body(HttpStatusCode.UnprocessableEntity);
        await Http.Connect("R", "u1", "u2").Body(HttpStatusCode.UnprocessableEntity);
        await Http.Connect("R", "u2", "u1").Body(HttpStatusCode.UnprocessableEntity);
        await Http.Connect("P", "u1", "nobody").Body(HttpStatusCode.NotFound);
        await Http.Connect("P", "nobody", "u1").Body(HttpStatusCode.NotFound);
        Assert.Equal(("u2", "u1", null), (await Http.Peer("u1", "P"), await Http.Peer("u2", "P"), await Http.Peer("u1", "R")));
    }

    [Theory]
    [InlineData("/widgets/%FF")]
    [InlineData("/widgets/%20")]
    [InlineData("/widgets/%00")]
    [InlineData("/widgets/%")]
    [InlineData("/widgets?limit=0")]
    [InlineData("/widgets?limit=1001")]
    [InlineData("/widgets?after=")]
    public async Task A_path_that_names_no_possible_widget_is_refused(string path)
    {
        using HttpResponseMessage answer = await Http.GetAsync(new Uri(service.Http.BaseAddress + path[1..], new UriCreationOptions
        {
            DangerousDisablePathAndQueryCanonicalization = true,
        }));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task An_unknown_port_in_a_path_is_refused()
    {
        await Http.DeleteAsync("/widgets/any/associations/p").Body(HttpStatusCode.BadRequest);
        await Http.DeleteAsync("/widgets/any/associations/P").Body(HttpStatusCode.NotFound);
    }
}
