using System.Globalization;
using Turnstile.Grains.Tests.Storage;
using Turnstile.Harness;
using Turnstile.Widgets;

namespace Turnstile.Grains.Tests.Widgets;

public sealed class WidgetRacesOnSqlite() : WidgetRaceSuite(new SqliteHome());

[OnPostgres]
public sealed class WidgetRacesOnPostgres() : WidgetRaceSuite(new PostgresHome());

/// <summary>
/// Many clients change few widgets at once, and now and then the process is killed. Whatever they see has to be what one client
/// after another would have seen, in some order.
/// </summary>
public abstract class WidgetRaceSuite(StoreHome home) : WidgetSuite(home)
{
    private const int Clients = 4;
    private const int RoundsPerSeed = 400;

    private static readonly string[] Serials = ["a", "b/c", "ü", "D", "1"];

    // Small limits, so that storing, forgetting and reading again happen all the time.
    private static readonly (string, string)[] Restless =
        [("Widgets:StorePeriodMilliseconds", "1"), ("Widgets:StoreRowsMax", "2"), ("Widgets:CommitMax", "3")];

    [DatabaseFact]
    public Task Concurrent_changes_are_as_if_made_one_after_another() => Race(seed: 1, killEvery: int.MaxValue);

    [DatabaseFact]
    public Task A_kill_loses_nothing_that_was_answered_and_does_nothing_by_halves() => Race(seed: 2, killEvery: 40);

    [DatabaseFact]
    public Task A_kill_amid_changes_leaves_each_of_them_done_or_not_done() => Race(seed: 3, killEvery: 40, amid: true);

    private async Task Race(int seed, int killEvery, bool amid = false)
    {
        var random = new Random(seed);
        WidgetHost host = await Start(Restless);
        var model = new WidgetModel();
        for (int round = 1; round <= RoundsPerSeed; round++)
        {
            WidgetChange[] changes = [.. Enumerable.Range(0, Clients).Select(_ => AnyChange(random))];
            Task<WidgetOutcome>[] answers = [.. changes.Select(change => Ask(host, change))];
            Task<Page<WidgetView>> page = host.Ledger.List(1_000, null);
            bool kill = round % killEvery == 0;
            string?[] told;
            if (kill && amid)
            {
                await Task.WhenAny(answers);
                told = [.. answers.Select(answer => answer.IsCompletedSuccessfully ? WordOf(answer) : null)];
                WidgetHost next = await StartAfterKill(host, Restless);
                await Settle(answers);
                host = await Replace(host, next);
            }
            else
            {
                AssertSymmetric((await page).Items);
                told = [.. (await Task.WhenAll(answers).WaitAsync(Patience)).Select(outcome => outcome.GetType().Name)];
                host = kill ? await Replace(host, await StartAfterKill(host, Restless)) : host;
            }

            List<WidgetView> all = await host.All(limit: 1 + random.Next(6));
            AssertSymmetric(all);
            string state = WidgetModel.Text(all.OrderBy(widget => widget.Serial, StringComparer.Ordinal));
            model = Explain(model, changes, told, state) ?? throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"Seed {seed}, round {round}: no order of {string.Join(", ", changes.Zip(told))} leads from\n{model}\nto\n{state}"));
        }
    }

    /// <summary>
    /// The one that was killed goes for good; on a server it was abandoned, and may do no harm until now.
    /// </summary>
    private async Task<WidgetHost> Replace(WidgetHost killed, WidgetHost next)
    {
        await Stop(killed);
        return next;
    }

    private static async Task Settle(Task<WidgetOutcome>[] answers)
    {
        await ((Task)Task.WhenAll(answers)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>
    /// The model after some order of the changes that tells what was told and leads to the state; null where none
    /// does.
    /// </summary>
    /// <remarks>A change without an answer may have been done or not.</remarks>
    private static WidgetModel? Explain(WidgetModel before, WidgetChange[] changes, string?[] told, string state)
    {
        return Try(before, 0);

        WidgetModel? Try(WidgetModel model, int done)
        {
            if (done == (1 << changes.Length) - 1)
            {
                return model.ToString() == state ? model : null;
            }

            for (int i = 0; i < changes.Length; i++)
            {
                if ((done >> i & 1) != 0)
                {
                    continue;
                }

                WidgetModel copy = model.Copy();
                string word = copy.Apply(changes[i]);
                WidgetModel? found = told[i] is null || told[i] == word ? Try(copy, done | (1 << i)) : null;
                found ??= told[i] is null ? Try(model, done | (1 << i)) : null;
                if (found is not null)
                {
                    return found;
                }
            }

            return null;
        }
    }

    private static string WordOf(Task<WidgetOutcome> answer) => answer.GetAwaiter().GetResult().GetType().Name;

    private static Task<WidgetOutcome> Ask(WidgetHost host, WidgetChange change)
    {
        IWidgetGrain widget = host.Widget(change.Serial);
        return change switch
        {
            WidgetChange.Create create => widget.Create(create.Name, create.Ports),
            WidgetChange.Connect connect => widget.Connect(connect.Port, connect.Peer),
            WidgetChange.Disconnect disconnect => widget.Disconnect(disconnect.Port),
            _ => widget.Delete(),
        };
    }

    private static WidgetChange AnyChange(Random random)
    {
        string serial = Serials[random.Next(Serials.Length)];
        var port = (PortType)random.Next(3);
        return random.Next(10) switch
        {
            < 3 => new WidgetChange.Create { Serial = serial, Name = "w", Ports = (PortSet)random.Next(5, 8) },
            3 => new WidgetChange.Delete { Serial = serial },
            4 => new WidgetChange.Disconnect { Serial = serial, Port = port },
            _ => new WidgetChange.Connect { Serial = serial, Port = port, Peer = Serials[random.Next(Serials.Length)] },
        };
    }
}
