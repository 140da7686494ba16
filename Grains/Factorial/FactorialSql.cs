using Turnstile.Factorial;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Factorial;

/// <summary>The SQL of <see cref="FactorialStore"/>.</summary>
internal static class FactorialSql
{
    private const string RowColumns =
        "number, status, generation, job_id, checksum, digits, created_at, started_at, finished_at, error";

    public static readonly Statement<FactorialRow> Save = new(
        """
        INSERT INTO factorials (number, status, generation, job_id, object_key, checksum, digits, created_at, started_at,
            finished_at, error)
        SELECT number, status, generation, job_id, object_key, checksum, digits, created_at, started_at, finished_at, error
        FROM rows WHERE true
        ON CONFLICT (number) DO UPDATE SET status = excluded.status, generation = excluded.generation,
            job_id = excluded.job_id, checksum = excluded.checksum, digits = excluded.digits,
            started_at = excluded.started_at, finished_at = excluded.finished_at, error = excluded.error
        WHERE factorials.generation < excluded.generation
            OR (factorials.generation = excluded.generation AND factorials.status IN (0, 1))
        """,
        columns => columns
            .Integer("number", row => row.Number)
            .Integer("status", row => (long)row.Status)
            .Integer("generation", row => row.Generation)
            .Integer("job_id", row => row.Job)
            .Text("object_key", row => row.ToView().ObjectKey)
            .Text("checksum", row => row.Checksum)
            .IntegerOrNull("digits", row => row.Digits)
            .Integer("created_at", row => row.CreatedAt.ToMicroseconds())
            .Integer("started_at", row => row.StartedAt.ToMicroseconds())
            .IntegerOrNull("finished_at", row => row.FinishedAt?.ToMicroseconds())
            .Text("error", row => row.Error))
    {
        Key = row => row.Number,
    };

    public static readonly Statement<FactorialCount> Count = new(
        """
        UPDATE factorials SET requests = requests + rows.more_requests, reads = reads + rows.more_reads,
            hits = hits + rows.more_hits
        FROM rows WHERE factorials.number = rows.counted
        """,
        columns => columns
            .Integer("counted", count => count.Number)
            .Integer("more_requests", count => count.Requests)
            .Integer("more_reads", count => count.Reads)
            .Integer("more_hits", count => count.Hits))
    {
        Key = count => count.Number,
    };

    public static readonly Query<int, FactorialRow> Find = new(
        $"SELECT {RowColumns} FROM factorials WHERE number = @number",
        columns => columns.Integer("number", number => number),
        ReadRow);

    public static readonly Query<None, int> ListOpen = new(
        "SELECT number FROM factorials WHERE status IN (0, 1) ORDER BY number", row => (int)row.Integer(0));

    public static readonly Query<(int After, int Limit), FactorialRow> Page = new(
        $"SELECT {RowColumns} FROM factorials WHERE number > @after ORDER BY number LIMIT @limit",
        columns => columns.Integer("after", page => page.After).Integer("limit", page => page.Limit),
        ReadRow);

    public static readonly Query<(FactorialStatus Status, int After, int Limit), FactorialRow> PageOfStatus = new(
        $"""
        SELECT {RowColumns} FROM factorials WHERE status = @status AND number > @after ORDER BY number LIMIT @limit
        """,
        columns => columns
            .Integer("status", page => (long)page.Status)
            .Integer("after", page => page.After)
            .Integer("limit", page => page.Limit),
        ReadRow);

    public static readonly Query<None, StatusTotals> Totals = new(
        """
        SELECT status, COUNT(*), CAST(SUM(requests) AS BIGINT), CAST(SUM(reads) AS BIGINT), CAST(SUM(hits) AS BIGINT)
        FROM factorials GROUP BY status
        """,
        row => new StatusTotals(
            (FactorialStatus)row.Integer(0), row.Integer(1), row.Integer(2), row.Integer(3), row.Integer(4)));

    public static readonly Query<int, FactorialCount> MostAsked = new(
        """
        SELECT number, requests, reads, hits FROM factorials WHERE requests > 0
        ORDER BY requests DESC, number LIMIT @limit
        """,
        columns => columns.Integer("limit", limit => limit),
        row => new FactorialCount
        {
            Number = (int)row.Integer(0), Requests = row.Integer(1), Reads = row.Integer(2), Hits = row.Integer(3),
        });

    public static readonly Query<None, FactorialTimes> Times = new(
        """
        SELECT LENGTH(CAST(number AS TEXT)), COUNT(*),
            AVG(CAST(finished_at - started_at AS DOUBLE PRECISION)) / 1000000.0,
            MAX(CAST(finished_at - started_at AS DOUBLE PRECISION)) / 1000000.0
        FROM factorials WHERE status = 2 GROUP BY 1 ORDER BY 1
        """,
        row => new FactorialTimes
        {
            NumberDigits = (int)row.Integer(0),
            Count = row.Integer(1),
            MeanSeconds = row.Real(2),
            MaxSeconds = row.Real(3),
        });

    private static FactorialRow ReadRow(Row row) => new()
    {
        Number = (int)row.Integer(0),
        Status = (FactorialStatus)row.Integer(1),
        Generation = row.Integer(2),
        Job = row.Integer(3),
        Checksum = row.TextOrNull(4),
        Digits = (int?)row.IntegerOrNull(5),
        CreatedAt = row.Integer(6).ToTime(),
        StartedAt = row.Integer(7).ToTime(),
        FinishedAt = row.IntegerOrNull(8)?.ToTime(),
        Error = row.TextOrNull(9),
    };
}
