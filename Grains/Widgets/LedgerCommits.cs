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
    private readonly List<PendingChanges> _batch = [];
    private readonly LogBuffer _buffer = new();
    private TaskCompletionSource _progress = new();
    private Task _running = Task.CompletedTask;
    private StorageUnavailableException? _closed;
    private int _waitingCount;

    /// <summary>The last change that is on disk.</summary>
    public long Last { get; set; }

    /// <summary>Called when somebody else has taken the ledger over.</summary>
    public Action? Lost { get; set; }

    private bool IsBehind => active.Unstored >= options.UnstoredMax || log.Bytes >= options.LogBytesMax;

    /// <summary>Does the changes, in their order and each for itself.</summary>
    /// <exception cref="StorageUnavailableException">In the task: nothing was done.</exception>
    public Task<WidgetOutcome[]> Apply(ReadOnlyMemory<WidgetChange> changes)
    {
        if (_closed is not null)
        {
            return Task.FromException<WidgetOutcome[]>(_closed);
        }

        if (_waitingCount + changes.Length > options.WaitingMax)
        {
            telemetry.Refused(changes.Length);
            return Task.FromException<WidgetOutcome[]>(new StorageUnavailableException(
                $"{_waitingCount} changes of widgets wait already; the limit is {options.WaitingMax}."));
        }

        var pending = new PendingChanges(changes, telemetry.Timestamp);
        _waiting.Enqueue(pending);
        _waitingCount += pending.Count;
        if (_running.IsCompleted)
        {
            _running = Run();
        }

        return pending.Task;
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

    private async Task Run()
    {
        while (_waiting.Count > 0)
        {
            if (IsBehind)
            {
                await Task.WhenAny(_progress.Task, Task.Delay(LookPeriod, telemetry.Time));
                FailWaiting(
                    pending => telemetry.SecondsSince(pending.Arrived) > options.WaitSecondsMax,
                    new StorageUnavailableException("The widgets' tables are too far behind their commit log."));
                continue;
            }

            turns.BeginBatch();
            TakeBatch();
            await needs.BringIn(_batch);
            await Commit();
            _batch.Clear();
            if (!turns.Listing)
            {
                active.Shrink();
            }

            turns.EndBatch();
        }
    }

    private void TakeBatch()
    {
        int count = 0;
        while (count < options.CommitMax && _waiting.TryDequeue(out PendingChanges? pending))
        {
            count += pending.Count;
            _batch.Add(pending);
        }

        _waitingCount -= count;
    }

    private async Task Commit()
    {
        long first = Last + 1;
        long last = Decide(first) - 1;
        long began = telemetry.Timestamp;
        try
        {
            if (last >= first)
            {
                await log.Append(_buffer.Seal(first), first, last);
                telemetry.Committed(_buffer.Count, began);
            }
        }
        catch (Exception e)
        {
            active.Undo();
            FailBatch(e);
            return;
        }

        active.Keep();
        Last = last;
        foreach (PendingChanges pending in _batch)
        {
            pending.Complete();
        }
    }

    /// <returns>The number after the last change.</returns>
    private long Decide(long first)
    {
        long next = first;
        _buffer.Clear();
        foreach (PendingChanges pending in _batch)
        {
            ReadOnlySpan<WidgetChange> changes = pending.Changes;
            for (int i = 0; i < changes.Length; i++)
            {
                int before = active.Touched;
                active.Begin(next);
                pending.Outcomes[i] = WidgetRules.Decide(changes[i], active);
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
}
