using System.ComponentModel;
using System.Diagnostics;
using Turnstile.Harness;

namespace Turnstile.Cluster.Tests;

/// <summary>
/// A test that needs a whole cluster; skipped by name where Redis or PostgreSQL is not installed, except in CI, where it fails then.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ClusterFactAttribute : FactAttribute
{
    /// <summary>Why no cluster can be started here; null where one can.</summary>
    public static readonly string? Missing =
        Environment.GetEnvironmentVariable("CI") == "true" ? null
        : !IsInstalled("redis-server") ? "redis-server is not installed"
        : !IsInstalled(PostgresProgram.Binary("postgres")) ? "PostgreSQL is not installed"
        : null;

    public ClusterFactAttribute() => Skip = Missing;

    private static bool IsInstalled(string program)
    {
        try
        {
            using var version = Process.Start(new ProcessStartInfo(program, "--version") 
            {
                UseShellExecute = false, RedirectStandardOutput = true,
            });
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
