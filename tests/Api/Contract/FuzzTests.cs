using System.Net;
using Turnstile.Fuzz;
using Turnstile.Harness;

namespace Turnstile.Api.Tests.Contract;

/// <summary>The whole contract asked wrongly; <c>tests/Load fuzz</c> does the same with many more requests.</summary>
public sealed class FuzzTests
{
    private const int Requests = 4_000;
    private const int Seed = 20260102;

    [Fact]
    public async Task No_request_however_broken_causes_an_error_of_the_service()
    {
        // Fuzzed numbers are not to be factored for hours.
        await using var service = new ServiceProcess("--Compute:NumberDigitsMax=50", "--Logging:LogLevel:Default=Warning");
        await service.Start();
        Fuzz.Contract contract = Fuzz.Contract.Parse(await service.Http.GetStringAsync("/openapi/v1.json"));
        var run = new FuzzRun(new RequestMaker(contract, Seed), new IPEndPoint(IPAddress.Loopback, service.Address.Port));

        await run.Send(0, Requests, connections: 8);

        Assert.True(run.Findings.Count == 0, $"{string.Join("\n\n", run.Findings)}\n{service.Log}");
        Assert.Equal(Requests, run.Statuses.Values.Sum());
        // Not only refused: a good part was understood and done.
        Assert.InRange(run.Statuses.Where(status => status.Key is >= 200 and < 300).Sum(status => status.Value), Requests / 10, Requests);
        Assert.Equal("ok", await service.Http.GetStringAsync("/health/ready"));
    }
}
