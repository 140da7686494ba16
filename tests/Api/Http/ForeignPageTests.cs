using System.Net;
using System.Text;
using Turnstile.Api.Tests.Compute;
using Turnstile.Harness;

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
        using HttpResponseMessage answer = await Post(service.Http, "foreign", site, origin);
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
        using HttpResponseMessage answer = await Post(service.Http, serial, site, origin);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    [Fact]
    public async Task A_page_whose_name_was_pointed_at_this_machine_changes_nothing()
    {
        string rebound = $"rebound.example:{service.Http.BaseAddress!.Port}";
        using HttpResponseMessage answer = await Post(service.Http, "rebound", null, $"http://{rebound}", rebound);
        using HttpResponseMessage late = await Post(service.Http, "rebound", "same-origin", $"http://{rebound}", rebound);
        using HttpResponseMessage widget = await service.Http.GetAsync("/widgets/rebound");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, late.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, widget.StatusCode);
    }

    [Theory]
    [InlineData("here", "localhost:{0}", true)]
    [InlineData("a-name-of-here", "console.localhost:{0}", true)]
    [InlineData("behind-a-proxy", "turnstile.example", true)]
    [InlineData("behind-a-proxy-at-a-port", "turnstile.example:1", true)]
    [InlineData("from-a-container", "host.docker.internal:{0}", false)]
    public async Task Its_own_pages_do_under_the_names_that_lead_here_and_through_proxies(string serial, string host, bool isPage)
    {
        string name = string.Format(host, service.Http.BaseAddress!.Port);
        using HttpResponseMessage answer = await Post(service.Http, serial, null, isPage ? $"http://{name}" : null, name);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    [Fact]
    public async Task Pages_of_a_host_that_is_named_do_and_other_hosts_are_refused()
    {
        await using var named = new ServiceProcess("--AllowedHosts=turnstile.test;127.0.0.1");
        await named.Start();
        string own = $"turnstile.test:{named.Address.Port}";
        string other = $"rebound.example:{named.Address.Port}";
        using HttpResponseMessage answer = await Post(named.Http, "named", null, $"http://{own}", own);
        using HttpResponseMessage refused = await Post(named.Http, "other", null, $"http://{other}", other);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
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
    private static async Task<HttpResponseMessage> Post(
        HttpClient http, string serial, string? site, string? origin, string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/widgets");
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes($$"""{"name":"W","serial_number":"{{serial}}","ports":["P"]}"""));
        if (site is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", site);
        }

        if (origin is not null)
        {
            string own = $"http://{http.BaseAddress!.Authority}";
            Assert.True(request.Headers.TryAddWithoutValidation("Origin", string.Format(origin, own)));
        }

        request.Headers.Host = host;
        return await http.SendAsync(request);
    }
}
