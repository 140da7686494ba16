using System.Diagnostics;
using Turnstile.Harness;

namespace Turnstile.Load.Widgets;

/// <summary>
/// The whole life of many widgets through the public API: made, connected at two ports each, left idle, changed by uniform and skewed
/// mixes, killed amid changes; at the end everything is read back and compared with what was answered.
/// </summary>
internal sealed class WidgetLoad : IAsyncDisposable
{
    private const int DefaultWidgets = 1_000_000;
    private const double Mebibyte = 1 << 20;

    // Widgets:IdleSeconds, two laps of the service's clock over all that it has in memory, and its collector.
    private static readonly TimeSpan ForgettingTime = TimeSpan.FromSeconds(90);

    // After so many seconds of requests the runtime has compiled what they run through for good.
    private static readonly TimeSpan WarmTime = TimeSpan.FromSeconds(5);

    private readonly LoadOptions _options;
    private readonly ServiceProcess _service;
    private readonly WidgetClient _client;
    private readonly AcknowledgedPeers _peers;
    private readonly Report _report;

    private WidgetLoad(LoadOptions options)
    {
        int widgets = options.Widgets > 0 ? options.Widgets : DefaultWidgets;
        string database = options.Postgres is null ? "SQLite" : "PostgreSQL";
        _options = options;
        _service = new ServiceProcess(
            $"--ConnectionStrings:Turnstile={options.Postgres}", "--Logging:LogLevel:Default=Warning");
        _client = new WidgetClient(_service.Http);
        _peers = new AcknowledgedPeers(widgets);
        _report = new Report(
            $"widgets-{database.ToLowerInvariant()}", $"{widgets:N0} widgets with as many connections, {database}, everything synced");
    }

    private TimeSpan MixTime => TimeSpan.FromSeconds(_options.Seconds);

    public static async Task<Report> Run(LoadOptions options)
    {
        BareConnection.SpareThreads();
        await using var load = new WidgetLoad(options);
        await load.Load();
        await load.Warm();
        await load.Mix();
        IReadOnlyList<IReadOnlyList<Association>> unanswered = await load.KillAmidChanges();
        await load.Start("start after a kill amid changes");
        await load.Check(unanswered);
        return load._report;
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    private async Task Start(string name)
    {
        long start = Stopwatch.GetTimestamp();
        await _service.Start();
        _report.Add(name, Stopwatch.GetElapsedTime(start).TotalSeconds, "s");
    }

    /// <summary>
    /// The service with all widgets and connections, freshly started on them: made through its interface, or as an earlier run kept them.
    /// </summary>
    private async Task Load()
    {
        var fill = new WidgetFill(_client, _peers, _report);
        string? kept = _options.Kept;
        if (kept is not null && Directory.Exists(kept))
        {
            DataFolder.Copy(kept, _service.Folder);
            fill.Expect();
        }
        else
        {
            await Start("start with nothing");
            await fill.Run();
            ReportMemory("memory after the load");
            await Idle();
            await _service.Stop();
            if (kept is not null)
            {
                DataFolder.Copy(_service.Folder, kept);
            }
        }

        await Start("start with everything");
    }

    private async Task Idle()
    {
        await Task.Delay(ForgettingTime, TimeProvider.System);
        ReportMemory("memory when idle");
    }

    /// <summary>
    /// The service has just been started, and is not to be measured while it is compiled. Batches warm it by the few widgets that the
    /// skewed mix prefers, so that most of the others are as cold as before.
    /// </summary>
    private async Task Warm()
    {
        var batches = new AssociationMix(_peers, skewed: true, ..);
        await batches.RunBatches(_service.Http, new Progress("warm, batches", 0), WarmTime);
        var singles = new AssociationMix(_peers, skewed: false, ..);
        await singles.RunSingles(_service.Address, new Progress("warm, single", 0), WarmTime, _options.Connections);
    }

    private async Task Mix()
    {
        foreach (bool skewed in new[] { false, true })
        {
            string shape = skewed ? "skewed" : "uniform";
            var batches = new AssociationMix(_peers, skewed, ..);
            var batched = new Progress($"{shape}, batches", 0);
            await batches.RunBatches(_service.Http, batched, MixTime);
            _report.Add($"{shape}, batches of {WidgetClient.BatchMax:N0}", batched.PerSecond, "/s");

            var singles = new AssociationMix(_peers, skewed, ..);
            var single = new Progress($"{shape}, single", 0);
            await singles.RunSingles(_service.Address, single, MixTime, _options.Connections);
            _report.Add($"{shape}, single, {_options.Connections} connections", single.PerSecond, "/s");
            _report.Add($"{shape}, single", singles.Times);
            if (_options.Postgres is not null)
            {
                double direct = await PgBench.Run(_options.Postgres, _options.Connections, _options.Seconds);
                _report.Add("two rows in a transaction, pgbench", direct, "/s");
                _report.Add($"{shape}, single, beside pgbench", single.PerSecond / direct, "x");
                _report.Add($"{shape}, batches, beside pgbench", batched.PerSecond / direct, "x");
            }
        }

        ReportMemory("memory after the mixes");
    }

    /// <returns>What was asked and not answered.</returns>
    private async Task<IReadOnlyList<IReadOnlyList<Association>>> KillAmidChanges()
    {
        const int half = AcknowledgedPeers.Groups / 2;
        var batches = new AssociationMix(_peers, skewed: false, ..half);
        var singles = new AssociationMix(_peers, skewed: true, half..);
        var progress = new Progress("changed until killed", 0);
        Task clients = Task.WhenAll(
            batches.RunBatches(_service.Http, progress, TimeSpan.MaxValue),
            singles.RunSingles(_service.Address, progress, TimeSpan.MaxValue, Math.Min(half, _options.Connections)));
        await Task.Delay(MixTime, TimeProvider.System);
        await _service.Kill();
        await clients;
        _report.Add("answered before the kill", progress.Done, "");
        return [.. batches.Unanswered, .. singles.Unanswered];
    }

    private async Task Check(IReadOnlyList<IReadOnlyList<Association>> unanswered)
    {
        ReadBack found = await ReadBack.Read(_client, _peers);
        _report.Add("widgets", found.Widgets, "", atLeast: _peers.Widgets, atMost: _peers.Widgets);
        _report.Add("connections", found.Connections, "");
        _report.Add("connections with one end", found.OneSided, "", atMost: 0);
        _report.Add("ports not as answered", found.CountWrong(unanswered), "", atMost: 0);
    }

    private void ReportMemory(string name) => _report.Add(name, _service.MemoryBytes / Mebibyte, "MiB");
}
