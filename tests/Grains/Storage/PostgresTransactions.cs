using Turnstile.Grains.Storage;
using Turnstile.Harness;

namespace Turnstile.Grains.Tests.Storage;

/// <summary>
/// What only a server can do to a transaction: close its connection, or let two silos lock each other out.
/// </summary>
public sealed class PostgresTransactions() : StorageSuite(new PostgresHome())
{
    [PostgresFact]
    public async Task A_connection_that_the_server_has_closed_is_replaced_before_anyone_notices()
    {
        Database database = await Open();
        RowWriter<Note> notes = database.Writes.CreateWriter("notes", Notes.Insert);
        await notes.Write(new Note(1, "before"));
        Assert.Equal(1, await database.QueryFirstOrDefault(Notes.Count, default));
        await ((PostgresHome)Home).Disconnect();
        await notes.Write(new Note(2, "after")).WaitAsync(Patience);
        Assert.Equal(2, await database.QueryFirstOrDefault(Notes.Count, default));
    }

    [PostgresFact]
    public async Task A_transaction_that_loses_its_connection_halfway_is_done_again()
    {
        Database database = await Open();
        await database.Ping();
        int runs = 0;
        var notes = database.Writes.CreateWriter<Note, None>("notes", async (transaction, changes, _) =>
        {
            await transaction.Execute(Notes.Insert, changes);
            if (runs++ == 0)
                await ((PostgresHome)Home).Disconnect();
            await transaction.Query(Notes.Count, default(None));
        });
        await notes.Write(new Note(1, "once")).WaitAsync(Patience);
        Assert.Equal(2, runs);
        Assert.Equal(1, await database.QueryFirstOrDefault(Notes.Count, default));
    }

    [PostgresFact]
    public async Task Two_silos_that_lock_each_other_out_both_succeed()
    {
        Database one = await Open();
        Database other = await Open();
        await one.Writes.CreateWriter("notes", Notes.Insert).Write([new Note(1, "new"), new Note(2, "new")]);
        var oneHolds = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var otherHolds = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<None> first = Crossing(one, oneHolds, otherHolds).Write([new Note(1, "one"), new Note(2, "one")]);
        Task<None> second = Crossing(other, otherHolds, oneHolds).Write([new Note(2, "other"), new Note(1, "other")]);
        await Task.WhenAll(first, second).WaitAsync(Patience);
        List<Note> notes = await one.QueryMany(Notes.ByIds, [1, 2]);
        Assert.Single(notes.Select(note => note.Text).Distinct());
    }

    /// <summary>Locks the first note, waits until the other silo has locked its own, and goes for that one.</summary>
    private static BatchWriter<Note[], None> Crossing(
        Database database, TaskCompletionSource holds, TaskCompletionSource otherHolds) =>
        database.Writes.CreateWriter<Note[], None>("crossing", async (transaction, changes, _) =>
        {
            await transaction.Execute(Notes.SetText, changes[0][0]);
            holds.TrySetResult();
            await otherHolds.Task;
            await transaction.Execute(Notes.SetText, changes[0][1]);
        });
}
