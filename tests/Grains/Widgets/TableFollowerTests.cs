using Microsoft.Extensions.Logging.Abstractions;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Tests.Storage;
using Turnstile.Grains.Widgets;
using Turnstile.Grains.Widgets.Log;
using Turnstile.Widgets;

namespace Turnstile.Grains.Tests.Widgets;

public sealed class TableFollowerTests() : StorageSuite(new SqliteHome())
{
    [Fact]
    public async Task Where_the_tables_cannot_follow_for_a_reason_unheard_of_the_ledger_is_left_to_its_next_owner()
    {
        Database database = await Open();
        var store = new WidgetStore(database);
        LedgerOwnership owner = await store.TakeLedger();
        var telemetry = new WidgetTelemetry(Meters, TimeProvider.System);
        var options = new WidgetOptions();
        var active = new ActiveWidgets(activeMax: 0);
        WidgetReplay replay = active.BeginReplay();
        replay.Take(Logged.Piece(Logged.Changes(1, [PackedWidget.Of("1"u8, "made"u8, PortSet.P)])));
        active.EndReplay(replay);
        var log = new UnheardOfLog();
        var turns = new LedgerTurns();
        var given = new TaskCompletionSource();
        var commits = new LedgerCommits(active, null!, log, turns, telemetry, options) { Last = 1, Lost = () => given.TrySetResult() };
        var settings = new FollowerSettings(owner.Epoch, options, TimeProvider.System, NullLogger.Instance);
        await using var follower = new TableFollower(active, store, log, commits, turns, settings);
        follower.Start();
        await given.Task.WaitAsync(Patience);
    }

    private sealed class UnheardOfLog : ICommitLog
    {
        public long Bytes => 0;

        public Task<long> Recover(long stored, Action<LoggedChanges> replay) => throw new NotSupportedException();

        public Task Append(ReadOnlyMemory<byte> frame, long first, long last) => throw new NotSupportedException();

        public Task Trim(long stored) => throw new NotSupportedException("Nobody thought of that.");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
