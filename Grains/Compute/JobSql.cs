using Turnstile.Compute;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Compute;

/// <summary>The SQL of <see cref="JobStore"/>.</summary>
internal static class JobSql
{
    private const string JobColumns =
        """
        j.id, j.caller_id, c.account, c.name, j.operation, j.number, j.priority, j.timeout_seconds, j.idempotency_key,
        j.status, j.attempts, j.submitted_at, j.started_at, j.finished_at, j.cpu_seconds, j.result, j.error, j.dead, j.epoch
        """;

    // Whoever looks at what is going on every second does not read a megabyte of digits for each job.
    private static readonly string GlancedColumns = JobColumns.Replace(
        "j.result",
        $"""
        CASE WHEN j.operation = {(int)JobOperation.Factorial} AND LENGTH(j.result) > 65536
            THEN /*sqlite json_remove(j.result, '$.value')*/ /*postgres (CAST(j.result AS jsonb) - 'value')::text*/
            ELSE j.result END
        """,
        StringComparison.Ordinal);

    public static readonly Query<None, long> CountStart = new(
        "UPDATE process_starts SET count = count + 1 WHERE id = 1 RETURNING count", row => row.Integer(0));

    public static readonly Statement<CallerRow> AddCaller = new(
        "INSERT INTO callers (id, account, name) SELECT id, account, name FROM rows WHERE true ON CONFLICT DO NOTHING",
        columns => columns
            .Integer("id", caller => caller.Id)
            .Text("account", caller => caller.Key.Account)
            .Text("name", caller => caller.Key.Name));

    public static readonly Statement<JobRow> AddJob = new(
        """
        INSERT INTO jobs (id, caller_id, operation, number, priority, timeout_seconds, idempotency_key, status, submitted_at)
        SELECT id, caller_id, operation, number, priority, timeout_seconds, idempotency_key, 0, submitted_at FROM rows
        """,
        columns => columns
            .Integer("id", job => job.Id)
            .Integer("caller_id", job => job.CallerId)
            .Integer("operation", job => (long)job.Operation)
            .Text("number", job => job.Number)
            .Integer("priority", job => job.Priority)
            .RealOrNull("timeout_seconds", job => job.TimeoutSeconds)
            .Text("idempotency_key", job => job.IdempotencyKey)
            .Integer("submitted_at", job => job.SubmittedAt.ToMicroseconds()));

    public static readonly Query<JobStart, long> StartJob = new(
        """
        UPDATE jobs SET status = 1, attempts = rows.attempts, started_at = rows.started_at, epoch = rows.next_epoch
        FROM rows WHERE jobs.id = rows.id AND jobs.status < 2 AND jobs.epoch = rows.own_epoch
        RETURNING jobs.id
        """,
        columns => columns
            .Integer("id", start => start.Job.Id)
            .Integer("attempts", start => start.Job.Attempts)
            .Integer("own_epoch", start => start.Job.Epoch)
            .Integer("next_epoch", start => start.NextEpoch)
            .IntegerOrNull("started_at", start => start.Job.StartedAt?.ToMicroseconds()),
        row => row.Integer(0))
    {
        Key = start => start.Job.Id,
    };

    public static readonly Query<JobEnding, StoredEnd> EndJob = new(
        """
        UPDATE jobs SET status = rows.status, attempts = rows.attempts, started_at = rows.started_at,
            finished_at = rows.finished_at, cpu_seconds = rows.cpu_seconds, result = rows.result, error = rows.error,
            dead = rows.dead
        FROM rows WHERE jobs.id = rows.id AND jobs.status < 2 AND (rows.any_epoch = 1 OR jobs.epoch = rows.own_epoch)
        RETURNING jobs.id, jobs.status, jobs.finished_at
        """,
        columns => columns
            .Integer("id", ending => ending.Job.Id)
            .Integer("own_epoch", ending => ending.Job.Epoch)
            .Integer("any_epoch", ending => ending.AnyEpoch ? 1 : 0)
            .Integer("status", ending => (long)ending.Job.Status)
            .Integer("attempts", ending => ending.Job.Attempts)
            .IntegerOrNull("started_at", ending => ending.Job.StartedAt?.ToMicroseconds())
            .IntegerOrNull("finished_at", ending => ending.Job.FinishedAt?.ToMicroseconds())
            .Real("cpu_seconds", ending => ending.Job.CpuSeconds)
            .Text("result", ending => JobResultText.Write(ending.Job.Result))
            .Text("error", ending => ending.Job.Error)
            .Integer("dead", ending => ending.Job.Dead ? 1 : 0),
        row => new StoredEnd(row.Integer(0), (JobStatus)row.Integer(1), row.IntegerOrNull(2) ?? 0))
    {
        Key = ending => ending.Job.Id,
    };

    public static readonly Statement<CallerRow> CountEnds = new(
        """
        UPDATE callers SET done = done + rows.more_done, failed = failed + rows.more_failed,
            cancelled = cancelled + rows.more_cancelled, cpu_seconds = cpu_seconds + rows.more_cpu
        FROM rows WHERE callers.id = rows.caller
        """,
        columns => columns
            .Integer("caller", caller => caller.Id)
            .Integer("more_done", caller => caller.Done)
            .Integer("more_failed", caller => caller.Failed)
            .Integer("more_cancelled", caller => caller.Cancelled)
            .Real("more_cpu", caller => caller.CpuSeconds));

    public static readonly Statement<(long Job, JobFailure Failure)> AddFailure = new(
        """
        INSERT INTO job_failures (job_id, attempt, failed_at, reason) SELECT job, attempt, failed_at, reason FROM rows WHERE true
        ON CONFLICT DO NOTHING
        """,
        columns => columns
            .Integer("job", failed => failed.Job)
            .Integer("attempt", failed => failed.Failure.Attempt)
            .Integer("failed_at", failed => failed.Failure.At.ToMicroseconds())
            .Text("reason", failed => failed.Failure.Reason));

    public static readonly Query<long, (long Job, JobFailure Failure)> FindFailures = new(
        "SELECT f.job_id, f.attempt, f.failed_at, f.reason FROM rows JOIN job_failures f ON f.job_id = rows.job",
        columns => columns.Integer("job", id => id),
        row => (row.Integer(0), new JobFailure { Attempt = (int)row.Integer(1), At = row.Integer(2).ToTime(), Reason = row.Text(3) }));

    public static readonly Statement<long> DropFailures = new(
        "DELETE FROM job_failures WHERE job_id = @job", columns => columns.Integer("job", id => id));

    public static readonly Query<long, long> RequeueJob = new(
        """
        UPDATE jobs SET status = 0, attempts = 0, dead = 0, finished_at = NULL, error = NULL, result = NULL, cpu_seconds = 0
        FROM rows WHERE jobs.id = rows.job AND dead = 1
        RETURNING jobs.caller_id
        """,
        columns => columns.Integer("job", id => id),
        row => row.Integer(0));

    public static readonly Statement<JobCheckpoint> SaveCheckpoint = new(
        """
        INSERT INTO job_checkpoints (job_id, cpu_seconds, data)
        SELECT job, cpu, bytes FROM rows JOIN jobs ON jobs.id = rows.job
        WHERE jobs.status < 2 AND jobs.epoch = rows.own_epoch
        ON CONFLICT (job_id) DO UPDATE SET cpu_seconds = excluded.cpu_seconds, data = excluded.data
        """,
        columns => columns
            .Integer("job", checkpoint => checkpoint.Job)
            .Integer("own_epoch", checkpoint => checkpoint.Epoch)
            .Real("cpu", checkpoint => checkpoint.CpuSeconds)
            .Bytes("bytes", checkpoint => checkpoint.Data))
    {
        Key = checkpoint => checkpoint.Job,
    };

    public static readonly Statement<long> DropCheckpoint = new(
        "DELETE FROM job_checkpoints WHERE job_id = @job", columns => columns.Integer("job", id => id));

    public static readonly Statement<JobValue> SaveValue = new(
        "INSERT INTO job_values (job_id, digits) SELECT job, bytes FROM rows WHERE true ON CONFLICT DO NOTHING",
        columns => columns.Integer("job", value => value.Job).Bytes("bytes", value => value.Digits.ToArray()));

    public static readonly Statement<(long Job, long Source)> CopyValue = new(
        """
        INSERT INTO job_values (job_id, digits) SELECT CAST(@job AS BIGINT), digits FROM job_values WHERE job_id = @source
        ON CONFLICT DO NOTHING
        """,
        columns => columns.Integer("job", copy => copy.Job).Integer("source", copy => copy.Source));

    /// <summary>Those of the jobs that there are, and will be while the transaction lasts.</summary>
    public static readonly Query<long, long> HoldJobs = new(
        "SELECT j.id FROM rows JOIN jobs j ON j.id = rows.job /*postgres FOR SHARE OF j*/",
        columns => columns.Integer("job", id => id),
        row => row.Integer(0));

    public static readonly Statement<(string Question, long Job)> SaveAnswer = new(
        """
        INSERT INTO answers (question, job_id) SELECT question, job FROM rows WHERE true
        ON CONFLICT (question) DO UPDATE SET job_id = excluded.job_id
        WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.id = answers.job_id)
        """,
        columns => columns.Text("question", answer => answer.Question).Integer("job", answer => answer.Job))
    {
        Key = answer => answer.Question,
    };

    public static readonly Query<string, long?> FindAnswer = new(
        "SELECT a.job_id FROM answers a JOIN jobs j ON j.id = a.job_id WHERE a.question = @question",
        columns => columns.Text("question", question => question),
        row => row.Integer(0));

    public static readonly Query<JobQuestion, JobAnswer> FindAnswers = new(
        "SELECT rows.job, a.job_id FROM rows JOIN answers a ON a.question = rows.asked JOIN jobs j ON j.id = a.job_id",
        columns => columns.Text("asked", job => job.Question).Integer("job", job => job.Job),
        row => new JobAnswer(row.Integer(0), row.Integer(1)));

    public static readonly Query<long, JobRow> FindJob = new(
        $"SELECT {JobColumns} FROM jobs j JOIN callers c ON c.id = j.caller_id WHERE j.id = @id",
        columns => columns.Integer("id", id => id),
        ReadJob);

    public static readonly Query<(long Caller, string Key), JobRow> FindByIdempotencyKey = new(
        $"""
        SELECT {JobColumns} FROM jobs j JOIN callers c ON c.id = j.caller_id
        WHERE j.caller_id = @caller AND j.idempotency_key = @key
        """,
        columns => columns.Integer("caller", by => by.Caller).Text("key", by => by.Key),
        ReadJob);

    public static readonly Query<(long Caller, long First, int Limit), long> ListFrom = new(
        "SELECT id FROM jobs WHERE caller_id = @caller AND id >= @first ORDER BY id LIMIT @limit",
        columns => columns
            .Integer("caller", jobs => jobs.Caller)
            .Integer("first", jobs => jobs.First)
            .Integer("limit", jobs => jobs.Limit),
        row => row.Integer(0));

    public static readonly Query<long, JobCheckpoint> FindCheckpoint = new(
        """
        SELECT c.job_id, c.cpu_seconds, c.data, j.epoch FROM job_checkpoints c JOIN jobs j ON j.id = c.job_id
        WHERE c.job_id = @job
        """,
        columns => columns.Integer("job", id => id),
        row => new JobCheckpoint(row.Integer(0), row.Integer(3), row.Real(1), row.Bytes(2)));

    public static readonly Query<(long Job, long Offset, int Count), byte[]> ReadValue = new(
        "SELECT substr(digits, CAST(@from AS INTEGER), CAST(@count AS INTEGER)) FROM job_values WHERE job_id = @job",
        columns => columns
            .Integer("job", piece => piece.Job)
            .Integer("from", piece => piece.Offset + 1)
            .Integer("count", piece => piece.Count),
        row => row.Bytes(0));

    public static readonly Query<CallerKey, CallerRow> FindCaller = new(
        """
        SELECT id, account, name, done, failed, cancelled, cpu_seconds FROM callers
        WHERE account = @account AND name = @name
        """,
        columns => columns.Text("account", key => key.Account).Text("name", key => key.Name),
        row => new CallerRow(
            row.Integer(0),
            new CallerKey(row.Text(1), row.Text(2)),
            row.Integer(3),
            row.Integer(4),
            row.Integer(5),
            row.Real(6)));

    public static readonly Query<long, OpenJobs> CountOpen = new(
        "SELECT priority, COUNT(*) FROM jobs WHERE caller_id = @caller AND status < 2 GROUP BY priority",
        columns => columns.Integer("caller", id => id),
        row => new OpenJobs((int)row.Integer(0), row.Integer(1)));

    public static readonly Query<long, long> LastJob = new(
        "SELECT id FROM jobs WHERE caller_id = @caller ORDER BY id DESC LIMIT 1",
        columns => columns.Integer("caller", id => id),
        row => row.Integer(0));

    public static readonly Query<(long Caller, int Priority, long After, long Before), long> CountBetween = new(
        """
        SELECT COUNT(*) FROM jobs
        WHERE caller_id = @caller AND priority = @priority AND id > @after AND id < @before AND status < 2
        """,
        columns => columns
            .Integer("caller", range => range.Caller)
            .Integer("priority", range => range.Priority)
            .Integer("after", range => range.After)
            .Integer("before", range => range.Before),
        row => row.Integer(0));

    public static readonly Query<(long Caller, BacklogPage Page, long RecoveredUpTo, int Limit), QueuedJob> PageBacklog = new(
        """
        SELECT j.id, j.operation, j.number, j.priority, j.caller_id, j.submitted_at, j.timeout_seconds,
            CASE WHEN j.status = 1 OR j.id <= @recovered THEN 1 ELSE 0 END
        FROM jobs j
        WHERE j.caller_id = @caller AND j.priority = @priority AND j.id > @after AND j.status < 2
        ORDER BY j.id LIMIT @limit
        """,
        columns => columns
            .Integer("caller", page => page.Caller)
            .Integer("priority", page => page.Page.Priority)
            .Integer("after", page => page.Page.After)
            .Integer("recovered", page => page.RecoveredUpTo)
            .Integer("limit", page => page.Limit),
        ReadQueued);

    /// <summary>
    /// From caller to caller by the index of open jobs: it takes as long as there are callers on the page, however many jobs they
    /// have and however many others have none.
    /// </summary>
    public static readonly Query<(long After, int Limit), CallerRow> PageCallersWithOpenJobs = new(
        """
        WITH RECURSIVE open(id) AS (
            SELECT MIN(caller_id) FROM jobs WHERE status < 2 AND caller_id > @after
            UNION ALL
            SELECT (SELECT MIN(caller_id) FROM jobs WHERE status < 2 AND caller_id > open.id) FROM open WHERE id IS NOT NULL
        )
        SELECT c.id, c.account, c.name FROM (SELECT id FROM open WHERE id IS NOT NULL LIMIT @limit) page
        JOIN callers c ON c.id = page.id ORDER BY c.id
        """,
        columns => columns.Integer("after", page => page.After).Integer("limit", page => page.Limit),
        row => new CallerRow(row.Integer(0), new CallerKey(row.Text(1), row.Text(2))));

    public static readonly Query<(long Caller, int Priority, long UpTo), OpenJob> ListOpen = new(
        """
        SELECT j.id, j.priority FROM rows JOIN jobs j ON j.caller_id = rows.caller AND j.priority = rows.level
        WHERE j.status < 2 AND j.id <= rows.up_to ORDER BY j.id LIMIT 65536
        """,
        columns => columns
            .Integer("caller", level => level.Caller)
            .Integer("level", level => level.Priority)
            .Integer("up_to", level => level.UpTo),
        row => new OpenJob(row.Integer(0), (int)row.Integer(1)));

    public static readonly Query<(long Caller, JobStatus? Status, long Before, int Limit), JobRow> PageJobs = new(
        $"""
        SELECT {JobColumns} FROM jobs j JOIN callers c ON c.id = j.caller_id
        WHERE j.caller_id = @caller AND j.id < @before AND (@status < 0 OR j.status = @status)
        ORDER BY j.id DESC LIMIT @limit
        """,
        columns => columns
            .Integer("caller", page => page.Caller)
            .Integer("status", page => (long?)page.Status ?? -1)
            .Integer("before", page => page.Before)
            .Integer("limit", page => page.Limit),
        ReadJob);

    public static readonly Query<int, JobRow> LatestJobs = new(
        $"""
        SELECT {GlancedColumns} FROM jobs j JOIN callers c ON c.id = j.caller_id ORDER BY j.id DESC LIMIT @limit
        """,
        columns => columns.Integer("limit", limit => limit),
        ReadJob);

    public static readonly Query<(string? Account, long Before, int Limit), JobRow> PageDead = new(
        $"""
        SELECT {JobColumns} FROM jobs j JOIN callers c ON c.id = j.caller_id
        WHERE j.dead = 1 AND j.id < @before AND (@all = 1 OR c.account = @account)
        ORDER BY j.id DESC LIMIT @limit
        """,
        columns => columns
            .Text("account", page => page.Account ?? "")
            .Integer("all", page => page.Account is null ? 1 : 0)
            .Integer("before", page => page.Before)
            .Integer("limit", page => page.Limit),
        ReadJob);

    public static readonly Query<(string? Account, CallerKey After, int Limit), CallerKey> PageCallers = new(
        """
        SELECT account, name FROM callers
        WHERE (account, name) > (@after_account, @after_name) AND (@all = 1 OR account = @account)
        ORDER BY account, name LIMIT @limit
        """,
        columns => columns
            .Text("account", page => page.Account ?? "")
            .Integer("all", page => page.Account is null ? 1 : 0)
            .Text("after_account", page => page.After.Account)
            .Text("after_name", page => page.After.Name)
            .Integer("limit", page => page.Limit),
        row => new CallerKey(row.Text(0), row.Text(1)));

    private static JobRow ReadJob(Row row) => new()
    {
        Id = row.Integer(0),
        CallerId = row.Integer(1),
        Caller = new CallerKey(row.Text(2), row.Text(3)),
        Operation = (JobOperation)row.Integer(4),
        Number = row.Text(5),
        Priority = (int)row.Integer(6),
        TimeoutSeconds = row.RealOrNull(7),
        IdempotencyKey = row.TextOrNull(8),
        Status = (JobStatus)row.Integer(9),
        Attempts = (int)row.Integer(10),
        SubmittedAt = row.Integer(11).ToTime(),
        StartedAt = row.IntegerOrNull(12)?.ToTime(),
        FinishedAt = row.IntegerOrNull(13)?.ToTime(),
        CpuSeconds = row.Real(14),
        Result = JobResultText.Read((JobOperation)row.Integer(4), row.TextOrNull(15)),
        Error = row.TextOrNull(16),
        Dead = row.Integer(17) != 0,
        Epoch = row.Integer(18),
    };

    private static QueuedJob ReadQueued(Row row)
    {
        string number = row.Text(2);
        return new QueuedJob
        {
            Id = row.Integer(0),
            Operation = (JobOperation)row.Integer(1),
            Number = number.Length <= QueuedJob.InlineDigitsMax ? number : null,
            Digits = number.Length,
            Priority = (int)row.Integer(3),
            CallerId = row.Integer(4),
            Recovered = row.Integer(7) != 0,
            SubmittedAt = row.Integer(5).ToTime(),
            TimeoutSeconds = row.RealOrNull(6),
        };
    }
}
