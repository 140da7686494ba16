using System.Text;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Tests.Storage;
using Turnstile.Grains.Widgets;
using Turnstile.Harness;
using Turnstile.Widgets;

namespace Turnstile.Grains.Tests.Widgets;

public sealed class UnreadPeersOnSqlite() : UnreadPeersSuite(new SqliteHome());

[OnPostgres]
public sealed class UnreadPeersOnPostgres() : UnreadPeersSuite(new PostgresHome());

/// <summary>
/// Changes of widgets that are forgotten as soon as they may be, so that most peers are freed unread, with appends that fail and tables
/// that follow now and then: always as in the model.
/// </summary>
public abstract class UnreadPeersSuite(StoreHome home) : StorageSuite(home)
{
    private const int Rounds = 1_500;
    private const int ChangesMax = 4;

    private static readonly string[] Serials = ["a", "b/c", "ü", "D", "1", "2", "3", "4"];

    private readonly TaskScheduler _turns = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
    private readonly HeldLog _log = new();
    private readonly ActiveWidgets _active = new(activeMax: 0);

    [DatabaseFact]
    public async Task Whatever_is_read_stored_and_undone_widgets_are_as_if_nothing_ever_was()
    {
        var store = new WidgetStore(await Open());
        LedgerOwnership owner = await store.TakeLedger();
        var telemetry = new WidgetTelemetry(Meters, TimeProvider.System);
        var turns = new LedgerTurns();
        var needs = new ChangeNeeds(new WidgetLoader(_active, store, turns, telemetry));
        var commits = new LedgerCommits(_active, needs, _log, turns, telemetry, new WidgetOptions { CommitMax = 2 });
        using var lists = new WidgetLists(_active, store, turns);
        var random = new Random(5);
        var model = new WidgetModel();
        int freedUnread = 0;
        Task<HeldAppend> append = _log.Next();
        for (int round = 0; round < Rounds; round++)
        {
            WidgetChange[] changes = [.. Enumerable.Range(0, 1 + random.Next(ChangesMax)).Select(_ => AnyChange(random))];
            Task<WidgetOutcome[]>[] answers = await InTurn(() => changes.Select(change => commits.Apply(new[] { change })).ToArray());
            Task all = Task.WhenAll(answers);
            while (await Task.WhenAny(all, append) == append)
            {
                End(await append, fails: random.Next(5) == 0);
                append = _log.Next();
            }

            for (int i = 0; i < changes.Length; i++)
            {
                // One that could not be appended did nothing; the model is asked in the same order.
                if (answers[i].IsCompletedSuccessfully)
                {
                    Assert.Equal(model.Apply(changes[i]), (await answers[i])[0].GetType().Name);
                }
            }

            List<WidgetEntry> changed = random.Next(3) == 0 ? await InTurn(_active.TakeChanged) : [];
            List<WidgetRow> rows = await InTurn(() => changed.Where(entry => !entry.IsStored).Select(ActiveWidgets.BeginStoring).ToList());
            freedUnread += rows.Count(row => row.Widget.IsPart);
            Assert.True(await store.Write(new StoringStep(owner.Epoch, rows, Stored: null)));
            await InTurn(() =>
            {
                rows.ForEach(row => _active.Stored(_active.GetOrAdd(row.Widget.Serial), row));
                _active.Sweep(0);
                _active.Shrink();
                return true;
            });
            Page<WidgetView> page = await (await InTurn(() => lists.List(1_000, null)));
            Assert.Equal(
                model.ToString(), WidgetModel.Text(page.Items.OrderBy(widget => widget.Serial, StringComparer.Ordinal)));
        }

        Assert.InRange(freedUnread, Rounds / 50, int.MaxValue);
    }

    private static void End(HeldAppend append, bool fails)
    {
        if (fails)
        {
            append.Fail(new IOException("The disk is full."));
        }
        else
        {
            append.Release();
        }
    }

    private Task<T> InTurn<T>(Func<T> work) => Task.Factory.StartNew(work, default, TaskCreationOptions.None, _turns);

    private static WidgetChange AnyChange(Random random)
    {
        string serial = Serials[random.Next(Serials.Length)];
        var port = (PortType)random.Next(3);
        return random.Next(12) switch
        {
            0 => new WidgetChange.Delete { Serial = serial },
            1 => new WidgetChange.Disconnect { Serial = serial, Port = port },
            < 5 => new WidgetChange.Create { Serial = serial, Name = "w", Ports = PortSet.All },
            _ => new WidgetChange.Connect { Serial = serial, Port = port, Peer = Serials[random.Next(Serials.Length)] },
        };
    }
}
