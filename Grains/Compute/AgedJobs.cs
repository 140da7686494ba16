using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Compute;

/// <summary>Jobs on disk that may be old enough to be deleted.</summary>
internal sealed class AgedJobs
{
    private static readonly Query<(long After, long Below, DateTimeOffset Than, int Limit), AgedJob> Page = new(
        """
        SELECT id, caller_id, CASE WHEN status >= 2 AND finished_at < @than THEN 1 ELSE 0 END FROM jobs
        WHERE id > @after AND id < @below ORDER BY id LIMIT @limit
        """,
        columns => columns
            .Integer("after", page => page.After)
            .Integer("below", page => page.Below)
            .Integer("than", page => page.Than.ToMicroseconds())
            .Integer("limit", page => page.Limit),
        row => new AgedJob(row.Integer(0), row.Integer(1), row.Integer(2) != 0));

    // A dead letter may have been brought back to life since it was looked at.
    private static readonly Query<(long Job, DateTimeOffset Than), long> DropJob = new(
        """
        DELETE FROM jobs
        WHERE id IN (SELECT j.id FROM rows JOIN jobs j ON j.id = rows.job WHERE j.finished_at < rows.than) AND status >= 2
        RETURNING id
        """,
        columns => columns.Integer("job", old => old.Job).Integer("than", old => old.Than.ToMicroseconds()),
        row => row.Integer(0));

    private static readonly Statement<long>[] DropBelongings =
        [.. ((string[])["job_values", "job_failures", "job_checkpoints", "answers"]).Select(DropFrom)];

    private readonly Database _database;
    private readonly BatchWriter<OldJobs, int> _drops;

    public AgedJobs(Database database)
    {
        _database = database;
        _drops = database.Writes.CreateWriter<OldJobs, int>("old jobs", WriteDrops);
    }

    /// <summary>Jobs by their ids, and whether they had ended before a time.</summary>
    /// <param name="after">The id that the page before ended with.</param>
    /// <param name="below">The first id that is not wanted.</param>
    /// <param name="than">The time.</param>
    /// <param name="limit">How many.</param>
    public Task<List<AgedJob>> List(long after, long below, DateTimeOffset than, int limit) =>
        _database.QueryList(Page, (after, below, than, limit));

    /// <summary>Deletes jobs with all that belongs to them, unless they have not ended before the time.</summary>
    /// <returns>How many of them it deleted.</returns>
    public Task<int> Drop(IReadOnlyList<long> jobs, DateTimeOffset than) => _drops.Write(new OldJobs(jobs, than), jobs.Count);

    private static Statement<long> DropFrom(string table) =>
        new($"DELETE FROM {table} WHERE job_id IN (SELECT job FROM rows)", columns => columns.Integer("job", id => id));

    private static async ValueTask WriteDrops(Transaction transaction, IReadOnlyList<OldJobs> drops, int[] dropped)
    {
        for (int i = 0; i < drops.Count; i++)
        {
            List<long> gone = await transaction.Query(DropJob, [.. drops[i].Jobs.Select(job => (job, drops[i].Than))]);
            foreach (Statement<long> drop in DropBelongings)
            {
                await transaction.Execute(drop, gone);
            }

            dropped[i] = gone.Count;
        }
    }

    private sealed record OldJobs(IReadOnlyList<long> Jobs, DateTimeOffset Than);
}

/// <summary>A job, and whether it ended before the time in question.</summary>
internal readonly record struct AgedJob(long Id, long CallerId, bool EndedBefore);
