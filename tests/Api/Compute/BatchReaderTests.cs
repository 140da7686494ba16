using System.Buffers;
using System.Text;
using Microsoft.Extensions.Options;
using Turnstile.Api.Compute;
using Turnstile.Api.Http;
using Turnstile.Grains.Compute;

namespace Turnstile.Api.Tests.Compute;

public sealed class BatchReaderTests
{
    private readonly IOptions<ComputeOptions> _options = Options.Create(new ComputeOptions { BatchMax = 2 });

    [Theory]
    [InlineData("x\nx\nx", new[] { "line 1", "line 2", "body" })]
    [InlineData("{}\n\n{}\n{}", new[] { "line 1.number", "line 3.number", "body" })]
    [InlineData("[{},{},{},{broken", new[] { "[0].number", "[1].number", "body" })]
    [InlineData("[1,2,3]", new[] { "[0]", "[1]", "body" })]
    [InlineData("x\nx", new[] { "line 1", "line 2" })]
    public void A_batch_is_read_no_further_than_it_may_be_long_however_bad_it_is(string body, string[] fields)
    {
        var errors = new FieldErrors();
        var reader = new BatchReader(new ComputeRequestReader(_options), _options);

        reader.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(body)), errors);

        Assert.Equal(fields, errors.ToDictionary().Keys);
    }
}
