using System.Net;
using System.Text;
using Turnstile.Api.Tests.Compute;

namespace Turnstile.Api.Tests.Http;

/// <summary>What pages of other sites can have a browser do to a service without keys.</summary>
public sealed class ForeignPageTests(RunningService service) : IClassFixture<RunningService>
{
    [Theory]
    [InlineData("cross-site", null)]
    [InlineData("same-site", "{0}")]
    [InlineData("same-origin, none", null)]
    [InlineData(null, "http://elsewhere.example")]
    [InlineData(null, "http://elsewhere.example, {0}")]
    [InlineData(null, "http://127.0.0.1")]
    [InlineData(null, "null")]
    public async Task A_page_of_another_site_changes_nothing(string? site, string? origin)
    {
        using HttpResponseMessage answer = await Post("foreign", site, origin);
        using HttpResponseMessage widget = await service.Http.GetAsync("/widgets/foreign");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        await answer.Problem();
        Assert.Equal(HttpStatusCode.NotFound, widget.StatusCode);
    }

    [Theory]
    [InlineData("programs", null, null)]
    [InlineData("pages", null, "{0}")]
    [InlineData("typed", "none", null)]
    [InlineData("proxied", "same-origin", "https://turnstile.example")]
    public async Task Its_own_pages_and_what_is_no_browser_do(string serial, string? site, string? origin)
    {
        using HttpResponseMessage answer = await Post(serial, site, origin);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    [Fact]
    public async Task What_changes_nothing_is_answered_whatever_page_asks()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/widgets");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        using HttpResponseMessage answer = await service.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>Sent as a browser sends it for any page, without asking first: its body does not say what it is.</summary>
    private async Task<HttpResponseMessage> Post(string serial, string? site, string? origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/widgets");
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes($$"""{"name":"W","serial_number":"{{serial}}","ports":["P"]}"""));
        if (site is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", site);
        }

        if (origin is not null)
        {
            string own = $"http://{service.Http.BaseAddress!.Authority}";
            Assert.True(request.Headers.TryAddWithoutValidation("Origin", string.Format(origin, own)));
        }

        return await service.Http.SendAsync(request);
    }
}
