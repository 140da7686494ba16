using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Turnstile.Grains.Tests.Storage;
using Turnstile.Widgets;

namespace Turnstile.Grains.Tests.Widgets;

public sealed class WidgetGrainTests() : WidgetSuite(new SqliteHome())
{
    private int _made;

    [Fact]
    public async Task Serial_numbers_that_nobody_has_keep_no_grain_in_memory_for_those_who_ask_for_them()
    {
        await using WidgetHost host = await Counting();
        await Create(host, "1");
        int before = _made;

        Assert.Null(await host.Widget("2").View());
        Assert.Null(await host.Widget("2").View());
        Assert.IsType<WidgetOutcome.NoWidget>(await host.Widget("2").Delete());
        Assert.IsType<WidgetOutcome.NoWidget>(await host.Widget("2").Connect(PortType.P, "1"));
        Assert.IsType<WidgetOutcome.NoWidget>(await host.Widget("2").Disconnect(PortType.P));

        Assert.Equal(before + 5, _made);
    }

    [Fact]
    public async Task A_widget_that_is_there_is_asked_in_the_same_grain_until_it_is_deleted()
    {
        await using WidgetHost host = await Counting();
        Assert.Null(await host.Widget("1").View());
        int before = _made;

        await Create(host, "1");
        Assert.Equal("1", (await host.Widget("1").View())?.Serial);
        Assert.IsType<WidgetOutcome.NoWidget>(await host.Widget("1").Connect(PortType.P, "2"));
        Assert.IsType<WidgetOutcome.Deleted>(await host.Widget("1").Delete());
        Assert.Equal(before + 1, _made);

        Assert.Null(await host.Widget("1").View());
        Assert.Equal(before + 2, _made);
    }

    [Fact]
    public async Task Whoever_asks_for_a_widget_while_others_leave_it_sees_all_that_was_answered()
    {
        WidgetHost host = await Start();
        for (int round = 0; round < 200; round++)
        {
            Task<WidgetView?>[] before = [.. Enumerable.Range(0, 8).Select(_ => host.Widget("1").View())];
            Assert.IsType<WidgetOutcome.Created>(await Create(host, "1"));
            Assert.NotNull(await host.Widget("1").View());
            Task<WidgetView?>[] amid = [.. Enumerable.Range(0, 8).Select(_ => host.Widget("1").View())];
            Assert.IsType<WidgetOutcome.Deleted>(await host.Widget("1").Delete());
            Assert.Null(await host.Widget("1").View());
            await Task.WhenAll([.. before, .. amid]);
        }
    }

    private Task<WidgetHost> Counting() => WidgetHost.Start(
        Storage,
        services => services.AddTransient<IGrainFactory>(provider =>
        {
            // Every grain of a widget is given it.
            Interlocked.Increment(ref _made);
            return provider.GetRequiredService<IClusterClient>();
        }),
        ("Compute:Workers", "1"));
}
