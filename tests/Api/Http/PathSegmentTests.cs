using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Turnstile.Api.Http;

namespace Turnstile.Api.Tests.Http;

public sealed class PathSegmentTests
{
    [Theory]
    [InlineData("/widgets/a%2Fb", "a/b")]
    [InlineData("/widgets/a%2Fb?x=/y/z", "a/b")]
    [InlineData("http://turnstile.example/widgets/a%2Fb", "a/b")]
    [InlineData("http://turnstile.example:80/widgets/a%2Fb", "a/b")]
    [InlineData("HTTP://T/widgets/a%2Fb", "a/b")]
    [InlineData("http://t/widgets/a%2Fb", "a/b")]
    [InlineData("http://[::1]:8080/widgets/a%252Fb", "a%2Fb")]
    public void A_name_is_read_from_the_path_in_whatever_form_that_is_sent(string target, string name)
    {
        var context = new DefaultHttpContext();
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = target;

        Assert.True(PathSegment.TryRead(context, "a%2Fb", out string? read));

        Assert.Equal(name, read);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("http://t")]
    [InlineData("/widgets")]
    [InlineData("/widgets/../a%2Fb")]
    public void Where_there_is_none_none_is_read(string target)
    {
        var context = new DefaultHttpContext();
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = target;

        Assert.False(PathSegment.TryRead(context, "a%2Fb", out _));
    }
}
