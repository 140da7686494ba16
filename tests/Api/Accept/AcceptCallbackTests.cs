using Turnstile.Harness;

namespace Turnstile.Api.Tests.Accept;

public sealed class AcceptCallbackTests : IAsyncLifetime
{
    private Endpoint _endpoint = null!;

    private string Address => $"http://127.0.0.1:{_endpoint.Port}/hook?from=test";

    public async Task InitializeAsync() => _endpoint = await Endpoint.Start();

    public async Task DisposeAsync() => await _endpoint.DisposeAsync();

    [Fact]
    public async Task The_count_is_posted_to_the_endpoint_once_for_each_request()
    {
        await using var service = new ServiceProcess("--Accept:CallbackAllow=127.0.0.1");
        await service.Start();
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal("ok", await service.Http.GetStringAsync($"/api/verve/accept?id=1&endpoint={Uri.EscapeDataString(Address)}"));
            Assert.Matches("""^POST /hook\?from=test {"minute":"\d{4}-\d\d-\d\dT\d\d:\d\d:00Z","unique_ids":1}$""", await _endpoint.Next());
        }

        Assert.Equal(2, _endpoint.Count);
        await Logged(service, "was answered 200");
    }

    [Fact]
    public async Task With_GET_the_count_is_in_the_query()
    {
        await using var service = new ServiceProcess("--Accept:CallbackAllow:0=127.0.0.0/8", "--Accept:CallbackMethod=GET");
        await service.Start();
        await service.Http.GetStringAsync($"/api/verve/accept?id=1&endpoint={Uri.EscapeDataString(Address)}");
        Assert.Equal("GET /hook?from=test&count=1", await _endpoint.Next());
    }

    [Fact]
    public async Task Without_leave_the_endpoint_is_not_called_and_the_refusal_is_logged()
    {
        await using var service = new ServiceProcess();
        await service.Start();
        Assert.Equal("ok", await service.Http.GetStringAsync($"/api/verve/accept?id=1&endpoint={Uri.EscapeDataString(Address)}"));
        await Logged(service, "was refused: 127.0.0.1");
        Assert.Equal(0, _endpoint.Count);
    }

    private static async Task Logged(ServiceProcess service, string text)
    {
        DateTimeOffset end = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(30);
        while (!service.Log.Contains(text, StringComparison.Ordinal))
        {
            Assert.True(TimeProvider.System.GetUtcNow() < end, $"Waited 30 s for '{text}' in the log:\n{service.Log}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }
}
