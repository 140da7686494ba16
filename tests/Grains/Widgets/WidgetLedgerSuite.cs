using System.Collections.Immutable;
using System.Text;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Tests.Storage;
using Turnstile.Grains.Widgets;
using Turnstile.Harness;
using Turnstile.Widgets;

namespace Turnstile.Grains.Tests.Widgets;

public sealed class WidgetLedgerOnSqlite() : WidgetLedgerSuite(new SqliteHome());

[OnPostgres]
public sealed class WidgetLedgerOnPostgres() : WidgetLedgerSuite(new PostgresHome())
{
    [PostgresFact]
    public async Task With_the_server_away_nothing_is_done_and_afterwards_everything_can_be()
    {
        WidgetHost host = await Start();
        await Create(host, "1");
        await Home.TakeAway(host.Database);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => host.Widget("2").View());
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Create(host, "2"));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => host.Widget("1").Delete());
        await Home.BringBack(host.Database);
        Assert.IsType<WidgetOutcome.Created>(await Create(host, "2"));
        Assert.Equal(["1", "2"], (await host.All()).Select(widget => widget.Serial));
    }

    [PostgresFact]
    public async Task A_silo_that_lost_the_ledger_to_another_changes_nothing_any_more()
    {
        WidgetHost abandoned = await Start(("Widgets:StorePeriodMilliseconds", "1"));
        await Create(abandoned, "1");
        WidgetHost owner = await Start();
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Create(abandoned, "2"));
        Assert.Equal("1", Assert.Single(await owner.All()).Serial);
    }
}

public abstract class WidgetLedgerSuite(StoreHome home) : WidgetSuite(home)
{
    [DatabaseFact]
    public async Task Whoever_held_a_port_is_free_once_it_is_connected_elsewhere()
    {
        WidgetHost host = await Start();
        foreach (string serial in new[] { "1", "2", "3", "4" })
        {
            await Create(host, serial);
        }

        await host.Widget("1").Connect(PortType.P, "2");
        await host.Widget("3").Connect(PortType.P, "4");
        WidgetOutcome outcome = await host.Widget("1").Connect(PortType.P, "3");

        var connected = Assert.IsType<WidgetOutcome.Connected>(outcome);
        Assert.Equal(("3", "1"), (connected.Widget!.P, connected.Peer!.P));
        List<WidgetView> all = await host.All();
        Assert.Equal([("1", "3"), ("2", null), ("3", "1"), ("4", null)], all.Select(widget => (widget.Serial, widget.P)));
    }

    [DatabaseFact]
    public async Task A_deleted_widget_is_nobodys_peer()
    {
        WidgetHost host = await Start();
        await Create(host, "1");
        await Create(host, "2");
        await host.Widget("1").Connect(PortType.P, "2");
        await host.Widget("1").Connect(PortType.Q, "2");
        Assert.IsType<WidgetOutcome.Deleted>(await host.Widget("1").Delete());
        WidgetView left = Assert.Single(await host.All());
        Assert.Equal(("2", null, null), (left.Serial, left.P, left.Q));
        Assert.Null(await host.Widget("1").View());
    }

    [DatabaseFact]
    public async Task What_the_tables_do_not_have_yet_survives_a_kill()
    {
        WidgetHost host = await Start(("Widgets:StorePeriodMilliseconds", "60000"));
        await Create(host, "1");
        await Create(host, "2");
        await Create(host, "3");
        await host.Widget("1").Connect(PortType.R, "2");
        await host.Widget("3").Delete();
        host = await StartAfterKill(host, ("Widgets:StorePeriodMilliseconds", "60000"));
        Assert.Equal([("1", "2"), ("2", "1")], (await host.All()).Select(widget => (widget.Serial, widget.R)));
        Assert.IsType<WidgetOutcome.Created>(await Create(host, "3"));
    }

    [DatabaseFact]
    public async Task A_stop_and_a_start_change_nothing()
    {
        WidgetHost host = await Start();
        await host.Ledger.ApplyMany([.. Enumerable.Range(0, 3_000).Select(Widget)]);
        await host.Ledger.ApplyMany([.. Enumerable.Range(0, 1_500).Select(i => Link(i, 2_999 - i))]);
        List<WidgetView> before = await host.All();
        await Stop(host);
        host = await Start();
        Assert.Equal(before, await host.All(limit: 700));
        AssertSymmetric(before);
        Assert.Equal(3_000, before.Count(widget => widget.P is not null));
    }

    [DatabaseFact]
    public async Task Changes_go_on_while_the_tables_are_away_and_nothing_is_missing_afterwards()
    {
        WidgetHost host = await Start(("Widgets:StorePeriodMilliseconds", "1"));
        await host.Ledger.ApplyMany([.. Enumerable.Range(0, 100).Select(Widget)]);
        WritingPause pause = await WritingPause.Begin(host.Database);
        ImmutableArray<WidgetOutcome> outcomes =
            await host.Ledger.ApplyMany([.. Enumerable.Range(0, 50).Select(i => Link(i, 99 - i))]).WaitAsync(Patience);
        Assert.All(outcomes, outcome => Assert.IsType<WidgetOutcome.Connected>(outcome));
        pause.End();
        host = await StartAfterKill(host);
        List<WidgetView> all = await host.All();
        AssertSymmetric(all);
        Assert.Equal(100, all.Count(widget => widget.P is not null));
    }

    [DatabaseFact]
    public async Task Changes_do_not_wait_for_a_transaction_that_notes_how_far_the_tables_are()
    {
        WidgetHost host = await Start();
        using WritingPause pause =
            await WritingPause.Begin(host.Database, "UPDATE widget_ledger SET stored = stored WHERE id = 1");
        Assert.IsType<WidgetOutcome.Created>(await Create(host, "1").WaitAsync(Patience));
    }

    [DatabaseFact]
    public async Task When_too_many_changes_wait_for_the_tables_further_ones_are_refused_and_later_taken()
    {
        WidgetHost host = await Start(
            ("Widgets:StorePeriodMilliseconds", "1"), ("Widgets:UnstoredMax", "1000"), ("Widgets:WaitSecondsMax", "1"));
        WritingPause pause = await WritingPause.Begin(host.Database);
        await host.Ledger.ApplyMany([.. Enumerable.Range(0, 1_000).Select(Widget)]);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Create(host, "one more"));
        Assert.Null(await host.Widget("one more").View());
        pause.End();
        Assert.IsType<WidgetOutcome.Created>(await Create(host, "one more").WaitAsync(Patience));
    }

    [DatabaseFact]
    public async Task A_log_whose_last_file_alone_is_as_long_as_the_log_may_be_takes_changes_once_the_tables_have_it()
    {
        WidgetHost host = await Start(
            ("Widgets:StorePeriodMilliseconds", "1"), ("Widgets:LogFileBytes", "65536"), ("Widgets:LogBytesMax", "1048576"));
        string name = string.Concat(Enumerable.Repeat("\U0001F600", WidgetText.LengthMax));
        await host.Ledger.ApplyMany(
            [.. Enumerable.Range(0, 4_096).Select(i => new WidgetChange.Create { Serial = Name(i), Name = name, Ports = PortSet.P })]);
        Assert.IsType<WidgetOutcome.Created>(await Create(host, "one more").WaitAsync(Patience));
    }

    [DatabaseFact]
    public async Task A_widget_is_read_by_its_key_and_those_that_many_changes_name_many_at_once()
    {
        const int burst = 30_000;
        WidgetHost host = await Start();
        using var reads = new Recording(host.Meters, WidgetTelemetry.MeterName, "turnstile.widgets.read");
        Assert.True(await new WidgetStore(host.Database).Write(StoredAtTheStart(burst)));

        Assert.Equal(Name(7), (await host.Widget(Name(7)).View())!.Serial);
        Assert.Equal([1], reads.Values);
        ImmutableArray<WidgetOutcome> outcomes = await host.Ledger.ApplyMany(
            [.. Enumerable.Range(0, burst / 2).Select(i => Link(i, burst - 1 - i))]).WaitAsync(Patience);
        Assert.All(outcomes, outcome => Assert.IsType<WidgetOutcome.Connected>(outcome));
        Assert.Equal(burst, reads.Values.Sum());
        Assert.InRange(reads.Values.Count, 2, burst / 1_000);
    }

    [DatabaseFact]
    public async Task Peers_that_lose_a_connection_are_not_read_for_it_and_are_free_for_whoever_looks()
    {
        const int pairs = 20;
        (string, string)[] unhurried = [("Widgets:StorePeriodMilliseconds", "60000")];
        WidgetHost host = await Start(unhurried);
        Assert.True(await new WidgetStore(host.Database).Write(StoredAtTheStart(2 * pairs, i => (i + pairs) % (2 * pairs))));
        using (var reads = new Recording(host.Meters, WidgetTelemetry.MeterName, "turnstile.widgets.read"))
        {
            await host.Ledger.ApplyMany([.. Enumerable.Range(0, pairs / 2).Select(i => Link(i, pairs - 1 - i))]);
            Assert.Equal(pairs, reads.Values.Sum());
        }

        string?[] expected = [.. Enumerable.Range(0, pairs).Select(i => Name(pairs - 1 - i)), .. new string?[pairs]];
        Assert.Equal(expected, (await host.All(limit: 7)).Select(widget => widget.P));
        Assert.Null((await host.Widget(Name(pairs)).View())!.P);
        Assert.IsType<WidgetOutcome.NotConnected>(await host.Widget(Name(pairs + 1)).Disconnect(PortType.P));
        host = await StartAfterKill(host, unhurried);
        Assert.Equal(expected, (await host.All(limit: 7)).Select(widget => widget.P));
        Assert.Null((await host.Widget(Name(pairs + 2)).View())!.P);
    }

    [DatabaseFact]
    public async Task A_batch_does_all_that_can_be_done_in_its_order()
    {
        WidgetHost host = await Start();
        ImmutableArray<WidgetOutcome> outcomes = await host.Ledger.ApplyMany(
        [
            Widget(1), Widget(2), Widget(1), Link(1, 2), Link(1, 3), Link(2, 2), Widget(3), Link(1, 3),
            new WidgetChange.Create { Serial = Name(1), Name = "other", Ports = PortSet.P },
        ]);
        Assert.Equal(
            ["Created", "Created", "Repeated", "Connected", "NoWidget", "WithItself", "Created", "Connected", "SerialTaken"],
            outcomes.Select(outcome => outcome.GetType().Name));
        Assert.Equal([Name(3), null, Name(1)], (await host.All()).Select(widget => widget.P));
    }

    [DatabaseFact]
    public async Task A_page_holds_widgets_that_the_tables_do_not_have_and_none_that_is_gone()
    {
        WidgetHost host = await Start();
        await host.Ledger.ApplyMany([.. Enumerable.Range(0, 40).Where(i => i % 2 == 0).Select(Widget)]);
        await Stop(host);
        host = await Start(("Widgets:StorePeriodMilliseconds", "60000"));
        await host.Ledger.ApplyMany([.. Enumerable.Range(0, 40).Where(i => i % 2 == 1).Select(Widget)]);
        foreach (int gone in new[] { 0, 1, 2, 3, 4, 5, 6, 17, 18, 39 })
        {
            await host.Widget(Name(gone)).Delete();
        }

        string[] expected = [.. Enumerable.Range(7, 32).Except([17, 18]).Select(Name)];
        foreach (int limit in new[] { 1, 2, 3, 7, 100 })
        {
            Assert.Equal(expected, (await host.All(limit)).Select(widget => widget.Serial));
        }
    }

    [DatabaseFact]
    public async Task Serials_are_listed_in_the_order_of_their_bytes()
    {
        WidgetHost host = await Start();
        string[] serials = ["\U0001F600", "\uFF5E", "é", "Z", "a", "a/b", "a'; DROP TABLE widgets; --", "%2F", "中", "\U00010000", "~"];
        foreach (string serial in serials)
        {
            Assert.IsType<WidgetOutcome.Created>(await Create(host, serial));
        }

        string[] sorted = [.. serials.OrderBy(
            serial => Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(serial)), StringComparer.Ordinal)];
        Assert.Equal(sorted, (await host.All(3)).Select(widget => widget.Serial));
        await Stop(host);
        host = await Start();
        Assert.Equal(sorted, (await host.All(3)).Select(widget => widget.Serial));
    }

    /// <summary>Rows that the first owner of the ledger finds in the tables.</summary>
    private static StoringStep StoredAtTheStart(int count, Func<int, int>? peer = null) => new(
        Epoch: 1,
        [
            .. Enumerable.Range(0, count).Select(i => new WidgetRow(
                PackedWidget.Of(Utf8(Name(i)), "stored"u8, PortSet.P, peer is null ? default : Utf8(Name(peer(i)))), Version: 0)),
        ],
        Stored: null);

    private static ReadOnlySpan<byte> Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Name(int i) => $"{i:d6}";

    private static WidgetChange.Create Widget(int i) =>
        new() { Serial = Name(i), Name = $"widget {i}", Ports = PortSet.P | PortSet.R };

    private static WidgetChange.Connect Link(int i, int j) =>
        new() { Serial = Name(i), Port = PortType.P, Peer = Name(j) };
}
