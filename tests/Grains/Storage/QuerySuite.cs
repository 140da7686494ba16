using Turnstile.Grains.Storage;
using Turnstile.Harness;

namespace Turnstile.Grains.Tests.Storage;

public sealed class QueriesOnSqlite() : QuerySuite(new SqliteHome())
{
    [Fact]
    public async Task What_failed_in_a_list_is_told_and_not_that_its_transaction_has_ended_with_it()
    {
        Database database = await Open(options => options.ReadersMax = 1);

        // In tables of its own a connection may write that only reads the file.
        await database.QueryList(Own("CREATE TEMP TABLE own (id INTEGER PRIMARY KEY)"), default);
        Query<None, long> insert = Own("INSERT OR ROLLBACK INTO own VALUES (1)");
        await database.QueryList(insert, default);
        await Assert.ThrowsAsync<StorageConstraintException>(() => database.QueryList(insert, default));
        Assert.Equal([0], await database.QueryList(Notes.Count, default));
    }

    private static Query<None, long> Own(string sql) => new(sql, row => row.Integer(0));
}

[OnPostgres]
public sealed class QueriesOnPostgres() : QuerySuite(new PostgresHome());

public abstract class QuerySuite(StoreHome home) : StorageSuite(home)
{
    private static readonly Query<(long After, int Most), long> Page = new(
        "SELECT id FROM notes WHERE id > @after ORDER BY id LIMIT @most",
        columns => columns.Integer("after", page => page.After).Integer("most", page => page.Most),
        row => row.Integer(0));

    [DatabaseFact]
    public async Task Every_kind_of_value_comes_back_as_it_was_stored()
    {
        Database database = await Open();
        RowWriter<Note> notes = database.Writes.CreateWriter("notes", Notes.Insert);
        Note[] stored =
        [
            new Note(1, null),
            new Note(2, "", long.MinValue, [], -0.5, long.MaxValue),
            new Note(3, "Zürich, 東京, 🎰", long.MaxValue, [0, 255, 1], double.MaxValue, 0),
            new Note(4, new string('ä', 100_000), 1, new byte[1_000_000], Math.PI, -1),
        ];
        await notes.Write(stored);
        foreach (Note expected in stored)
        {
            Note? found = await database.QueryFirstOrDefault(Notes.ById, expected.Id);
            Assert.Equal(expected, found! with { Payload = expected.Payload });
            Assert.Equal(expected.Payload, found.Payload);
        }
    }

    [DatabaseFact]
    public async Task What_is_not_there_is_the_default()
    {
        Database database = await Open();
        Assert.Null(await database.QueryFirstOrDefault(Notes.ById, 1));
        Assert.Empty(await database.QueryList(Notes.ById, 1));
        Assert.Empty(await database.QueryMany(Notes.ByIds, []));
    }

    [DatabaseFact]
    public async Task Parameters_stand_anywhere_in_the_text()
    {
        Database database = await Open();
        RowWriter<Note> notes = database.Writes.CreateWriter("notes", Notes.Insert);
        await notes.Write([.. Enumerable.Range(1, 50).Select(id => new Note(id, "listed"))]);
        Assert.Equal([11, 12, 13], await database.QueryList(Page, (10, 3)));
    }

    [DatabaseFact]
    public async Task Many_rows_are_read_by_their_keys_at_once()
    {
        Database database = await Open();
        RowWriter<Note> notes = database.Writes.CreateWriter("notes", Notes.Insert);
        await notes.Write([.. Enumerable.Range(1, 5000).Select(id => new Note(id, $"note {id}"))]);
        long[] wanted = [.. Enumerable.Range(0, 3000).Select(i => (long)i * 2)];
        List<Note> found = await database.QueryMany(Notes.ByIds, wanted);
        Assert.Equal(wanted.Where(id => id is > 0 and <= 5000), found.Select(note => note.Id).Order());
    }

    [DatabaseFact]
    public async Task Many_readers_read_at_once()
    {
        Database database = await Open(options => options.ReadersMax = 2);
        RowWriter<Note> notes = database.Writes.CreateWriter("notes", Notes.Insert);
        await notes.Write([.. Enumerable.Range(1, 100).Select(id => new Note(id, "read"))]);
        Task<List<long>>[] reads = [.. Enumerable.Range(0, 100).Select(i => database.QueryList(Page, (i, 1)))];
        List<long>[] pages = await Task.WhenAll(reads).WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(1, 100).Select(id => (long)id), pages.Select(page => Assert.Single(page)));
    }

    [DatabaseFact]
    public async Task A_text_that_the_database_does_not_understand_is_reported()
    {
        Database database = await Open();
        var wrong = new Query<None, long>("SELECT id FROM nowhere", row => row.Integer(0));
        StorageException failure = await Assert.ThrowsAsync<StorageException>(
            async () => await database.QueryFirstOrDefault(wrong, default));
        Assert.Contains("nowhere", failure.Message, StringComparison.Ordinal);
    }

    [DatabaseFact]
    public async Task Ping_writes()
    {
        Database database = await Open();
        var probe = new Query<None, long>("SELECT written_at FROM storage_probe", row => row.Integer(0));
        await database.Ping();
        Time.Advance(TimeSpan.FromSeconds(1));
        await database.Ping();
        Assert.Equal(UnixMicroseconds.Now(Time), await database.QueryFirstOrDefault(probe, default));
    }
}

public sealed class StatementTexts
{
    [Fact]
    public void A_parameter_without_a_column_is_refused_when_the_statement_is_made() =>
        Assert.Throws<ArgumentException>(() => new Statement<long>(
            "DELETE FROM notes WHERE id = @ident", columns => columns.Integer("id", id => id)));

    [Fact]
    public void Words_for_one_database_are_a_comment_on_the_other()
    {
        const string Sql = "CREATE TABLE t (id /*sqlite INTEGER*//*postgres bigint*/) /* kept */";
        Assert.Equal("CREATE TABLE t (id INTEGER) /* kept */", DialectText.For(Dialect.Sqlite, Sql));
        Assert.Equal("CREATE TABLE t (id bigint) /* kept */", DialectText.For(Dialect.Postgres, Sql));
    }
}
