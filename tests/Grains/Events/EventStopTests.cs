using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Turnstile.Events;
using Turnstile.Grains.Events;
using Turnstile.Grains.Tests.Compute;

namespace Turnstile.Grains.Tests.Events;

public sealed class EventStopTests : IDisposable
{
    // More steps than may wait for the output together with those that it may have taken already.
    private const int Many = 100;

    // One that waits for its place has been counted before.
    private const int Waiting = 33;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly DateTimeOffset Date = new(2022, 2, 2, 23, 45, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("turnstile-events-").FullName;
    private int _starts;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_output_that_stands_still_keeps_no_service_from_its_end_and_gets_all_after_the_next_start()
    {
        File.CreateSymbolicLink(Output(1), "/dev/full");
        await using ComputeHost host = await Started(_ => { });
        await Submit(host);
        await Until(host, "a partition waits for the output", total => total >= Waiting);

        await host.Restart().WaitAsync(Patience);

        await Until(host, "everything is counted", total => total == Many);
        using var late = new CancellationTokenSource(Patience, TimeProvider.System);
        string[] lines;
        while ((lines = await File.ReadAllLinesAsync(Output(2))).Length < Many)
        {
            Assert.False(late.IsCancellationRequested, "The output never got everything.");
        }

        Assert.Equal(Enumerable.Range(1, Many), lines.Select(line => int.Parse(line.Split(':', ',')[1])));
    }

    [Fact]
    public async Task Totals_are_answered_after_a_start_whose_output_stands_still()
    {
        File.CreateSymbolicLink(Output(1), "/dev/full");
        await using ComputeHost host = await Started(services =>
        {
            if (_starts > 1)
            {
                services.Remove(services.Single(IsOutput));
            }
        });
        await Submit(host);
        await Until(host, "a partition waits for the output", total => total >= Waiting);

        await host.StartAfterKill();

        Assert.InRange((await host.Grains.GetGrain<IEventsGrain>(0).Materialise(60)).Total, Waiting, Many);
    }

    // Each start has a file of its own.
    private string Output(int start) => Path.Combine(_folder, $"{start}.jsonl");

    // Of a service without it steps find their places, and nobody takes them.
    private static bool IsOutput(ServiceDescriptor service) =>
        service.ServiceType == typeof(IHostedService)
        && service.ImplementationFactory?.GetType().GenericTypeArguments[1] == typeof(EventOutput);

    private Task<ComputeHost> Started(Action<IServiceCollection> configure) => ComputeHost.Started(
        services =>
        {
            string output = Output(++_starts);
            services.PostConfigure<EventsOptions>(options => options.Output = output);
            services.Configure<HostOptions>(options => options.ShutdownTimeout = 2 * Patience);
            configure(services);
        },
        "--Compute:Workers=1",
        "--Events:StepMax=1");

    // One after another: each is a step of its own. Of one player: one partition has all. In euros: there is no source of rates.
    private static async Task Submit(ComputeHost host)
    {
        for (int id = 1; id <= Many; id++)
        {
            await host.Grains.GetGrain<IEventsGrain>(0).Submit(
            [
                new CasinoEvent
                {
                    Id = id, PlayerId = 1, GameId = 100, Type = EventType.Bet, Amount = 1, Currency = "EUR", CreatedAt = Date,
                },
            ]);
        }
    }

    private static async Task Until(ComputeHost host, string what, Func<long, bool> isSo)
    {
        using var late = new CancellationTokenSource(Patience, TimeProvider.System);
        while (!isSo((await host.Grains.GetGrain<IEventsGrain>(0).Materialise(60)).Total))
        {
            Assert.False(late.IsCancellationRequested, $"Waited in vain until {what}.");
        }
    }
}
