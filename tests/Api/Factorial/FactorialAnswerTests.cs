using Microsoft.AspNetCore.Http;
using Turnstile.Api.Factorial;

namespace Turnstile.Api.Tests.Factorial;

public sealed class FactorialAnswerTests
{
    [Theory]
    [InlineData(true, "text/plain")]
    [InlineData(true, "text/plain", "application/json;q=0.5")]
    [InlineData(false, "text/plain;q=0.5", "application/json")]
    [InlineData(false, "application/json", "image/png")]
    [InlineData(false)]
    public void What_is_accepted_may_be_said_in_one_header_or_in_several(bool digits, params string[] accepted)
    {
        HttpRequest request = new DefaultHttpContext().Request;
        request.Headers.Accept = accepted;

        Assert.Equal(digits, FactorialAnswer.WantsDigits(request));
    }
}
