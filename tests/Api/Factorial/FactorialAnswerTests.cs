using Microsoft.AspNetCore.Http;
using Turnstile.Api.Factorial;

namespace Turnstile.Api.Tests.Factorial;

public sealed class FactorialAnswerTests
{
    [Theory]
    [InlineData(true, "text/plain")]
    [InlineData(true, "application/xml, text/plain")]
    [InlineData(true, "application/xml", "text/plain")]
    [InlineData(true, "application/json;q=0.5", "text/plain;q=0.8")]
    [InlineData(false, "text/plain;q=0.5", "application/json")]
    [InlineData(false, "text/plain;q=0")]
    [InlineData(false, "text/html", "*/*")]
    [InlineData(false)]
    public void Who_would_rather_have_the_digits_alone_may_say_so_in_one_line_or_in_several(bool digits, params string[] lines)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Accept = lines;

        Assert.Equal(digits, FactorialAnswer.WantsDigits(context.Request));
    }
}
