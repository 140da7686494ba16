using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Turnstile.Load.Widgets;

/// <summary>
/// What a user would otherwise write: a transaction that updates the two rows of a connection, straight into the same PostgreSQL server,
/// by its own load generator <c>pgbench</c>.
/// </summary>
internal static class PgBench
{
    private const int Rows = 1_000_000;

    // The rows in one order, so that no two transactions wait for each other in a circle.
    private const string Script =
        """
        \set a random(1, 1000000)
        \set b random(1, 1000000)
        \set low least(:a, :b)
        \set high greatest(:a, :b)
        BEGIN;
        UPDATE direct_widgets SET p = :high WHERE serial = :low;
        UPDATE direct_widgets SET p = :low WHERE serial = :high;
        COMMIT;
        """;

    /// <returns>Transactions per second.</returns>
    public static async Task<double> Run(string connectionString, int clients, int seconds)
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(connectionString);
        await Execute(source, "DROP TABLE IF EXISTS direct_widgets");
        await Execute(source, $"CREATE TABLE direct_widgets AS SELECT i AS serial, 0 AS p FROM generate_series(1, {Rows}) AS i");
        await Execute(source, "ALTER TABLE direct_widgets ADD PRIMARY KEY (serial)");
        await Execute(source, "VACUUM ANALYZE direct_widgets");
        string script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script, Script);
        try
        {
            return await Run(new NpgsqlConnectionStringBuilder(connectionString), script, clients, seconds);
        }
        finally
        {
            File.Delete(script);
            await Execute(source, "DROP TABLE direct_widgets");
        }
    }

    private static async Task<double> Run(NpgsqlConnectionStringBuilder server, string script, int clients, int seconds)
    {
        var start = new ProcessStartInfo("pgbench") { UseShellExecute = false, RedirectStandardOutput = true };
        string[] arguments =
        [
            "--no-vacuum", "--protocol=prepared", $"--file={script}", $"--client={clients}", "--jobs=2", $"--time={seconds}",
            $"--host={server.Host}", $"--port={server.Port}", $"--username={server.Username}", server.Database!,
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("pgbench could not be started.");
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        string? line = output.Split('\n').FirstOrDefault(line => line.StartsWith("tps = ", StringComparison.Ordinal));
        return line is null
            ? throw new InvalidOperationException($"pgbench ended with {process.ExitCode}: {output}")
            : double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture);
    }

    private static async Task Execute(NpgsqlDataSource source, string sql)
    {
        await using NpgsqlCommand command = source.CreateCommand(sql);
        command.CommandTimeout = 120;
        await command.ExecuteNonQueryAsync();
    }
}
