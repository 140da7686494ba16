using Turnstile.Grains.Storage;

namespace Turnstile.Benchmarks.Storage;

/// <summary>A row like that of a job: eight columns, about 100 bytes.</summary>
internal sealed record JobRow(long Id, string Caller, string Number, long CreatedAt)
{
    public const string Table = """
        CREATE TABLE benchmark_jobs (
            id /*sqlite INTEGER*/ /*postgres bigint*/ NOT NULL PRIMARY KEY,
            caller text NOT NULL,
            operation smallint NOT NULL,
            number text NOT NULL,
            status smallint NOT NULL,
            priority smallint NOT NULL,
            created_at bigint NOT NULL,
            cost bigint NOT NULL
        )
        """;
}

/// <summary>The statements of the benchmark and the jobs written so far.</summary>
internal sealed class StorageLoad(Database database)
{
    private static readonly Statement<JobRow> Insert = new(
        """
        INSERT INTO benchmark_jobs (id, caller, operation, number, status, priority, created_at, cost)
        SELECT id, caller, operation, number, status, priority, created_at, cost FROM rows
        """,
        columns => columns
            .Integer("id", job => job.Id)
            .Text("caller", job => job.Caller)
            .Integer("operation", _ => 1)
            .Text("number", job => job.Number)
            .Integer("status", _ => 0)
            .Integer("priority", _ => 5)
            .Integer("created_at", job => job.CreatedAt)
            .Integer("cost", _ => 0));

    private static readonly Statement<long> Finish = new(
        """
        UPDATE benchmark_jobs SET status = 2, cost = rows.id FROM rows
        WHERE benchmark_jobs.id = rows.id AND status <= 2
        """,
        columns => columns.Integer("id", id => id))
    {
        Key = id => id,
    };

    private static readonly Query<long, JobRow?> ById = new(
        "SELECT id, caller, number, created_at FROM benchmark_jobs WHERE id = @id",
        columns => columns.Integer("id", id => id),
        Job);

    private static readonly Query<long, JobRow> ByIds = new(
        "SELECT j.id, j.caller, j.number, j.created_at FROM rows JOIN benchmark_jobs AS j ON j.id = rows.id",
        columns => columns.Integer("id", id => id),
        Job);

    private readonly RowWriter<JobRow> _jobs = database.Writes.CreateWriter("jobs", Insert);
    private readonly RowWriter<long> _finished = database.Writes.CreateWriter("finished jobs", Finish);
    private long _last;
    private long _finishedLast;
    private long _reads;

    public async Task<int> Append(int count)
    {
        long end = Interlocked.Add(ref _last, count);
        if (count == 1)
            await _jobs.Write(Make(end));
        else
            await _jobs.Write([.. Enumerable.Range(0, count).Select(i => Make(end - count + 1 + i))]);
        return count;
    }

    public async Task<int> Update()
    {
        await _finished.Write((Interlocked.Increment(ref _finishedLast) % Volatile.Read(ref _last)) + 1);
        return 1;
    }

    public async Task<int> Read() => await database.QueryFirstOrDefault(ById, Any()) is null ? 0 : 1;

    public async Task<int> ReadMany(int count) =>
        (await database.QueryMany(ByIds, [.. Enumerable.Range(0, count).Select(_ => Any())])).Count;

    private static JobRow Make(long id) =>
        new(id, "caller-17", "100000000000000000050700000000000000004563", 1_700_000_000_000_000 + id);

    private static JobRow Job(Row row) => new(row.Integer(0), row.Text(1), row.Text(2), row.Integer(3));

    /// <summary>Keys far apart, the same in every run: steps of a large prime.</summary>
    private long Any() => (Interlocked.Increment(ref _reads) * 15_485_863 % Volatile.Read(ref _last)) + 1;
}
