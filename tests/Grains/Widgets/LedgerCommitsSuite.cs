using System.Text;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Tests.Storage;
using Turnstile.Grains.Widgets;
using Turnstile.Harness;
using Turnstile.Widgets;

namespace Turnstile.Grains.Tests.Widgets;

public sealed class LedgerCommitsOnSqlite() : LedgerCommitsSuite(new SqliteHome());

[OnPostgres]
public sealed class LedgerCommitsOnPostgres() : LedgerCommitsSuite(new PostgresHome());

/// <summary>Changes while others are on their way to the disk, with a log that takes as long as the test wants.</summary>
public abstract class LedgerCommitsSuite(StoreHome home) : StorageSuite(home)
{
    // Turns, as a grain's: one at a time.
    private readonly TaskScheduler _turns = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
    private readonly HeldLog _log = new();

    // So few that everything goes that may.
    private readonly ActiveWidgets _active = new(activeMax: 0);
    private LedgerCommits _commits = null!;

    [DatabaseFact]
    public async Task Changes_are_answered_after_their_own_append_and_in_their_order()
    {
        await Begin();
        Task<WidgetOutcome> first = Apply(Create("1"));
        HeldAppend one = await _log.Next();
        Task<WidgetOutcome> second = Apply(Create("2"));
        Task<WidgetOutcome> third = Apply(Link("1", "2"));
        await Turn(() => { });
        Assert.False(first.IsCompleted || second.IsCompleted || third.IsCompleted || _log.HasMore);

        one.Release();
        Assert.IsType<WidgetOutcome.Created>(await first.WaitAsync(Patience));
        HeldAppend both = await _log.Next();
        Assert.Equal(2, both.First);
        Assert.False(second.IsCompleted || third.IsCompleted);
        both.Release();
        Assert.IsType<WidgetOutcome.Created>(await second.WaitAsync(Patience));
        var connected = Assert.IsType<WidgetOutcome.Connected>(await third.WaitAsync(Patience));
        Assert.Equal(("2", "1"), (connected.Widget!.P, connected.Peer!.P));
    }

    [DatabaseFact]
    public async Task What_a_failed_append_decided_is_undone_before_changes_that_were_read_meanwhile_are_decided()
    {
        await Begin(Stored("1", "4"), Stored("2"), Stored("3"), Stored("4", "1"));
        Task<WidgetOutcome> lost = Apply(Link("1", "2"));
        HeldAppend failing = await _log.Next();

        // For these the widget 1 has the peer 2, and then it has the peer 4 again.
        Task<WidgetOutcome> moved = Apply(Link("1", "3"));
        Task<WidgetOutcome> freed = Apply(new WidgetChange.Disconnect { Serial = "2", Port = PortType.P });
        await Turn(() => { });
        failing.Fail(new IOException("The disk is full."));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => lost.WaitAsync(Patience));

        HeldAppend next = await _log.Next();
        Assert.Equal(failing.First, next.First);
        Assert.Equal(
            [("1", "3"), ("3", "1"), ("4", null)], Peers(next));
        next.Release();
        Assert.Equal("3", Assert.IsType<WidgetOutcome.Connected>(await moved.WaitAsync(Patience)).Widget!.P);
        Assert.IsType<WidgetOutcome.NotConnected>(await freed.WaitAsync(Patience));
    }

    [DatabaseFact]
    public async Task What_waiting_changes_need_stays_however_little_may()
    {
        await Begin(Stored("1", "4"), Stored("2", "5"), Stored("3"), Stored("4", "1"), Stored("5", "2"));
        Task<WidgetOutcome> first = Apply(Create("6"));
        HeldAppend held = await _log.Next();
        Task<WidgetOutcome> waiting = Apply(Link("1", "2"));
        await Turn(_active.Shrink);
        held.Release();
        await first.WaitAsync(Patience);

        HeldAppend next = await _log.Next();
        Assert.Equal(
            [("1", "2"), ("2", "1"), ("4", null), ("5", null)],
            Peers(next));
        next.Release();
        Assert.IsType<WidgetOutcome.Connected>(await waiting.WaitAsync(Patience));
    }

    [DatabaseFact]
    public async Task What_nobody_needs_any_more_may_go()
    {
        await Begin(Stored("1"), Stored("2"));
        Task<WidgetOutcome> refused = Apply(new WidgetChange.Disconnect { Serial = "1", Port = PortType.P });
        Assert.IsType<WidgetOutcome.NotConnected>(await refused.WaitAsync(Patience));
        await Turn(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                _active.Sweep(idleSeconds: 0);
            }
        });
        Assert.Equal(0, _active.Count);
    }

    private async Task Begin(params WidgetRow[] stored)
    {
        Database database = await Open();
        var store = new WidgetStore(database);
        LedgerOwnership owner = await store.TakeLedger();
        Assert.True(await store.Write(new StoringStep(owner.Epoch, stored, Stored: null)));
        var telemetry = new WidgetTelemetry(Meters, TimeProvider.System);
        var turns = new LedgerTurns();
        var needs = new ChangeNeeds(new WidgetLoader(_active, store, turns, telemetry));
        _commits = new LedgerCommits(_active, needs, _log, turns, telemetry, new WidgetOptions());
    }

    private Task<WidgetOutcome> Apply(WidgetChange change) => Task.Factory.StartNew(
        () => _commits.Apply(change), default, TaskCreationOptions.None, _turns).Unwrap();

    /// <summary>Behind all turns that were taken so far.</summary>
    private Task Turn(Action action) => Task.Factory.StartNew(action, default, TaskCreationOptions.None, _turns);

    private static IEnumerable<(string Serial, string? P)> Peers(HeldAppend append) =>
        append.Rows.Select(row => (Text(row.Widget.Serial)!, Text(row.Widget.Peer(PortType.P)))).OrderBy(row => row.Item1);

    private static string? Text(ReadOnlySpan<byte> text) => text.IsEmpty ? null : Encoding.UTF8.GetString(text);

    private static WidgetRow Stored(string serial, string? peer = null) => new(
        PackedWidget.Of(Encoding.UTF8.GetBytes(serial), "stored"u8, PortSet.P, Encoding.UTF8.GetBytes(peer ?? "")), Version: 1);

    private static WidgetChange.Create Create(string serial) => new() { Serial = serial, Name = "made", Ports = PortSet.P };

    private static WidgetChange.Connect Link(string serial, string peer) =>
        new() { Serial = serial, Port = PortType.P, Peer = peer };
}
