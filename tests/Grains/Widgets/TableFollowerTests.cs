using Microsoft.Extensions.Logging.Abstractions;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Tests.Storage;
using Turnstile.Grains.Widgets;
using Turnstile.Grains.Widgets.Log;
using Turnstile.Widgets;

namespace Turnstile.Grains.Tests.Widgets;

public sealed class TableFollowerTests() : StorageSuite(new SqliteHome())
{
    private static readonly Query<None, long> FindStored = new("SELECT stored FROM widget_ledger WHERE id = 1", row => row.Integer(0));

    private readonly ActiveWidgets _active = new(activeMax: 0);

    [Fact]
    public async Task Where_the_tables_cannot_follow_for_a_reason_unheard_of_the_ledger_is_left_to_its_next_owner()
    {
        Database database = await Open();
        Replay([PackedWidget.Of("1"u8, "made"u8, PortSet.P)]);
        var given = new TaskCompletionSource();
        await using TableFollower follower = await Follow(
            new WidgetStore(database),
            new TrimmedLog(() => throw new NotSupportedException("Nobody thought of that.")),
            new WidgetOptions(),
            TimeProvider.System,
            () => given.TrySetResult());
        follower.Start();
        await given.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task How_far_the_tables_have_come_is_not_written_before_all_the_rest_is()
    {
        Database database = await Open();
        var store = new WidgetStore(database);

        // The tables refuse a widget without a name, and nothing else of the round.
        Replay([PackedWidget.Of("1"u8, default, PortSet.All)], [PackedWidget.None("2"u8)]);
        await using TableFollower follower = await Follow(
            store, new TrimmedLog(() => { }), new WidgetOptions { UnstoredMax = 1, StoreRowsMax = 1 }, Time);
        follower.Start();
        Time.Advance(TimeSpan.FromSeconds(1));
        while (Time.Waiting == 0)
        {
            await Task.Yield();
        }

        // The first row is to be tried again; behind all that was handed over with it:
        await store.Write(new StoringStep(Epoch: 0, [], Stored: null));
        Assert.Equal([0L], await database.QueryList(FindStored, default));
        Assert.Equal(2, _active.Unstored);
    }

    [Fact]
    public async Task However_much_is_written_at_a_time_a_round_is_over_when_the_tables_have_all_of_it()
    {
        Database database = await Open();
        var store = new WidgetStore(database);
        Replay([.. Enumerable.Range(1, 50).Select(i => new[] { PackedWidget.Of([(byte)(' ' + i)], "made"u8, PortSet.P) })]);
        var trimmed = new TaskCompletionSource();
        await using TableFollower follower = await Follow(
            store,
            new TrimmedLog(() => trimmed.TrySetResult()),
            new WidgetOptions { UnstoredMax = 30, StoreRowsMax = 1, StorePeriodMilliseconds = 1 },
            TimeProvider.System);
        follower.Start();
        await trimmed.Task.WaitAsync(Patience);
        Assert.Equal([50L], await database.QueryList(FindStored, default));
        Assert.Equal(0, _active.Unstored);
        Assert.Equal(50, (await store.List("", 100)).Count);
    }

    private async Task<TableFollower> Follow(
        WidgetStore store, ICommitLog log, WidgetOptions options, TimeProvider time, Action? lost = null)
    {
        LedgerOwnership owner = await store.TakeLedger();
        var telemetry = new WidgetTelemetry(Meters, time);
        var turns = new LedgerTurns();
        var commits = new LedgerCommits(_active, null!, log, turns, telemetry, options) { Last = _active.Unstored, Lost = lost };
        return new TableFollower(
            _active, store, log, commits, turns, new FollowerSettings(owner.Epoch, options, time, NullLogger.Instance));
    }

    private void Replay(params PackedWidget[][] changes)
    {
        WidgetReplay replay = _active.BeginReplay();
        replay.Take(Logged.Piece(Logged.Changes(1, changes)));
        _active.EndReplay(replay);
    }

    private sealed class TrimmedLog(Action trim) : ICommitLog
    {
        public long Bytes => 0;

        public Task<long> Recover(long stored, Action<LoggedChanges> replay) => throw new NotSupportedException();

        public Task Append(ReadOnlyMemory<byte> frame, long first, long last) => throw new NotSupportedException();

        public Task Trim(long stored)
        {
            trim();
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
