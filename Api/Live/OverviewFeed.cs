using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Turnstile.Api.Live;

/// <summary>
/// Makes an overview a second for all who watch, as the bytes of a server-sent event, and none while nobody does. Accounts have
/// feeds of their own.
/// </summary>
internal sealed class OverviewFeed(
    IGrainFactory grains, IOptions<LiveOptions> options, TimeProvider time, ILogger<OverviewFeed> logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Stage> _stages = new(StringComparer.Ordinal);
    private int _watchers;

    /// <summary>Begins to watch.</summary>
    /// <param name="account">Whose things; null for everybody's.</param>
    /// <returns>Null where too many watch already; to be disposed of otherwise.</returns>
    public OverviewWatch? Watch(string? account)
    {
        lock (_gate)
        {
            if (_watchers >= options.Value.WatchersMax)
            {
                return null;
            }

            // No account is called that.
            string key = account ?? "";
            if (!_stages.TryGetValue(key, out Stage? stage))
            {
                stage = new Stage();
                _stages.Add(key, stage);
                _ = Play(key, stage, new OverviewReader(account, grains, options, time, logger));
            }

            _watchers++;
            stage.Watchers++;
            return new OverviewWatch(stage, () => Leave(stage));
        }
    }

    private void Leave(Stage stage)
    {
        lock (_gate)
        {
            _watchers--;
            stage.Watchers--;
        }
    }

    private async Task Play(string key, Stage stage, OverviewReader reader)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.PeriodSeconds), time);
        do
        {
            try
            {
                OverviewBody overview = await reader.Read();
                stage.Show(JsonSerializer.SerializeToUtf8Bytes(overview, LiveJson.Default.OverviewBody));
            }
            catch (Exception e)
            {
                logger.LogWarning(e, "The overview could not be made; it is tried again.");
            }
        }
        while (await timer.WaitForNextTickAsync() && !IsOver(key, stage));
    }

    private bool IsOver(string key, Stage stage)
    {
        lock (_gate)
        {
            return stage.Watchers == 0 && _stages.Remove(key);
        }
    }

    /// <summary>The overview that is shown now, and whoever waits for the next.</summary>
    internal sealed class Stage
    {
        private volatile TaskCompletionSource<byte[]> _next = New();

        /// <summary>Guarded by the feed.</summary>
        public int Watchers { get; set; }

        /// <summary>The one that was made last; null before the first.</summary>
        public byte[]? Now { get; private set; }

        public Task<byte[]> Next => _next.Task;

        public void Show(byte[] overview)
        {
            TaskCompletionSource<byte[]> shown = _next;
            Now = overview;
            _next = New();
            shown.SetResult(overview);
        }

        private static TaskCompletionSource<byte[]> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>One who watches. Who is slow misses overviews, and holds up nobody.</summary>
internal sealed class OverviewWatch(OverviewFeed.Stage stage, Action leave) : IDisposable
{
    private byte[]? _seen;

    /// <summary>The present overview as JSON, as soon as there is one that this watch has not been given.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> Next(CancellationToken stop)
    {
        Task<byte[]> next = stage.Next;
        byte[]? now = stage.Now;
        return _seen = now is not null && now != _seen ? now : await next.WaitAsync(stop);
    }

    public void Dispose() => leave();
}
