using Npgsql;

namespace Turnstile.Harness;

/// <summary>
/// The PostgreSQL server of the tests, named by <c>TURNSTILE_TEST_POSTGRES</c>: a connection string of a role that may
/// create databases. Without it the tests that need one are skipped by name, except in CI, where they fail.
/// </summary>
public static class PostgresServer
{
    public const string Variable = "TURNSTILE_TEST_POSTGRES";

    private static string? Connection => Environment.GetEnvironmentVariable(Variable);

    /// <summary>Why tests on PostgreSQL are skipped; null where they run.</summary>
    public static string? SkipReason =>
        string.IsNullOrEmpty(Connection) && Environment.GetEnvironmentVariable("CI") != "true"
            ? $"{Variable} names no PostgreSQL server"
            : null;

    /// <summary>A new, empty database of its own.</summary>
    /// <exception cref="InvalidOperationException">No server is named.</exception>
    public static async Task<PostgresDatabase> CreateDatabase()
    {
        string server = Connection is { Length: > 0 } named
            ? named
            : throw new InvalidOperationException($"{Variable} names no PostgreSQL server; CI skips no test.");
        string name = $"turnstile_test_{Guid.NewGuid():N}";
        await Execute(server, $"CREATE DATABASE {name}");
        return new PostgresDatabase(server, name);
    }

    internal static async Task Execute(string connectionString, string sql)
    {
        // Pooled connections would be counted against the server long after the test that needed them.
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>A database that exists until it is disposed.</summary>
public sealed class PostgresDatabase(string server, string name) : IAsyncDisposable
{
    public string ConnectionString { get; } =
        new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;

    /// <summary>Ends all connections to it, as a server that restarts does.</summary>
    public Task Disconnect() => PostgresServer.Execute(
        server, $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");

    /// <summary>Lets nobody in until <see cref="Open"/>, and ends who is.</summary>
    public async Task Close()
    {
        await PostgresServer.Execute(server, $"ALTER DATABASE {name} ALLOW_CONNECTIONS false");
        await Disconnect();
    }

    public Task Open() => PostgresServer.Execute(server, $"ALTER DATABASE {name} ALLOW_CONNECTIONS true");

    public async ValueTask DisposeAsync() => await PostgresServer.Execute(server, $"DROP DATABASE {name} WITH (FORCE)");
}
