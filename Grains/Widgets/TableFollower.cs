using Microsoft.Extensions.Logging;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Widgets.Log;

namespace Turnstile.Grains.Widgets;

/// <summary>
/// Brings the tables after the log, round by round: what has changed, once each however often it did, in the order of the
/// table and in small transactions. After a round the log up to its beginning is let go.
/// </summary>
/// <remarks>Used in the ledger's turns. A database that is away is tried again until it is back; the log grows meanwhile.</remarks>
internal sealed class TableFollower(
    ActiveWidgets active,
    WidgetStore store,
    ICommitLog log,
    LedgerCommits commits,
    LedgerTurns turns,
    FollowerSettings settings) : IAsyncDisposable
{
    private static readonly TimeSpan Hurry = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan RestMax = TimeSpan.FromSeconds(1);

    // Here a rest would be about as long as a transaction.
    private const double Hurried = 0.75;

    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private bool _isAway;

    // The last change when it was rested before.
    private long _lastSeen;

    // When the round began that was finished last; read by telemetry from any thread.
    private long _caughtUpWith = settings.Time.GetTimestamp();

    /// <summary>
    /// From 0, with room for many changes, to 1, with none: begins to rise where three quarters of the widgets that may wait do, or a
    /// quarter of the log, which a start would read for seconds.
    /// </summary>
    private double Urgency
    {
        get
        {
            double widgets = (double)active.Unstored / settings.Options.UnstoredMax;
            double bytes = 3.0 * log.Bytes / settings.Options.LogBytesMax;
            return Math.Clamp((4 * Math.Max(widgets, bytes)) - 3, 0, 1);
        }
    }

    /// <summary>How old the oldest change may be that the tables lack, in seconds; 0 where they lack none.</summary>
    public double BehindSeconds => active.Unstored == 0
        ? 0
        : settings.Time.GetElapsedTime(Volatile.Read(ref _caughtUpWith)).TotalSeconds;

    public void Start() => _running = Run();

    /// <summary>Returns when nothing is written any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task Run()
    {
        try
        {
            while (true)
            {
                // With many changes there is no use in waiting for more to come together.
                TimeSpan period = TimeSpan.FromMilliseconds(settings.Options.StorePeriodMilliseconds);
                await Task.Delay(Urgency > 0 ? Hurry : period, settings.Time, _stop.Token);
                long began = settings.Time.GetTimestamp();
                await Round();
                Volatile.Write(ref _caughtUpWith, began);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped; the log has what the tables lack.
        }
        catch (LedgerLostException lost)
        {
            settings.Logger.LogWarning("{Reason} Its tables are not written from here any more.", lost.Message);
            commits.Lost?.Invoke();
        }
        catch (Exception fault)
        {
            // The tables would stay behind until the log is full: the next owner takes them up from the log.
            settings.Logger.LogError(fault, "The widgets' tables can be written no further from here; the ledger starts anew.");
            commits.Lost?.Invoke();
        }
    }

    /// <summary>Between two transactions of a round, of which the first took so long.</summary>
    private Task Rest(TimeSpan time)
    {
        // The log has what waits. A fifth of the time leaves the processor and the disk to those who wait for answers, and
        // the longer rounds get, the more of what they write lies together. Where nothing was changed meanwhile, half of it.
        TimeSpan rest = commits.Last == _lastSeen ? time : time * (4 * (1 - Urgency));
        _lastSeen = commits.Last;
        return Task.Delay(rest < RestMax ? rest : RestMax, settings.Time, _stop.Token);
    }

    private async Task Round()
    {
        (List<WidgetEntry> changed, long upTo) = await turns.WhenCommitted(() => (active.TakeChanged(), commits.Last));
        if (changed.Count == 0)
        {
            return;
        }

        await Sort(changed);
        var writing = new Queue<Task<StoredStep>>();
        try
        {
            await Write(changed, upTo, writing);
        }
        finally
        {
            Task all = Task.WhenAll(writing);
            await all.ConfigureAwait(
                ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }

        await Retry(async () =>
        {
            await log.Trim(upTo);
            return true;
        });
        commits.TablesAdvanced();
    }

    private async Task Sort(List<WidgetEntry> changed)
    {
        active.SerialsAreRead = true;
        try
        {
            await Task.Run(() => SerialOrder.Sort(changed));
        }
        finally
        {
            active.SerialsAreRead = false;
        }
    }

    /// <summary>
    /// Writes a round. In a hurry the next transaction waits in the database's queue while one is written: the ledger's turns, for which a
    /// step has to wait twice, take longer than a transaction where many changes come.
    /// </summary>
    private async Task Write(List<WidgetEntry> changed, long upTo, Queue<Task<StoredStep>> writing)
    {
        int size = settings.Options.StoreRowsMax;
        for (int start = 0, end; start < changed.Count; start = end)
        {
            end = Math.Min(start + size, changed.Count);
            bool isLast = end == changed.Count;
            bool isHurried = Urgency > Hurried;
            List<StoredStep> written = [];
            // What says how far the tables have come is written when all the rest is there for certain.
            while (writing.Count > (isHurried && !isLast ? 1 : 0))
            {
                written.Add(await writing.Dequeue());
            }

            (int from, int to) = (start, end);
            List<StoredRow> rows = [];
            await turns.WhenUnlisted(() =>
            {
                written.ForEach(NoteStored);
                rows = RowsOf(changed, from, to);
            });
            commits.TablesAdvanced();
            writing.Enqueue(Store(rows, isLast ? upTo : null));
            if (!isHurried || isLast)
            {
                StoredStep step = await writing.Dequeue();
                await turns.WhenUnlisted(() => NoteStored(step));
                commits.TablesAdvanced();
                await (isLast ? Task.CompletedTask : Rest(step.Time));
            }
        }
    }

    private static List<StoredRow> RowsOf(List<WidgetEntry> changed, int start, int end)
    {
        var rows = new List<StoredRow>(end - start);
        for (int i = start; i < end; i++)
        {
            WidgetEntry entry = changed[i];
            if (!entry.IsStored)
            {
                rows.Add(new StoredRow(entry, ActiveWidgets.BeginStoring(entry)));
            }
        }

        return rows;
    }

    private void NoteStored(StoredStep step)
    {
        foreach ((WidgetEntry entry, WidgetRow row) in step.Rows)
        {
            active.Stored(entry, row);
        }
    }

    private async Task<StoredStep> Store(List<StoredRow> rows, long? stored)
    {
        long began = settings.Time.GetTimestamp();
        var step = new StoringStep(settings.Epoch, rows.ConvertAll(one => one.Row), stored);
        if (!await Retry(() => store.Write(step)))
        {
            throw new LedgerLostException();
        }

        return new StoredStep(rows, settings.Time.GetElapsedTime(began));
    }

    private async Task<T> Retry<T>(Func<Task<T>> work)
    {
        while (true)
        {
            try
            {
                T result = await work();
                if (_isAway)
                {
                    settings.Logger.LogInformation("The widgets' tables can be written again.");
                    _isAway = false;
                }

                return result;
            }
            catch (Exception e) when (e is StorageException or IOException or UnauthorizedAccessException)
            {
                if (!_isAway)
                {
                    settings.Logger.LogWarning(e, "The widgets' tables cannot be written now; the commit log keeps what they lack.");
                    _isAway = true;
                }
            }

            await Task.Delay(FollowerSettings.RetryPeriod, settings.Time, _stop.Token);
        }
    }

    /// <summary>A row on its way into the tables, and whose it is.</summary>
    private readonly record struct StoredRow(WidgetEntry Entry, WidgetRow Row);

    /// <summary>Rows that the tables have, and how long that took.</summary>
    private readonly record struct StoredStep(List<StoredRow> Rows, TimeSpan Time);
}

/// <summary>What a follower goes by.</summary>
/// <param name="Epoch">Whose rows it writes.</param>
/// <param name="Options">The limits.</param>
/// <param name="Time">The clock of its waits.</param>
/// <param name="Logger">Hears of a database that is away.</param>
internal sealed record FollowerSettings(long Epoch, WidgetOptions Options, TimeProvider Time, ILogger Logger)
{
    public static readonly TimeSpan RetryPeriod = TimeSpan.FromMilliseconds(500);
}
