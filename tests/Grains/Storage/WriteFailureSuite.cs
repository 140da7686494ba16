using Turnstile.Grains.Storage;
using Turnstile.Harness;

namespace Turnstile.Grains.Tests.Storage;

public sealed class WriteFailuresOnSqlite() : WriteFailureSuite(new SqliteHome());

[OnPostgres]
public sealed class WriteFailuresOnPostgres() : WriteFailureSuite(new PostgresHome());

public abstract class WriteFailureSuite(StoreHome home) : StorageSuite(home)
{
    [DatabaseFact]
    public async Task Only_the_change_at_fault_fails()
    {
        Database database = await Open();
        RowWriter<Note> notes = database.Writes.CreateWriter("notes", Notes.Insert);
        await notes.Write(new Note(57, "there first"));
        using WritingPause pause = await WritingPause.Begin(database);
        Task[] writes = [.. Enumerable.Range(1, 100).Select(id => notes.Write(new Note(id, "later")))];
        pause.End();
        await Assert.ThrowsAsync<StorageConstraintException>(() => writes[56].WaitAsync(Patience));
        await Task.WhenAll(writes.Where((_, i) => i != 56)).WaitAsync(Patience);
        Assert.Equal(100, await database.QueryFirstOrDefault(Notes.Count, default));
        Assert.Equal("there first", (await database.QueryFirstOrDefault(Notes.ById, 57))?.Text);
    }

    [DatabaseFact]
    public async Task A_change_of_many_rows_is_stored_whole_or_not_at_all()
    {
        Database database = await Open();
        RowWriter<Note> notes = database.Writes.CreateWriter("notes", Notes.Insert);
        await notes.Write(new Note(150, "there first"));
        using WritingPause pause = await WritingPause.Begin(database);
        Task good = notes.Write([.. Enumerable.Range(1, 100).Select(id => new Note(id, "good"))]);
        Task bad = notes.Write([.. Enumerable.Range(101, 100).Select(id => new Note(id, "bad"))]);
        pause.End();
        await good.WaitAsync(Patience);
        await Assert.ThrowsAsync<StorageConstraintException>(() => bad.WaitAsync(Patience));
        Assert.Equal(101, await database.QueryFirstOrDefault(Notes.Count, default));
    }

    [DatabaseFact]
    public async Task A_writer_that_throws_fails_its_change_and_no_other()
    {
        Database database = await Open();
        RowWriter<Note> notes = database.Writes.CreateWriter("notes", Notes.Insert);
        BatchWriter<int, None> faulty = database.Writes.CreateWriter<int, None>(
            "faulty", (_, _, _) => throw new NotSupportedException("a bug"));
        using WritingPause pause = await WritingPause.Begin(database);
        Task before = notes.Write(new Note(1, "before"));
        Task fault = faulty.Write(1);
        Task after = notes.Write(new Note(2, "after"));
        pause.End();
        await Assert.ThrowsAsync<NotSupportedException>(() => fault.WaitAsync(Patience));
        await Task.WhenAll(before, after).WaitAsync(Patience);
    }

    [DatabaseFact]
    public async Task Changes_above_the_limit_are_refused_at_once_and_taken_again_later()
    {
        Database database = await Open(options => options.PendingWritesMax = 10);
        RowWriter<Note> notes = database.Writes.CreateWriter("notes", Notes.Insert);
        using WritingPause pause = await WritingPause.Begin(database);
        Task[] taken = [.. Enumerable.Range(1, 9).Select(id => notes.Write(new Note(id, "taken")))];
        Task refused = notes.Write(new Note(10, "refused"));
        Assert.True(refused.IsFaulted);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => refused);
        pause.End();
        await Task.WhenAll(taken).WaitAsync(Patience);
        await notes.Write(new Note(11, "taken again"));
        Assert.Equal(10, await database.QueryFirstOrDefault(Notes.Count, default));
    }

    [DatabaseFact]
    public async Task While_the_database_is_away_writes_fail_and_afterwards_they_work()
    {
        Database database = await Open();
        RowWriter<Note> notes = database.Writes.CreateWriter("notes", Notes.Insert);
        Note[] large = [.. Enumerable.Range(1, 100).Select(id => new Note(id, new string('x', 5000)))];
        await Home.TakeAway(database);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => notes.Write(large).WaitAsync(Patience));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => notes.Write(large).WaitAsync(Patience));
        await Home.BringBack(database);
        await notes.Write(large).WaitAsync(Patience);
        await database.Ping();
        Assert.Equal(100, await database.QueryFirstOrDefault(Notes.Count, default));
    }
}
