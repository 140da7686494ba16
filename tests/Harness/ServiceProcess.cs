using System.Diagnostics;

namespace Turnstile.Harness;

/// <summary>
/// A program of the service as a process of its own, on a free port, with a folder of its own for data: to be asked over HTTP, killed, and
/// started again on what it left.
/// </summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    /// <summary>What tells the runtime to go on on the thread that waits for sockets; the service is started without it.</summary>
    public const string InlineSockets = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(3);

    private readonly string[] _settings;
    private readonly List<string> _log = [];
    private Process? _process;
    private TaskCompletionSource _running = NotRunning();

    /// <param name="settings">Settings as on the command line: <c>--Compute:Workers=2</c>.</param>
    public ServiceProcess(params string[] settings)
    {
        _settings = settings;
        Folder = Directory.CreateTempSubdirectory("turnstile-").FullName;
        Address = new Uri($"http://127.0.0.1:{LoopbackPort.Free()}");
        Http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(5) };
    }

    /// <summary>Which program it is; the gateway unless told otherwise.</summary>
    public string Program { get; init; } = "Turnstile.Api";

    /// <summary>Where its data is.</summary>
    public string Folder { get; }

    public Uri Address { get; }

    public HttpClient Http { get; }

    /// <summary>Ends when it is ready: for clients that lost it and wait until it is back.</summary>
    public Task Running => _running.Task;

    /// <summary>The most memory that the running process has had so far.</summary>
    public long PeakMemoryBytes
    {
        get
        {
            _process!.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>What it has written so far, over all its starts.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return string.Join('\n', _log);
            }
        }
    }

    /// <summary>The memory that it has of the machine now.</summary>
    public long MemoryBytes
    {
        get
        {
            _process!.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>CPU time it has used since its last start: comparable on a machine that has other things to do.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process!.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended, or was not ready in three minutes; with its log.</exception>
    public async Task Start()
    {
        Begin();
        await Ready();
        _running.SetResult();
    }

    /// <summary>Starts it and does not wait.</summary>
    public void Begin()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        start.Environment.Remove(InlineSockets);
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, $"{Program}.dll"));
        start.ArgumentList.Add($"--urls={Address}");
        start.ArgumentList.Add($"--Storage:Path={Path.Combine(Folder, "turnstile.db")}");
        // Of no meaning to the embedded engine; on Orleans they keep the services of several tests apart.
        start.ArgumentList.Add($"--Cluster:SiloPort={LoopbackPort.Free()}");
        start.ArgumentList.Add($"--Cluster:GatewayPort={LoopbackPort.Free()}");
        foreach (string setting in _settings)
        {
            start.ArgumentList.Add(setting);
        }

        _process = Process.Start(start) ?? throw new InvalidOperationException("The service could not be started.");
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Ends it as a crash would: no signal that it could act on.</summary>
    public async Task Kill()
    {
        _running = NotRunning();
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Lets it do nothing until <see cref="Thaw"/>, without its knowledge.</summary>
    public Task Freeze() => Signal("STOP");

    public Task Thaw() => Signal("CONT");

    /// <summary>Waits until it has ended by itself.</summary>
    public async Task Ended()
    {
        _running = NotRunning();
        await _process!.WaitForExitAsync().WaitAsync(StartTime);
    }

    /// <summary>Ends it as an operator would, and waits until it is gone.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> Stop()
    {
        _running = NotRunning();
        await Signal("TERM");
        await _process!.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await Kill();
        }

        _process?.Dispose();
        Http.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static TaskCompletionSource NotRunning() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task Signal(string name)
    {
        using Process signal = Process.Start("kill", [$"-{name}", _process!.Id.ToString()]);
        await signal.WaitForExitAsync();
    }

    private async Task Ready()
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < StartTime)
        {
            if (_process!.HasExited)
            {
                // What it said last may not have been read yet.
                await _process.WaitForExitAsync();
                throw new InvalidOperationException($"The service ended with {_process.ExitCode}:\n{Log}");
            }

            try
            {
                using HttpResponseMessage answer = await Http.GetAsync("/health/ready");
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        throw new InvalidOperationException($"The service was not ready after {StartTime}:\n{Log}");
    }

    private void Keep(string? line)
    {
        lock (_log)
        {
            if (line is not null)
            {
                _log.Add(line);
            }
        }
    }
}
