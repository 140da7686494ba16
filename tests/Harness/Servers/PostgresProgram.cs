using System.Diagnostics;
using Npgsql;

namespace Turnstile.Harness;

/// <summary>A PostgreSQL server with an empty database.</summary>
public sealed class PostgresProgram : ServerProgram
{
    private const string Packaged = "/usr/lib/postgresql";

    private string Data => Path.Combine(Folder, "data");

    public string Connection => $"Host=127.0.0.1;Port={Port};Username=postgres;Database=postgres;Maximum Pool Size=30";

    protected override string StopSignal => "-INT";

    /// <summary>Makes the database; called once, before the first start.</summary>
    public async Task Create()
    {
        if (Environment.IsPrivilegedProcess)
        {
            // PostgreSQL refuses to run as root.
            using Process owner = Run("chown", "postgres", Folder);
            await owner.WaitForExitAsync();
        }

        using Process made = Run(AsItself(Binary("initdb"), "-D", Data, "-U", "postgres", "-A", "trust", "--no-sync"));
        await made.WaitForExitAsync();
        if (made.ExitCode != 0)
            throw new InvalidOperationException($"initdb ended with {made.ExitCode}.");
    }

    /// <summary>Waits until it answers questions, which is later than that it listens.</summary>
    public async Task Ready()
    {
        while (true)
        {
            try
            {
                await Scalar("SELECT 1");
                return;
            }
            catch (PostgresException starting) when (starting.SqlState == PostgresErrorCodes.CannotConnectNow)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    public async Task<long> Scalar(string sql)
    {
        await using var connection = new NpgsqlConnection($"{Connection};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    protected override string[] Command() => AsItself(
        Binary("postgres"), "-D", Data, "-h", "127.0.0.1", "-p", $"{Port}", "-k", Folder, "-c", "max_connections=300");

    private static string[] AsItself(params string[] command) => Environment.IsPrivilegedProcess
        ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", .. command]
        : command;

    /// <summary>Where one of its programs is: in the newest packaged version, or else on the PATH.</summary>
    public static string Binary(string name)
    {
        string? newest = Directory.Exists(Packaged)
            ? Directory.GetDirectories(Packaged).OrderByDescending(path => path, StringComparer.Ordinal).FirstOrDefault()
            : null;
        return newest is null ? name : Path.Combine(newest, "bin", name);
    }
}
