using Turnstile.Grains.Storage;
using Turnstile.Grains.Widgets.Log;
using Turnstile.Widgets;

namespace Turnstile.Grains.Widgets;

/// <summary>
/// Takes changes in one after another, decides them against the widgets in memory, and syncs those that wait together with one
/// append of the log; only then they are answered and seen.
/// </summary>
/// <remarks>
/// All changes have one order, so two that touch the same widgets cannot wait for each other, and a change of four widgets is
/// one entry of the log: whole after a crash, or not there. Used in the ledger's turns alone.
/// </remarks>
internal sealed class LedgerCommits(
    ActiveWidgets active,
    ChangeNeeds needs,
    ICommitLog log,
    LedgerTurns turns,
    WidgetTelemetry telemetry,
    WidgetOptions options)
{
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(250);

    private readonly Queue<PendingChanges> _waiting = new();
    private readonly LogBuffer _buffer = new();

    // Decided and on its way to the disk; on disk, and to be told.
    private List<PendingChanges> _batch = [];
    private List<PendingChanges> _done = [];
    private TaskCompletionSource _progress = new();
    private Task _running = Task.CompletedTask;
    private bool _isRunning;
    private StorageUnavailableException? _closed;
    private int _waitingCount;
    private long _numbered;

    /// <summary>The last change that is on disk.</summary>
    public long Last { get; set; }

    /// <summary>Called when somebody else has taken the ledger over.</summary>
    public Action? Lost { get; set; }

    // A log of which the tables have everything is no reason to wait: its last file goes only once another one is begun.
    private bool IsBehind =>
        active.Unstored >= options.UnstoredMax || (active.Unstored > 0 && log.Bytes >= options.LogBytesMax);

    /// <summary>Does the changes, in their order and each for itself.</summary>
    /// <exception cref="StorageUnavailableException">In the task: nothing was done.</exception>
    public Task<WidgetOutcome[]> Apply(ReadOnlyMemory<WidgetChange> changes)
    {
        if (Refusal(changes.Length) is { } refusal)
        {
            return Task.FromException<WidgetOutcome[]>(refusal);
        }

        var pending = new PendingSlice(changes, ++_numbered, telemetry.Timestamp);
        TakeIn(pending);
        return pending.End;
    }

    /// <summary>Does the change; its outcome shows its widgets.</summary>
    /// <inheritdoc cref="Apply(ReadOnlyMemory{WidgetChange})" path="/exception"/>
    public Task<WidgetOutcome> Apply(WidgetChange change)
    {
        if (Refusal(1) is { } refusal)
        {
            return Task.FromException<WidgetOutcome>(refusal);
        }

        var pending = new PendingChange(change, ++_numbered, telemetry.Timestamp);
        TakeIn(pending);
        return pending.Outcome;
    }

    /// <summary>The tables have come further: changes that wait for them may go on.</summary>
    public void TablesAdvanced()
    {
        TaskCompletionSource progress = _progress;
        _progress = new TaskCompletionSource();
        progress.SetResult();
    }

    /// <summary>Takes nothing in any more, and returns when the batch under way has its end.</summary>
    public Task Close(StorageUnavailableException reason)
    {
        _closed ??= reason;
        FailWaiting(_ => true, _closed);
        return _running;
    }

    private StorageUnavailableException? Refusal(int count)
    {
        if (_closed is not null || _waitingCount + count <= options.WaitingMax)
        {
            return _closed;
        }

        telemetry.Refused(count);
        return new StorageUnavailableException(
            $"{_waitingCount} changes of widgets wait already; the limit is {options.WaitingMax}.");
    }

    private void TakeIn(PendingChanges pending)
    {
        pending.Reading = needs.BringIn(pending);
        _waiting.Enqueue(pending);
        _waitingCount += pending.Count;
        if (!_isRunning)
        {
            _isRunning = true;
            _running = Run();
        }
    }

    /// <summary>
    /// While what was decided is synced, those of the append before it are told, and what the next ones need is read: half of the
    /// callers ask anew while the changes of the others are written.
    /// </summary>
    private async Task Run()
    {
        while (true)
        {
            // Behind those who have asked already, or who have just got what they need: they come along.
            await Task.Yield();
            if (IsNextReady())
            {
                Appending appending = Begin();
                Tell();
                await End(appending);
                continue;
            }

            Tell();
            if (_waiting.Count == 0)
            {
                active.Finished = _numbered;
                break;
            }

            await MoreCanBeDone();
        }

        _isRunning = false;
    }

    /// <summary>Those who wait for what cannot be read are refused, and the others need not wait for them.</summary>
    private bool IsNextReady()
    {
        while (!IsBehind && _waiting.TryPeek(out PendingChanges? next) && next.Reading.IsCompleted)
        {
            if (!next.Reading.IsFaulted)
            {
                return true;
            }

            Take().Fail(next.Reading.Exception.InnerException!);
        }

        return false;
    }

    private async Task MoreCanBeDone()
    {
        if (!IsBehind && _waiting.TryPeek(out PendingChanges? next))
        {
            await next.Reading.ConfigureAwait(
                ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        await Task.WhenAny(_progress.Task, Task.Delay(LookPeriod, telemetry.Time));
        FailWaiting(
            pending => telemetry.SecondsSince(pending.Arrived) > options.WaitSecondsMax,
            new StorageUnavailableException("The widgets' tables are too far behind their commit log."));
    }

    /// <summary>Decides what is ready, and begins to sync it. From here to the end of that nobody may see what was decided.</summary>
    private Appending Begin()
    {
        turns.BeginBatch();
        long last = Last, began = telemetry.Timestamp;
        Task append;
        try
        {
            last = DecideReady();
            append = last > Last ? log.Append(_buffer.Seal(Last + 1), Last + 1, last) : Task.CompletedTask;
        }
        catch (Exception e)
        {
            append = Task.FromException(e);
        }

        active.Finished = _batch[^1].Number;
        return new Appending(append, last, began);
    }

    /// <returns>The number of the last change.</returns>
    private long DecideReady()
    {
        _buffer.Clear();
        int count = 0;
        long next = Last + 1;
        do
        {
            PendingChanges pending = Take();
            _batch.Add(pending);
            next = Decide(pending, next);
            count += pending.Count;
        }
        while (count < options.CommitMax && _waiting.TryPeek(out PendingChanges? more) && more.Reading.IsCompletedSuccessfully);
        return next - 1;
    }

    private async Task End(Appending appending)
    {
        try
        {
            await appending.Append;
        }
        catch (Exception e)
        {
            active.Undo();
            turns.EndBatch();
            FailBatch(e);
            return;
        }

        active.Keep();
        if (appending.Last > Last)
        {
            telemetry.Committed(_buffer.Count, appending.Began);
            Last = appending.Last;
        }

        turns.EndBatch();
        if (!turns.Listing)
        {
            active.Shrink();
        }

        (_batch, _done) = (_done, _batch);
    }

    private void Tell()
    {
        foreach (PendingChanges pending in _done)
        {
            pending.Complete();
        }

        _done.Clear();
    }

    private PendingChanges Take()
    {
        PendingChanges pending = _waiting.Dequeue();
        _waitingCount -= pending.Count;
        return pending;
    }

    /// <param name="pending">What is decided.</param>
    /// <param name="next">The number of the next change.</param>
    /// <returns>The number after the last change.</returns>
    private long Decide(PendingChanges pending, long next)
    {
        ReadOnlySpan<WidgetChange> changes = pending.Changes;
        for (int i = 0; i < changes.Length; i++)
        {
            int before = active.Touched;
            active.Begin(next);
            pending.Outcomes[i] = WidgetRules.Decide(changes[i], pending.Needs[i], active, isOne: changes.Length == 1);
            int touched = active.Touched - before;
            if (touched > 0)
            {
                next++;
                _buffer.AddChange(touched);
                for (int row = before; row < active.Touched; row++)
                {
                    _buffer.AddRow(active.TouchedRow(row));
                }
            }
        }

        return next;
    }

    private void FailBatch(Exception fault)
    {
        // Whatever the log could not do, nothing was done, and it may work later.
        StorageUnavailableException answer = fault as StorageUnavailableException
            ?? new StorageUnavailableException($"The widgets' commit log failed: {fault.Message}", fault);
        if (fault is LedgerLostException)
        {
            _closed = answer;
            Lost?.Invoke();
        }

        foreach (PendingChanges pending in _batch)
        {
            pending.Fail(answer);
        }

        _batch.Clear();
    }

    private void FailWaiting(Predicate<PendingChanges> which, Exception fault)
    {
        for (int left = _waiting.Count; left > 0; left--)
        {
            PendingChanges pending = _waiting.Dequeue();
            if (which(pending))
            {
                _waitingCount -= pending.Count;
                telemetry.Refused(pending.Count);
                pending.Fail(fault);
            }
            else
            {
                _waiting.Enqueue(pending);
            }
        }
    }

    /// <summary>An append that is under way.</summary>
    /// <param name="Append">Its end.</param>
    /// <param name="Last">Its last change.</param>
    /// <param name="Began">When it was begun, by the clock's timestamp.</param>
    private readonly record struct Appending(Task Append, long Last, long Began);
}
