using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Orleans.Serialization;
using Turnstile.Grains.Storage;
using Turnstile.Silo;

namespace Turnstile.Cluster.Tests;

/// <summary>Between processes faults are bytes; a gateway has to know what they mean all the same.</summary>
public sealed class FaultTests
{
    [Fact]
    public void A_fault_reaches_a_gateway_as_what_it_is_whatever_caused_it()
    {
        using IHost silo = Composed(builder => builder.AddTurnstileSilo());
        using IHost gateway = Composed(builder => builder.AddTurnstile());
        var cause = new PostgresException("the database system is starting up", "FATAL", "FATAL", PostgresErrorCodes.CannotConnectNow);
        var fault = new StorageUnavailableException("PostgreSQL cannot be used", cause);

        byte[] sent = silo.Services.GetRequiredService<Serializer>().SerializeToArray<Exception>(fault);
        Exception? got = gateway.Services.GetRequiredService<Serializer>().Deserialize<Exception>(sent);

        Assert.Equal(fault.Message, Assert.IsType<StorageUnavailableException>(got).Message);
        Assert.Contains(cause.MessageText, got!.InnerException?.Message, StringComparison.Ordinal);
    }

    private static IHost Composed(Action<IHostApplicationBuilder> compose)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("Cluster:Redis", "127.0.0.1:1")]);
        compose(builder);
        return builder.Build();
    }
}
