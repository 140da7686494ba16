using Turnstile.Grains.Storage;
using Turnstile.Harness;

namespace Turnstile.Grains.Tests.Storage;

public sealed class GroupCommitOnSqlite() : GroupCommitSuite(new SqliteHome());

[OnPostgres]
public sealed class GroupCommitOnPostgres() : GroupCommitSuite(new PostgresHome());

public abstract class GroupCommitSuite(StoreHome home) : StorageSuite(home)
{
    [DatabaseFact]
    public async Task A_change_is_seen_by_readers_once_its_task_completes()
    {
        Database database = await Open();
        RowWriter<Note> notes = database.Writes.CreateWriter("notes", Notes.Insert);
        for (int id = 1; id <= 20; id++)
        {
            await notes.Write(new Note(id, $"note {id}"));
            Assert.Equal($"note {id}", (await database.QueryFirstOrDefault(Notes.ById, id))?.Text);
        }
    }

    [DatabaseFact]
    public async Task Changes_that_wait_together_are_committed_together()
    {
        Database database = await Open();
        var batches = new List<int>();
        var notes = database.Writes.CreateWriter<Note, None>("notes", async (transaction, changes, _) =>
        {
            batches.Add(changes.Count);
            await transaction.Execute(Notes.Insert, changes);
        });
        using WritingPause pause = await WritingPause.Begin(database);
        Task[] writes = [.. Enumerable.Range(1, 500).Select(id => notes.Write(new Note(id, "together")))];
        pause.End();
        await Task.WhenAll(writes).WaitAsync(Patience);
        Assert.Equal([500], batches);
        Assert.Equal(500, await database.QueryFirstOrDefault(Notes.Count, default));
    }

    [DatabaseFact]
    public async Task A_transaction_takes_no_more_rows_than_its_limit()
    {
        Database database = await Open(options => options.BatchRowsMax = 100);
        var batches = new List<int>();
        BatchWriter<int, None> writer = database.Writes.CreateWriter<int, None>("rows", (_, changes, _) =>
        {
            batches.Add(changes.Count);
            return ValueTask.CompletedTask;
        });
        using WritingPause pause = await WritingPause.Begin(database);
        Task[] writes = [.. Enumerable.Range(0, 250).Select(i => writer.Write(i))];
        pause.End();
        await Task.WhenAll(writes).WaitAsync(Patience);
        Assert.Equal([100, 100, 50], batches);
    }

    [DatabaseFact]
    public async Task Changes_of_one_writer_take_effect_in_order()
    {
        Database database = await Open();
        RowWriter<Note> notes = database.Writes.CreateWriter("notes", Notes.Insert);
        RowWriter<Note> texts = database.Writes.CreateWriter("texts", Notes.SetText);
        await notes.Write(new Note(1, "first"));
        using WritingPause pause = await WritingPause.Begin(database);
        Task[] writes = [.. Enumerable.Range(1, 50).Select(i => texts.Write(new Note(1, $"text {i}")))];
        pause.End();
        await Task.WhenAll(writes).WaitAsync(Patience);
        Assert.Equal("text 50", (await database.QueryFirstOrDefault(Notes.ById, 1))?.Text);
    }

    [DatabaseFact]
    public async Task In_a_transaction_the_writer_made_first_runs_first()
    {
        Database database = await Open();
        var order = new List<string>();
        BatchWriter<int, None> first = Recorder("first");
        BatchWriter<int, None> second = Recorder("second");
        using WritingPause pause = await WritingPause.Begin(database);
        Task[] writes = [second.Write(1), first.Write(1), second.Write(2), first.Write(2)];
        pause.End();
        await Task.WhenAll(writes).WaitAsync(Patience);
        Assert.Equal(["first 1", "first 2", "second 1", "second 2"], order);

        BatchWriter<int, None> Recorder(string name) => database.Writes.CreateWriter<int, None>(name, (_, changes, _) =>
        {
            order.AddRange(changes.Select(change => $"{name} {change}"));
            return ValueTask.CompletedTask;
        });
    }

    [DatabaseFact]
    public async Task Every_caller_learns_the_outcome_of_its_own_change()
    {
        Database database = await Open();
        RowWriter<Note> notes = database.Writes.CreateWriter("notes", Notes.Insert);
        var newer = database.Writes.CreateWriter<Note, bool>("newer", async (transaction, changes, results) =>
        {
            HashSet<long> put = [.. await transaction.Query(Notes.PutNewer, changes)];
            for (int i = 0; i < results.Length; i++)
                results[i] = put.Contains(changes[i].Id);
        });
        await notes.Write([new Note(1, "old", 5), new Note(2, "old", 5)]);
        using WritingPause pause = await WritingPause.Begin(database);
        Note[] changed = [new Note(1, "new", 6), new Note(2, "older", 4), new Note(3, "first")];
        Task<bool>[] writes = [.. changed.Select(note => newer.Write(note))];
        pause.End();
        bool[] outcomes = await Task.WhenAll(writes).WaitAsync(Patience);
        Assert.Equal([true, false, true], outcomes);
        Assert.Equal("old", (await database.QueryFirstOrDefault(Notes.ById, 2))?.Text);
    }

    [DatabaseFact]
    public async Task Several_changes_of_one_row_in_a_transaction_have_the_outcome_of_one_after_another()
    {
        Database database = await Open();
        BatchWriter<Note, None> newer = database.Writes.CreateWriter<Note, None>(
            "newer", async (transaction, changes, _) => await transaction.Query(Notes.PutNewer, changes));
        using WritingPause pause = await WritingPause.Begin(database);
        long[] versions = [1, 3, 2, 4, 2];
        Task[] writes = [.. versions.Select(version => newer.Write(new Note(7, $"version {version}", version)))];
        pause.End();
        await Task.WhenAll(writes).WaitAsync(Patience);
        Assert.Equal("version 4", (await database.QueryFirstOrDefault(Notes.ById, 7))?.Text);
    }

    [DatabaseFact]
    public async Task What_waits_is_committed_when_the_database_is_closed()
    {
        Database database = await Open();
        RowWriter<Note> notes = database.Writes.CreateWriter("notes", Notes.Insert);
        using WritingPause pause = await WritingPause.Begin(database);
        Task[] writes = [.. Enumerable.Range(1, 100).Select(id => notes.Write(new Note(id, "last")))];
        ValueTask closing = database.DisposeAsync();
        Task late = notes.Write(new Note(1000, "too late"));
        pause.End();
        await closing;
        await Task.WhenAll(writes).WaitAsync(Patience);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => late);

        Database again = await Open();
        Assert.Equal(100, await again.QueryFirstOrDefault(Notes.Count, default));
    }

    [DatabaseFact]
    public async Task What_was_answered_survives_a_kill()
    {
        Database database = await Open();
        RowWriter<Note> notes = database.Writes.CreateWriter("notes", Notes.Insert);
        await Task.WhenAll(Enumerable.Range(1, 300).Select(id => notes.Write(new Note(id, "answered"))));
        using WritingPause pause = await WritingPause.Begin(database);
        Task unanswered = notes.Write(new Note(1000, "never answered"));

        Database next = await Open(Home.ConfigureAfterKill);
        Assert.Equal(300, await next.QueryFirstOrDefault(Notes.Count, default));
        pause.End();
        await unanswered.WaitAsync(Patience);
    }
}
