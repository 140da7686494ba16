using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Turnstile.Api.Http;
using Turnstile.Api.Keys;
using Turnstile.Api.Limits;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Limits;

public sealed class RateGateTests
{
    [Fact]
    public async Task An_account_at_its_rate_gains_nothing_by_callers_that_ask_once_each()
    {
        var gate = new RateGate(
            Options.Create(new LimitOptions { CallerPerSecond = 0.01, CallerBurst = 1, AccountPerSecond = 0.01, AccountBurst = 2 }),
            new ManualTime());

        int[] statuses = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Ask(gate, "north", $"caller-{i}")));

        Assert.Equal(
            [StatusCodes.Status200OK, StatusCodes.Status200OK, StatusCodes.Status429TooManyRequests, StatusCodes.Status429TooManyRequests],
            statuses);
        Assert.Equal(StatusCodes.Status200OK, await Ask(gate, "south", "caller-0"));
    }

    private static async Task<int> Ask(RateGate gate, string account, string caller)
    {
        await using ServiceProvider services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services };
        context.Features.Set(new Identity(account, false));
        context.Request.Headers[Requester.Header] = caller;
        await gate.Enter(context, _ => Task.CompletedTask);
        return context.Response.StatusCode;
    }
}
