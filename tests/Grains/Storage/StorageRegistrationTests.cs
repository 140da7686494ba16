using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Tests.Storage;

public sealed class StorageRegistrationTests : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"turnstile-test-{Guid.NewGuid():N}");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task The_database_is_open_before_other_services_start_and_closed_after_they_stop()
    {
        HostApplicationBuilder builder = Builder([]);
        builder.Services.AddHostedService<Writer>();
        builder.Services.AddStorage(builder.Configuration);
        using IHost host = builder.Build();
        await host.StartAsync();
        await host.StopAsync();
        var database = host.Services.GetRequiredService<Database>();
        await Assert.ThrowsAsync<StorageUnavailableException>(database.Ping);
    }

    [Fact]
    public async Task A_setting_out_of_range_stops_the_start()
    {
        HostApplicationBuilder builder = Builder(new() { ["Storage:PendingWritesMax"] = "0" });
        builder.Services.AddStorage(builder.Configuration);
        using IHost host = builder.Build();
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains("PendingWritesMax", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_string_chooses_PostgreSQL()
    {
        HostApplicationBuilder builder = Builder(new() { ["ConnectionStrings:Turnstile"] = "Host=127.0.0.1" });
        builder.Services.AddStorage(builder.Configuration);
        using IHost host = builder.Build();
        Assert.Equal(Dialect.Postgres, host.Services.GetRequiredService<Database>().Dialect);
    }

    [Fact]
    public void A_blank_connection_string_is_none_for_all_that_store_something()
    {
        HostApplicationBuilder builder = Builder(new() { ["ConnectionStrings:Turnstile"] = " " });
        builder.Services.AddStorage(builder.Configuration);
        using IHost host = builder.Build();
        Assert.Null(host.Services.GetRequiredService<IOptions<StorageOptions>>().Value.ConnectionString);
        Assert.Equal(Dialect.Sqlite, host.Services.GetRequiredService<Database>().Dialect);
    }

    private HostApplicationBuilder Builder(Dictionary<string, string?> settings)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        settings["Storage:Path"] = Path.Combine(_folder, "turnstile.db");
        builder.Configuration.AddInMemoryCollection(settings);
        return builder;
    }

    private sealed class Writer(Database database) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => database.Ping();

        public Task StopAsync(CancellationToken cancellationToken) => database.Ping();
    }
}
