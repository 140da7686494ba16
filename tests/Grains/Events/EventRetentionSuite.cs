using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Turnstile.Events;
using Turnstile.Grains.Events;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Tests.Storage;
using Turnstile.Harness;
using static Turnstile.Grains.Tests.Events.StoredEvents;

namespace Turnstile.Grains.Tests.Events;

public sealed class EventRetentionOnSqlite() : EventRetentionSuite(new SqliteHome());

[OnPostgres]
public sealed class EventRetentionOnPostgres() : EventRetentionSuite(new PostgresHome());

/// <summary>Which final events go when they are old, and what is still known of them.</summary>
public abstract class EventRetentionSuite(StoreHome home) : StorageSuite(home)
{
    private readonly IOptions<EventsOptions> _options = Options.Create(new EventsOptions { Partitions = 1, KeepDays = 1 });

    private EventIntake _intake = null!;
    private EventStore _store = null!;

    [DatabaseFact]
    public async Task Steps_go_oldest_first_down_to_the_first_that_has_an_event_that_is_not_old()
    {
        await OpenStore();
        DateTimeOffset old = Time.GetUtcNow().AddHours(-2);
        for (int id = 1; id <= 20; id++)
        {
            await (id == 12 ? StepWith(id, old, Time.GetUtcNow().AddHours(2)) : StepWith(id, old));
        }

        await Snapshot();
        await WriteOut(through: 21);

        Assert.Equal(11, await DropOlder());
        Assert.IsType<EventView.Forgotten>(await _store.Find(11));
        Assert.IsType<EventView.Final>(await _store.Find(12));
        Assert.IsType<EventView.Final>(await _store.Find(13));
    }

    [DatabaseFact]
    public async Task What_the_totals_or_the_output_need_stays_however_old_it_is()
    {
        await OpenStore();
        await StepWith(1, Time.GetUtcNow().AddHours(-2));
        await StepWith(2, Time.GetUtcNow().AddHours(-2));
        await WriteOut(through: 2);
        Assert.Equal(0, await DropOlder());

        await Snapshot();
        await StepWith(3, Time.GetUtcNow().AddHours(-2));
        await WriteOut(through: 1);
        Assert.Equal(2, await DropOlder());
        Assert.IsType<EventView.Final>(await _store.Find(3));
    }

    [DatabaseFact]
    public async Task A_forgotten_event_is_told_from_one_that_waits_and_its_repeat_is_a_repeat()
    {
        await OpenStore();
        await StepWith(1, Time.GetUtcNow().AddHours(-2));
        await Snapshot();
        await WriteOut(through: 2);
        Assert.Equal(1, await DropOlder());
        await Take(Bet(2));

        Assert.IsType<EventView.Forgotten>(await _store.Find(1));
        Assert.IsType<EventView.Waiting>(await _store.Find(2));
        Assert.IsType<EventView.Unknown>(await _store.Find(3));
        Assert.Equal(new IntakeOutcome.Taken { Accepted = 0, Duplicates = 1 }, await Take(Bet(1)));
    }

    [DatabaseFact]
    public async Task An_event_that_failed_first_is_forgotten_with_the_step_in_which_it_succeeded()
    {
        await OpenStore();
        await Take(Bet(1));
        PartitionRow before = await _store.FindPartition(0);
        var failure = new FailureRow
        {
            Partition = 0,
            Received = new ReceivedEvent(Bet(1), Time.GetUtcNow()),
            Attempts = 1,
            DueAt = Time.GetUtcNow(),
            Dead = false,
            Reason = "No rate.",
            FailedAt = Time.GetUtcNow(),
        };
        PartitionRow failed = before with { Processed = 1, Steps = 1, Retrying = 1 };
        await _store.Commit(new StepCommit { Before = before, After = failed, Failures = [failure] });
        Assert.IsType<EventView.Waiting>(await _store.Find(1));
        StepRow finals = Lines(2, 1, Time.GetUtcNow().AddHours(-2));
        await _store.Commit(new StepCommit
        {
            Before = failed, After = failed with { Steps = 2, Retrying = 0 }, Recovered = [1], Finals = finals,
        });
        Assert.IsType<EventView.Final>(await _store.Find(1));
        await Snapshot();
        await WriteOut(through: 3);

        Assert.Equal(1, await DropOlder());
        Assert.IsType<EventView.Forgotten>(await _store.Find(1));
    }

    private static StepRow Lines(long step, long id, params DateTimeOffset[] received) => new(
        0,
        step,
        System.Text.Encoding.UTF8.GetBytes(string.Concat(received.Select(at =>
            $"{{\"id\":{id},\"player_id\":1,\"type\":\"bet\",\"received_at\":\"{at:yyyy-MM-ddTHH:mm:ssZ}\"}}\n"))));

    /// <summary>An event that was taken in and is final, with lines of some that were received at these times.</summary>
    private async Task StepWith(long id, params DateTimeOffset[] received)
    {
        await Take(Bet(id));
        PartitionRow before = await _store.FindPartition(0);
        long place = before.Processed + 1;
        await _store.Commit(new StepCommit
        {
            Before = before,
            After = before with { Processed = place, Steps = before.Steps + 1 },
            Finals = Lines(before.Steps + 1, id, received) with { Sequences = (place, place) },
        });
    }

    /// <summary>The totals up to now are stored, with a step that has no events.</summary>
    private async Task Snapshot()
    {
        PartitionRow before = await _store.FindPartition(0);
        await _store.Commit(new StepCommit { Before = before, After = before with { Steps = before.Steps + 1 }, Snapshot = [1] });
    }

    private Task WriteOut(long through) => _store.RecordOutput(new OutputRecord([new StepRow(0, through, [])], null, 0));

    private async Task<int> DropOlder()
    {
        using var retention = new EventRetention(_store, _options, Time, NullLogger<EventRetention>.Instance);
        int dropped = 0;
        await foreach (int more in retention.DropOlder(Time.GetUtcNow(), CancellationToken.None))
        {
            dropped += more;
        }

        return dropped;
    }

    private async Task<IntakeOutcome> Take(params CasinoEvent[] events) =>
        (await _intake.Take(IntakeBatch.Of(events, partitions: 1, Time.GetUtcNow()))).Outcome;

    private async Task OpenStore()
    {
        Database database = Make();
        _intake = new EventIntake(database, _options);
        _store = new EventStore(database, _options);
        await database.Start();
        await _store.EnsurePartitions();
    }
}
