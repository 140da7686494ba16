using Turnstile.Factorial;
using Turnstile.Grains.Factorial;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Tests.Storage;
using Turnstile.Harness;

namespace Turnstile.Grains.Tests.Factorial;

public sealed class FactorialsOnSqlite() : FactorialStoreSuite(new SqliteHome());

[OnPostgres]
public sealed class FactorialsOnPostgres() : FactorialStoreSuite(new PostgresHome())
{
    [DatabaseFact]
    public async Task Counts_that_several_gateways_have_handed_in_are_added_in_one_order_whoever_adds_them()
    {
        // So many that each is found by the index; they lie in the table from the highest to the lowest.
        const int many = 5_000;
        Database database = Make();
        var store = new FactorialStore(database);
        await database.Start();
        await Task.WhenAll(Enumerable.Range(0, many).Select(i => store.Save(Row(many - i, FactorialStatus.Calculating))));
        await database.Writes.CreateWriter<None, None>("script", (transaction, _, _) => ((BackendTransaction)transaction).Script(
            """
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN INSERT INTO notes (id, parent) SELECT COUNT(*), NEW.number FROM notes; RETURN NEW; END $$;
            CREATE TRIGGER counted BEFORE UPDATE ON factorials FOR EACH ROW EXECUTE FUNCTION note();
            ANALYZE factorials
            """)).Write(default);

        await store.Count([Count(40, 1, 0, 0), Count(7, 1, 0, 0), Count(3_000, 1, 0, 0), Count(12, 1, 0, 0)]);

        List<long> order = await database.QueryList(
            new Query<None, long>("SELECT parent FROM notes ORDER BY id", row => row.Integer(0)), default(None));
        Assert.Equal([7, 12, 40, 3_000], order);
    }
}

public abstract class FactorialStoreSuite(StoreHome home) : StorageSuite(home)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [DatabaseFact]
    public async Task A_row_is_stored_changed_and_found_as_it_was()
    {
        FactorialStore store = await Store();
        FactorialRow row = Row(7, FactorialStatus.Calculating);
        await store.Save(row);
        Assert.Equal(row, await store.Find(7));

        FactorialRow done = row with
        {
            Status = FactorialStatus.Done, Checksum = "abc", Digits = 4, FinishedAt = Start.AddSeconds(2), Error = null,
        };
        await store.Save(done);

        Assert.Equal(done, await store.Find(7));
        Assert.Null(await store.Find(8));
    }

    [DatabaseFact]
    public async Task A_row_of_an_earlier_generation_changes_nothing()
    {
        FactorialStore store = await Store();
        FactorialRow second = Row(7, FactorialStatus.Calculating) with { Generation = 2, Job = 22 };
        await store.Save(second);

        await store.Save(Row(7, FactorialStatus.Failed) with { Generation = 1 });

        Assert.Equal(second, await store.Find(7));
    }

    [DatabaseFact]
    public async Task A_factorial_that_has_ended_stays_so_whatever_an_activation_given_up_for_dead_stores_of_it()
    {
        FactorialStore store = await Store();
        FactorialRow done = Row(7, FactorialStatus.Done) with { Checksum = "abc", Digits = 4, FinishedAt = Start.AddSeconds(2) };
        await store.Save(Row(7, FactorialStatus.Calculating));
        await store.Save(done);

        await store.Save(Row(7, FactorialStatus.Uploading));
        await store.Save(Row(7, FactorialStatus.Failed));
        Assert.Equal(done, await store.Find(7));

        FactorialRow again = Row(7, FactorialStatus.Calculating) with { Generation = 2, Job = 22 };
        await store.Save(again);
        Assert.Equal(again, await store.Find(7));
    }

    [DatabaseFact]
    public async Task What_is_under_way_is_listed_and_pages_follow_the_numbers()
    {
        FactorialStore store = await Store();
        FactorialStatus[] statuses =
            [FactorialStatus.Done, FactorialStatus.Uploading, FactorialStatus.Failed, FactorialStatus.Calculating];
        for (int number = 11; number >= 0; number--)
        {
            await store.Save(Row(number, statuses[number % 4]));
        }

        Assert.Equal([1, 3, 5, 7, 9, 11], await store.ListOpen());
        Assert.Equal([4, 5, 6], (await store.Page(null, 3, 3)).Select(row => row.Number));
        Assert.Equal([6, 10], (await store.Page(FactorialStatus.Failed, 2, 5)).Select(row => row.Number));
        Assert.Equal([0, 1], (await store.Page(null, -1, 2)).Select(row => row.Number));
    }

    [DatabaseFact]
    public async Task Counts_add_up_and_those_of_unknown_numbers_are_left_out()
    {
        FactorialStore store = await Store();
        await store.Save(Row(5, FactorialStatus.Done) with { FinishedAt = Start.AddSeconds(1) });
        await store.Save(Row(9, FactorialStatus.Done) with { FinishedAt = Start.AddSeconds(3) });
        await store.Save(Row(10, FactorialStatus.Failed));

        await store.Count([Count(5, 3, 2, 1), Count(9, 1, 1, 0), Count(77, 9, 9, 9)]);
        await store.Count([Count(9, 5, 4, 4)]);

        List<StatusTotals> totals = await store.Totals();
        Assert.Equal(9, totals.Sum(total => total.Requests));
        Assert.Equal(7, totals.Sum(total => total.Reads));
        Assert.Equal(5, totals.Sum(total => total.Hits));
        Assert.Equal([9, 5], (await store.MostAsked(10)).Select(count => count.Number));
        FactorialTimes times = Assert.Single(await store.Times());
        Assert.Equal((1, 2L, 2.0, 3.0), (times.NumberDigits, times.Count, times.MeanSeconds, times.MaxSeconds));
    }

    private protected static FactorialCount Count(int number, long requests, long reads, long hits) =>
        new() { Number = number, Requests = requests, Reads = reads, Hits = hits };

    private protected static FactorialRow Row(int number, FactorialStatus status) => new()
    {
        Number = number, Status = status, Generation = 1, Job = 1_000 + number, CreatedAt = Start, StartedAt = Start,
    };

    private async Task<FactorialStore> Store()
    {
        Database database = Make();
        var store = new FactorialStore(database);
        await database.Start();
        return store;
    }
}
