using Microsoft.Extensions.Options;
using Turnstile.Events;
using Turnstile.Grains.Events;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Tests.Storage;
using Turnstile.Harness;
using static Turnstile.Grains.Tests.Events.StoredEvents;

namespace Turnstile.Grains.Tests.Events;

public sealed class EventStoreOnSqlite() : EventStoreSuite(new SqliteHome());

[OnPostgres]
public sealed class EventStoreOnPostgres() : EventStoreSuite(new PostgresHome());

/// <summary>What the inbox, the partitions and the failures promise, on each database.</summary>
public abstract class EventStoreSuite(StoreHome home) : StorageSuite(home)
{
    private const int WaitingMax = 10;

    private readonly IOptions<EventsOptions> _options = Options.Create(
        new EventsOptions { Partitions = 1, WaitingPerPartitionMax = WaitingMax });

    private EventIntake _intake = null!;
    private EventStore _store = null!;
    private PlayerStore _players = null!;

    [DatabaseFact]
    public async Task Events_come_out_of_the_inbox_as_they_went_in()
    {
        await OpenStore();
        CasinoEvent[] events =
        [
            Bet(5),
            Bet(3) with { HasWon = true },
            Bet(9) with { Type = EventType.GameStop, Amount = null, Currency = null },
        ];

        IntakeOutcome outcome = await Take(events);

        Assert.Equal(new IntakeOutcome.Taken { Accepted = 3, Duplicates = 0 }, outcome);
        List<ReceivedEvent> inbox = await _store.ReadInbox(0, 1, 100);
        Assert.Equal(events, inbox.Select(received => received.Event));
        Assert.All(inbox, received => Assert.Equal(Time.GetUtcNow(), received.ReceivedAt));
    }

    [DatabaseFact]
    public async Task A_repeat_is_a_duplicate_in_one_batch_and_in_another()
    {
        await OpenStore();

        Assert.Equal(new IntakeOutcome.Taken { Accepted = 1, Duplicates = 1 }, await Take(Bet(1), Bet(1)));
        Assert.Equal(new IntakeOutcome.Taken { Accepted = 1, Duplicates = 1 }, await Take(Bet(1), Bet(2)));
        Assert.Equal(2, (await _store.ReadInbox(0, 1, 100)).Count);
    }

    [DatabaseFact]
    public async Task Batches_handed_in_together_count_every_event_once()
    {
        await OpenStore();

        IntakeOutcome[] outcomes = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => Take(Bet(1 + (i % 5)), Bet(1 + ((i + 1) % 5)))));

        Assert.Equal(5, outcomes.Cast<IntakeOutcome.Taken>().Sum(taken => taken.Accepted));
        Assert.Equal([1, 2, 3, 4, 5], (await _store.ReadInbox(0, 1, 100)).Select(received => received.Event.Id).Order());
    }

    [DatabaseFact]
    public async Task An_id_with_other_content_refuses_the_whole_batch()
    {
        await OpenStore();
        await Take(Bet(1));

        IntakeOutcome outcome = await Take(Bet(2), Bet(1) with { Amount = 501 });

        Assert.Equal(new IntakeOutcome.IdReused { Index = 1, Id = 1 }, outcome);
        Assert.Equal(new IntakeOutcome.Taken { Accepted = 1, Duplicates = 0 }, await Take(Bet(2)));
    }

    [DatabaseFact]
    public async Task A_full_partition_refuses_until_it_has_worked()
    {
        await OpenStore();
        await Take([.. Enumerable.Range(1, WaitingMax).Select(id => Bet(id))]);

        Assert.IsType<IntakeOutcome.Full>(await Take(Bet(100)));
        Assert.Equal(new IntakeOutcome.Taken { Accepted = 0, Duplicates = 1 }, await Take(Bet(1)));

        PartitionRow before = await _store.FindPartition(0);
        Assert.True(await _store.Commit(Step(before, WaitingMax)));
        Assert.IsType<IntakeOutcome.Taken>(await Take(Bet(100)));
    }

    [DatabaseFact]
    public async Task A_step_is_done_once_however_often_it_is_tried()
    {
        await OpenStore();
        await Take(Bet(1), Bet(2));
        PartitionRow before = await _store.FindPartition(0);

        bool[] done = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => _store.Commit(Step(before, 2))));

        Assert.Equal(1, done.Count(first => first));
        PartitionRow after = await _store.FindPartition(0);
        Assert.Equal((2, 1, 0), (after.Processed, after.Steps, after.Waiting));
        Assert.Empty(await _store.ReadInbox(0, 1, 100));
        Assert.Single(await _store.ReadSteps(0, 0, 10));
    }

    [DatabaseFact]
    public async Task An_event_is_found_wherever_it_is()
    {
        await OpenStore();
        await Take(Bet(1), Bet(2));
        Assert.IsType<EventView.Waiting>(await _store.Find(1));

        PartitionRow before = await _store.FindPartition(0);
        StepCommit step = Step(before, 2, "{\"id\":1,\"player_id\":1}\n");
        await _store.Commit(step with { After = step.After with { Retrying = 1 }, Failures = [Failure(2, dead: false)] });

        Assert.Equal("{\"id\":1,\"player_id\":1}"u8.ToArray(), Assert.IsType<EventView.Final>(await _store.Find(1)).Json);
        Assert.Equal("No rate.", Assert.IsType<EventView.Waiting>(await _store.Find(2)).Reason);
        Assert.IsType<EventView.Unknown>(await _store.Find(3));

        PartitionRow now = await _store.FindPartition(0);
        Assert.Equal(1, now.Waiting);
        await _store.Commit(new StepCommit
        {
            Before = now,
            After = now with { Steps = 2, Retrying = 0 },
            Recovered = [2],
            Finals = new StepRow(0, 2, "{\"id\":2,\"player_id\":1}\n"u8.ToArray()),
        });
        Assert.IsType<EventView.Final>(await _store.Find(2));
        Assert.Equal(0, (await _store.FindPartition(0)).Waiting);
    }

    [DatabaseFact]
    public async Task A_dead_letter_waits_until_it_is_revived_and_then_is_due()
    {
        await OpenStore();
        await Take(Bet(1));
        PartitionRow before = await _store.FindPartition(0);
        await _store.Commit(Step(before, 1) with { Finals = null, Failures = [Failure(1, dead: true)] });
        Assert.IsType<EventView.Dead>(await _store.Find(1));
        Assert.Empty(await _store.ReadDue(0, Time.GetUtcNow(), 10));
        Assert.Single(await _store.PageDead(null, 10));

        var one = new DeadRange(0, 1, 10, Time.GetUtcNow());
        Assert.Equal([new RevivedEvent(1, 0)], await _store.Revive(one));
        Assert.Empty(await _store.Revive(one));

        FailureRow due = Assert.Single(await _store.ReadDue(0, Time.GetUtcNow(), 10));
        Assert.Equal((Bet(1), 0), (due.Received.Event, due.Attempts));
        Assert.Equal(1, (await _store.FindPartition(0)).Waiting);
    }

    [DatabaseFact]
    public async Task A_failure_that_was_put_off_by_a_clock_set_back_since_is_due()
    {
        await OpenStore();
        await Take(Bet(1));
        PartitionRow before = await _store.FindPartition(0);
        await _store.Commit(Step(before, 1) with { Finals = null, Failures = [Failure(1, dead: false)] });

        Assert.Empty(await _store.ReadDue(0, Time.GetUtcNow(), 10));
        Assert.Single(await _store.ReadDue(0, Time.GetUtcNow() - TimeSpan.FromHours(1), 10));
    }

    [DatabaseFact]
    public async Task Dead_letters_are_revived_some_at_a_time_in_the_order_of_their_ids()
    {
        await OpenStore();
        await Take(Bet(1), Bet(2), Bet(3));
        PartitionRow before = await _store.FindPartition(0);
        FailureRow[] dead = [Failure(3, dead: true), Failure(1, dead: true), Failure(2, dead: true)];
        await _store.Commit(Step(before, 3) with { Finals = null, Failures = dead });

        var all = new DeadRange(0, long.MaxValue, 2, Time.GetUtcNow());
        Assert.Equal([1, 2], (await _store.Revive(all)).Select(revived => revived.Id).Order());
        Assert.Equal(2, (await _store.FindPartition(0)).Waiting);
        Assert.Equal([3], (await _store.Revive(all with { After = 2 })).Select(revived => revived.Id));
        Assert.Empty(await _store.Revive(all with { After = 3 }));
        Assert.Equal(3, (await _store.FindPartition(0)).Waiting);
    }

    [DatabaseFact]
    public async Task A_dead_letter_is_listed_whatever_its_id()
    {
        await OpenStore();
        await Take(Bet(1), Bet(long.MaxValue));
        PartitionRow before = await _store.FindPartition(0);
        FailureRow[] dead = [Failure(1, dead: true), Failure(long.MaxValue, dead: true)];
        await _store.Commit(Step(before, 2) with { Finals = null, Failures = dead });

        FailureRow last = Assert.Single(await _store.PageDead(null, 1));
        Assert.Equal(long.MaxValue, last.Id);
        Assert.Equal([1], (await _store.PageDead(last.Id, 10)).Select(failure => failure.Id));
        Assert.Empty(await _store.PageDead(1, 10));
    }

    [DatabaseFact]
    public async Task The_length_of_an_output_is_that_of_the_own_machine_where_the_database_has_several()
    {
        Database database = Make();
        var one = new EventStore(database, _options, "one");
        var other = new EventStore(database, _options, "other");
        await database.Start();

        await one.RecordOutput(new OutputRecord([], "/events.jsonl", 10));
        Assert.Equal(database.Dialect == Dialect.Sqlite ? 10L : null, await other.FindOutputLength("/events.jsonl"));
        await other.RecordOutput(new OutputRecord([], "/events.jsonl", 4));
        Assert.Equal(database.Dialect == Dialect.Sqlite ? 4L : 10L, await one.FindOutputLength("/events.jsonl"));
    }

    [DatabaseFact]
    public async Task Players_are_read_as_they_are_now()
    {
        await OpenStore();
        var player = new Player { Id = 11, Email = "john@example.com", LastSignedInAt = "2022-02-02T23:45:00Z" };
        await _players.Put(player);
        await _players.Put(player with { Id = 12, Email = null, LastSignedInAt = null });

        Dictionary<long, Player> found = await _players.Find([11, 12, 13]);

        Assert.Equal([11, 12], found.Keys.Order());
        Assert.Equal(player, found[11]);
        await _players.Put(player with { Email = "jane@example.com" });
        Assert.Equal("jane@example.com", (await _players.Find(11))?.Email);
    }

    [DatabaseFact]
    public async Task Another_number_of_partitions_is_refused()
    {
        Database database = await OpenStore();
        var other = new EventStore(database, Options.Create(new EventsOptions { Partitions = 2 }));

        await Assert.ThrowsAsync<InvalidOperationException>(other.EnsurePartitions);
    }

    private static StepCommit Step(PartitionRow before, long processed, string lines = "{}\n") => new()
    {
        Before = before,
        After = before with { Processed = processed, Steps = before.Steps + 1 },
        Finals = new StepRow(0, before.Steps + 1, System.Text.Encoding.UTF8.GetBytes(lines))
        {
            Sequences = (before.Processed + 1, processed),
        },
    };

    private FailureRow Failure(long id, bool dead) => new()
    {
        Partition = 0,
        Received = new ReceivedEvent(Bet(id), Time.GetUtcNow()),
        Attempts = 1,
        DueAt = Time.GetUtcNow() + TimeSpan.FromSeconds(1),
        Dead = dead,
        Reason = "No rate.",
        FailedAt = Time.GetUtcNow(),
    };

    private async Task<Database> OpenStore()
    {
        Database database = Make();
        _intake = new EventIntake(database, _options);
        _store = new EventStore(database, _options);
        _players = new PlayerStore(database);
        await database.Start();
        await _store.EnsurePartitions();
        return database;
    }

    private async Task<IntakeOutcome> Take(params CasinoEvent[] events) =>
        (await _intake.Take(IntakeBatch.Of(events, partitions: 1, Time.GetUtcNow()))).Outcome;
}
