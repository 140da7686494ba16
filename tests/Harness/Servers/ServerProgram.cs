using System.Diagnostics;
using System.Net.Sockets;

namespace Turnstile.Harness;

/// <summary>A server that a test starts for itself on a port of its own, stops, and starts again on the same data.</summary>
public abstract class ServerProgram : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private Process? _process;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("turnstile-").FullName;

    /// <summary>How it is told to end at once, with everything on disk.</summary>
    protected abstract string StopSignal { get; }

    public int Port { get; } = LoopbackPort.Free();

    /// <summary>Starts it and waits until somebody listens.</summary>
    public async Task Start()
    {
        _process = Run(Command());
        using var late = new CancellationTokenSource(Patience, TimeProvider.System);
        while (!await Listens())
        {
            if (_process.HasExited || late.IsCancellationRequested)
                throw new InvalidOperationException($"{GetType().Name} did not start on port {Port}.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }
    }

    public async Task Stop()
    {
        using Process signal = Process.Start("kill", [StopSignal, _process!.Id.ToString()]);
        await signal.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            await Stop();
        _process?.Dispose();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected abstract string[] Command();

    protected static Process Run(params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start.");

        // Read, or it would wait for a reader some day.
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private async Task<bool> Listens()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
