using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Widgets.Log;
using Turnstile.Widgets;

namespace Turnstile.Grains.Widgets;

/// <summary>The ledger's parts put together, from its recovery to its end. Used in turns.</summary>
internal sealed class WidgetLedger : IAsyncDisposable
{
    // Of a long list of changes so many are handed over together; others' changes come in between.
    private const int SliceMax = 1_024;

    private readonly ActiveWidgets _active;
    private readonly LedgerTurns _turns = new();
    private readonly WidgetLoader _loader;
    private readonly LedgerCommits _commits;
    private readonly TableFollower _follower;
    private readonly WidgetLists _lists;
    private readonly ICommitLog _log;
    private readonly WidgetTelemetry _telemetry;
    private readonly WidgetOptions _options;

    private WidgetLedger(
        WidgetStore store, ICommitLog log, long epoch, WidgetOptions options, WidgetTelemetry telemetry, ILogger logger)
    {
        _log = log;
        _options = options;
        _telemetry = telemetry;
        _active = new ActiveWidgets(options.ActiveMax);
        _loader = new WidgetLoader(_active, store, _turns, telemetry);
        _commits = new LedgerCommits(_active, new ChangeNeeds(_loader), log, _turns, telemetry, options);
        var settings = new FollowerSettings(epoch, options, telemetry.Time, logger);
        _follower = new TableFollower(_active, store, log, _commits, _turns, settings);
        _lists = new WidgetLists(_active, store, _turns);
    }

    /// <summary>Takes the ledger over and learns from the log what the tables do not have.</summary>
    /// <param name="store">The tables.</param>
    /// <param name="logs">The log.</param>
    /// <param name="options">The limits.</param>
    /// <param name="telemetry">Told of every commit.</param>
    /// <param name="lost">Called when somebody else has taken the ledger over.</param>
    /// <param name="logger">Hears of the recovery, and of a database that is away.</param>
    /// <param name="stop">Nobody wants the ledger any more: whoever takes it over next reads the log anew.</param>
    /// <exception cref="CommitLogException">Something that was promised cannot be read.</exception>
    public static async Task<WidgetLedger> Open(
        WidgetStore store,
        CommitLogs logs,
        WidgetOptions options,
        WidgetTelemetry telemetry,
        Action lost,
        ILogger logger,
        CancellationToken stop)
    {
        long began = telemetry.Timestamp;
        LedgerOwnership owner = await store.TakeLedger();
        ICommitLog log = logs.Open(owner.Epoch);
        try
        {
            var ledger = new WidgetLedger(store, log, owner.Epoch, options, telemetry, logger);
            WidgetReplay replay = ledger._active.BeginReplay();
            ledger._commits.Last = await ReplayAhead.Run(changes => log.Recover(owner.Stored, changes), replay.Take, stop);
            ledger._active.EndReplay(replay);
            stop.ThrowIfCancellationRequested();
            ledger._commits.Lost = lost;
            telemetry.Recovered(began);
            if (ledger._active.Unstored > 0)
            {
                logger.LogInformation(
                    "Widgets: {Changes} changes of {Widgets} widgets were in the commit log alone; read in {Seconds:0.0} s.",
                    ledger._commits.Last - owner.Stored,
                    ledger._active.Unstored,
                    telemetry.SecondsSince(began));
            }

            telemetry.Observe(() => new LedgerState(
                ledger._active.Count, ledger._active.Unstored, log.Bytes, ledger._follower.BehindSeconds));
            ledger._follower.Start();
            return ledger;
        }
        catch
        {
            await log.DisposeAsync();
            throw;
        }
    }

    public Task<WidgetOutcome> Apply(WidgetChange change)
    {
        Check(change);
        return _commits.Apply(change);
    }

    public async Task<ImmutableArray<WidgetOutcome>> ApplyMany(ImmutableArray<WidgetChange> changes)
    {
        foreach (WidgetChange change in changes)
        {
            Check(change);
        }

        ReadOnlyMemory<WidgetChange> left = changes.AsMemory();
        var slices = new List<(int Count, Task<WidgetOutcome[]> Outcomes)>();
        while (!left.IsEmpty)
        {
            int count = Math.Min(SliceMax, left.Length);
            slices.Add((count, _commits.Apply(left[..count])));
            left = left[count..];
        }

        var outcomes = ImmutableArray.CreateBuilder<WidgetOutcome>(changes.Length);
        StorageUnavailableException? refusal = null;
        bool any = false;
        foreach ((int count, Task<WidgetOutcome[]> slice) in slices)
        {
            try
            {
                outcomes.AddRange(await slice);
                any = true;
            }
            catch (StorageUnavailableException e)
            {
                refusal = e;
                outcomes.AddRange(Enumerable.Repeat(new WidgetOutcome.Unavailable(), count));
            }
        }

        return any || refusal is null ? outcomes.MoveToImmutable() : throw refusal;
    }

    public async Task<WidgetView?> View(string serial)
    {
        CheckSerial(serial);
        WidgetEntry entry = _loader.Get(serial);
        entry.Readers++;
        try
        {
            if (!entry.IsLoaded)
            {
                await _loader.Load();
                if (!entry.IsLoaded)
                {
                    throw _loader.Failure();
                }
            }

            return entry.Pending ? await _turns.WhenCommitted(() => entry.Widget.ToView()) : entry.Widget.ToView();
        }
        finally
        {
            entry.Readers--;
        }
    }

    public Task<Page<WidgetView>> List(int limit, string? after) => _lists.List(limit, after);

    /// <summary>One second has passed: forgets what is idle.</summary>
    public void Sweep()
    {
        if (!_turns.Listing)
        {
            _turns.WhenCommitted(() => _active.Sweep(_options.IdleSeconds));
        }
    }

    /// <summary>Ends what is under way. What the tables do not have is in the log for the next owner.</summary>
    public async ValueTask DisposeAsync()
    {
        _telemetry.Observe(null);
        await _commits.Close(new StorageUnavailableException("The widgets' ledger is being closed."));
        await _follower.DisposeAsync();
        await _log.DisposeAsync();
        _lists.Dispose();
    }

    /// <summary>The edge says what is wrong with a text; here it is only made sure that none reaches the log.</summary>
    private static void Check(WidgetChange change)
    {
        CheckSerial(change.Serial);
        switch (change)
        {
            case WidgetChange.Connect connect:
                CheckSerial(connect.Peer);
                break;
            case WidgetChange.Create create when WidgetText.NameFault(create.Name) is { } fault:
                throw new ArgumentException($"A widget's name: {fault}");
            case WidgetChange.Create { Ports: PortSet.None or > PortSet.All }:
                throw new ArgumentException("A widget has one to three ports of P, R and Q.");
        }
    }

    private static void CheckSerial(string serial)
    {
        if (WidgetText.SerialFault(serial) is { } fault)
        {
            throw new ArgumentException($"A serial number: {fault}");
        }
    }
}
