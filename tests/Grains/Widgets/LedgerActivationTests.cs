using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Turnstile.Silo;
using Turnstile.Widgets;

namespace Turnstile.Grains.Tests.Widgets;

public sealed class LedgerActivationTests
{
    [Fact]
    public void The_ledger_may_read_its_log_for_as_long_as_the_start_waits_for_it()
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.AddTurnstileSilo();
        using IHost host = builder.Build();
        TimeSpan given = host.Services.GetRequiredService<IOptions<GrainCollectionOptions>>().Value.ActivationTimeout;
        TimeSpan? waited = typeof(IWidgetLedgerGrain).GetMethod(nameof(IWidgetLedgerGrain.Recover))!
            .GetCustomAttribute<ResponseTimeoutAttribute>()!.Timeout;
        Assert.True(given >= waited, $"It is given {given} and waited for {waited}.");
    }
}
