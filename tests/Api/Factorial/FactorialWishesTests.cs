using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Orleans;
using Turnstile.Api.Factorial;
using Turnstile.Factorial;
using Turnstile.Grains.Factorial;
using Turnstile.Grains.Storage;

namespace Turnstile.Api.Tests.Factorial;

public sealed class FactorialWishesTests
{
    private static readonly IOptions<FactorialOptions> Options = Microsoft.Extensions.Options.Options.Create(new FactorialOptions());

    [Fact]
    public async Task What_cannot_be_taken_in_of_a_batch_is_refused_and_the_rest_is_answered_as_taken()
    {
        var answer = Assert.IsType<JsonHttpResult<FactorialBatchBody>>(await Ask("[7,8,9]", fails: number => number == 8));
        Assert.Equal((StatusCodes.Status202Accepted, 2), (answer.StatusCode, answer.Value!.Accepted));
        Assert.Equal(["calculating", "refused", "calculating"], answer.Value.Items.Select(item => item.Status));
        Assert.Equal(["7", "8", "9"], answer.Value.Items.Select(item => item.Number));
    }

    [Fact]
    public async Task A_batch_of_which_nothing_can_be_taken_in_fails_as_a_single_number_does() =>
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Ask("[7,8]", fails: _ => true));

    private static Task<IResult> Ask(string numbers, Func<long, bool> fails)
    {
        var context = new DefaultHttpContext();
        context.Request.ContentType = "application/json";
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes($$"""{"numbers":{{numbers}}}"""));
        IGrainFactory grains = Double.Of<IGrainFactory>(of => Double.Of<IFactorialGrain>(_ => fails((long)of[0]!)
            ? Task.FromException<FactorialAsked>(new StorageUnavailableException("The disk is full."))
            : Task.FromResult<FactorialAsked>(new FactorialAsked.Taken { View = Begun((int)(long)of[0]!) })));
        return FactorialWishes.AskMany(
            context, grains, new FactorialRequestReader(new FactorialNumbers(Options), Options), new FactorialCounts(), null!);
    }

    private static FactorialView Begun(int number) => new()
    {
        Number = number, Status = FactorialStatus.Calculating, Job = 1, CreatedAt = DateTimeOffset.UnixEpoch,
    };
}
