using Turnstile.Compute;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Compute;

/// <summary>
/// Jobs and callers on disk. A change is stored when its task completes. A job ends once: whoever ends it second
/// changes nothing and is told so.
/// </summary>
internal sealed class JobStore
{
    private readonly Database _database;
    private readonly ComputeTelemetry _telemetry;
    private readonly BatchWriter<None, long> _starts;
    private readonly RowWriter<CallerRow> _callers;
    private readonly RowWriter<JobRow> _jobs;
    private readonly BatchWriter<JobStart, bool> _started;
    private readonly RowWriter<JobCheckpoint> _checkpoints;
    private readonly BatchWriter<JobEnding, bool> _ends;
    private readonly BatchWriter<long, bool> _requeues;
    private readonly RowWriter<(long Job, JobFailure Failure)> _failures;

    public JobStore(Database database, ComputeTelemetry telemetry)
    {
        _database = database;
        _telemetry = telemetry;
        GroupCommit writes = database.Writes;
        _starts = writes.CreateWriter<None, long>("process starts", CountStarts);
        _callers = writes.CreateWriter("callers", JobSql.AddCaller);
        _jobs = writes.CreateWriter("jobs", JobSql.AddJob);
        _started = writes.CreateWriter<JobStart, bool>("job starts", WriteStarts);
        _checkpoints = writes.CreateWriter("job checkpoints", JobSql.SaveCheckpoint);
        _ends = writes.CreateWriter<JobEnding, bool>("job ends", WriteEnds, isPatient: true);
        _requeues = writes.CreateWriter<long, bool>("job retries", WriteRequeues);
        _failures = writes.CreateWriter("job failures", JobSql.AddFailure);
    }

    /// <summary>Counts this start of a process; no two get the same number.</summary>
    public Task<long> CountStart() => _starts.Write(default);

    public Task AddCaller(CallerRow caller) => _callers.Write(caller);

    /// <summary>Stores all the jobs or none.</summary>
    public async Task AddJobs(IReadOnlyList<JobRow> jobs)
    {
        if (jobs.Count == 1)
        {
            await _jobs.Write(jobs[0]);
            _telemetry.Submitted(jobs[0].Operation, 1);
            return;
        }

        await _jobs.Write(jobs);
        foreach ((JobOperation operation, int count) in jobs.CountBy(job => job.Operation))
        {
            _telemetry.Submitted(operation, count);
        }
    }

    /// <summary>Stores that the job is being worked at, by whoever has its epoch.</summary>
    /// <returns>False where the job has ended or another has taken it up; nothing is changed then.</returns>
    public Task<bool> StartJob(JobRow job) => _started.Write(new JobStart(job, job.Epoch));

    /// <summary>Takes the job up: from now on whoever had it before can store nothing of it.</summary>
    /// <returns>The job in its new epoch; null where it has ended or another was faster.</returns>
    public async Task<JobRow?> TakeJob(JobRow job) =>
        await _started.Write(new JobStart(job, job.Epoch + 1)) ? job with { Epoch = job.Epoch + 1 } : null;

    public Task SaveCheckpoint(JobCheckpoint checkpoint) => _checkpoints.Write(checkpoint);

    /// <summary>
    /// Stores how a job ended, with the digits that are too many for its result, and counts it for its caller.
    /// </summary>
    /// <returns>False where it had ended before, or is another's by now; nothing is changed then.</returns>
    public async Task<bool> EndJob(JobEnding ending)
    {
        bool first = await _ends.Write(ending, 2);
        if (first)
        {
            _telemetry.Ended(ending.Job);
        }

        return first;
    }

    /// <summary>Stores why an attempt did not finish its job; the first reason given for it counts.</summary>
    public Task AddFailure(long job, JobFailure failure) => _failures.Write((job, failure));

    /// <summary>Queues a dead letter again; what its attempts failed of is forgotten.</summary>
    /// <returns>False where the job is no dead letter.</returns>
    public Task<bool> RequeueJob(long job) => _requeues.Write(job);

    /// <summary>The job that found the answer to a question, or null; also where that job is gone.</summary>
    public ValueTask<long?> FindAnswer(string question) => _database.QueryFirstOrDefault(JobSql.FindAnswer, question);

    /// <summary>Those of the questions that have been answered.</summary>
    public Task<List<JobAnswer>> FindAnswers(IReadOnlyList<JobQuestion> questions) =>
        _database.QueryMany(JobSql.FindAnswers, questions);

    public ValueTask<JobRow?> FindJob(long id) => _database.QueryFirstOrDefault(JobSql.FindJob, id);

    public ValueTask<JobRow?> FindByIdempotencyKey(long caller, string key) =>
        _database.QueryFirstOrDefault(JobSql.FindByIdempotencyKey, (caller, key));

    /// <summary>A caller's jobs from one on, in the order in which they were submitted.</summary>
    public Task<List<long>> ListFrom(long caller, long first, int limit) => _database.QueryList(JobSql.ListFrom, (caller, first, limit));

    /// <summary>The failed attempts of these jobs, oldest first.</summary>
    public async Task<ILookup<long, JobFailure>> FindFailures(params IReadOnlyList<long> jobs) =>
        (await _database.QueryMany(JobSql.FindFailures, jobs))
            .OrderBy(failed => failed.Failure.Attempt)
            .ToLookup(failed => failed.Job, failed => failed.Failure);

    public ValueTask<JobCheckpoint?> FindCheckpoint(long job) =>
        _database.QueryFirstOrDefault(JobSql.FindCheckpoint, job);

    /// <summary>A piece of a job's digits; null where it has none stored apart.</summary>
    public ValueTask<byte[]?> ReadValue(long job, long offset, int count) =>
        _database.QueryFirstOrDefault(JobSql.ReadValue, (job, offset, count));

    public ValueTask<CallerRow?> FindCaller(CallerKey key) => _database.QueryFirstOrDefault(JobSql.FindCaller, key);

    public Task<List<OpenJobs>> CountOpen(long caller) => _database.QueryList(JobSql.CountOpen, caller);

    /// <summary>The newest job of a caller, or 0.</summary>
    public ValueTask<long> LastJob(long caller) => _database.QueryFirstOrDefault(JobSql.LastJob, caller);

    /// <summary>How many jobs of a caller and priority wait between two others.</summary>
    public ValueTask<long> CountBetween(long caller, int priority, long after, long before) =>
        _database.QueryFirstOrDefault(JobSql.CountBetween, (caller, priority, after, before));

    /// <summary>
    /// The next jobs of a backlog; those up to <paramref name="recoveredUpTo"/> are told to have a past.
    /// </summary>
    public Task<List<QueuedJob>> PageBacklog(long caller, BacklogPage page, long recoveredUpTo, int limit) =>
        _database.QueryList(JobSql.PageBacklog, (caller, page, recoveredUpTo, limit));

    /// <summary>Callers with open jobs by their ids, without what their ended jobs came to.</summary>
    public Task<List<CallerRow>> PageCallersWithOpenJobs(long after, int limit) =>
        _database.QueryList(JobSql.PageCallersWithOpenJobs, (after, limit));

    /// <summary>The oldest open jobs of a caller, up to an id for each priority.</summary>
    public Task<List<OpenJob>> ListOpen(long caller, IEnumerable<(int Priority, long UpTo)> levels) =>
        _database.QueryMany(JobSql.ListOpen, [.. levels.Select(level => (caller, level.Priority, level.UpTo))]);

    /// <summary>A caller's jobs, newest first.</summary>
    public Task<List<JobRow>> PageJobs(long caller, JobStatus? status, long? before, int limit) =>
        _database.QueryList(JobSql.PageJobs, (caller, status, before ?? long.MaxValue, limit));

    /// <summary>The jobs submitted last, newest first, without long digits.</summary>
    public Task<List<JobRow>> LatestJobs(int limit) => _database.QueryList(JobSql.LatestJobs, limit);

    public Task<List<JobRow>> PageDead(string? account, long? before, int limit) =>
        _database.QueryList(JobSql.PageDead, (account, before ?? long.MaxValue, limit));

    public Task<List<CallerKey>> PageCallers(string? account, CallerKey after, int limit) =>
        _database.QueryList(JobSql.PageCallers, (account, after, limit));

    private static async ValueTask CountStarts(Transaction transaction, IReadOnlyList<None> ops, long[] counts)
    {
        for (int i = 0; i < ops.Count; i++)
        {
            counts[i] = (await transaction.Query(JobSql.CountStart, default(None)))[0];
        }
    }

    private static async ValueTask WriteStarts(
        Transaction transaction, IReadOnlyList<JobStart> starts, bool[] started)
    {
        HashSet<long> changed = [.. await transaction.Query(JobSql.StartJob, starts)];
        for (int i = 0; i < starts.Count; i++)
        {
            started[i] = changed.Contains(starts[i].Job.Id);
        }
    }

    private static async ValueTask WriteEnds(
        Transaction transaction, IReadOnlyList<JobEnding> endings, bool[] ended)
    {
        HashSet<StoredEnd> stored = [.. await transaction.Query(JobSql.EndJob, await WithSources(transaction, endings))];
        var values = new List<JobValue>();
        var checkpoints = new List<long>();
        var copies = new List<(long, long)>();
        var answers = new List<(string, long)>();
        var books = new Dictionary<long, CallerRow>();
        for (int i = 0; i < endings.Count; i++)
        {
            JobRow job = endings[i].Job;
            ended[i] = stored.Remove(StoredEnd.Of(job));
            if (!ended[i])
            {
                continue;
            }

            books[job.CallerId] = Count(books.GetValueOrDefault(job.CallerId) ?? new(job.CallerId, job.Caller), job);
            if (!endings[i].Value.IsEmpty)
            {
                values.Add(new JobValue(job.Id, endings[i].Value));
            }

            if (endings[i].Checkpointed)
            {
                checkpoints.Add(job.Id);
            }

            if (endings[i].Question is { } question)
            {
                answers.Add((question, job.Id));
            }

            if (endings[i].Source is { } source)
            {
                copies.Add((job.Id, source));
            }
        }

        // In one order on all silos, or they would wait for each other's rows in a circle.
        await transaction.Execute(JobSql.CountEnds, books.Values.OrderBy(book => book.Id).ToList());
        await transaction.Execute(JobSql.SaveValue, values);
        await transaction.Execute(JobSql.DropCheckpoint, checkpoints);
        await transaction.Execute(JobSql.CopyValue, copies);
        await transaction.Execute(JobSql.SaveAnswer, answers);
    }

    /// <summary>Without those whose answer was deleted since it was found: they have nothing to end with.</summary>
    private static async ValueTask<IReadOnlyList<JobEnding>> WithSources(Transaction transaction, IReadOnlyList<JobEnding> endings)
    {
        List<long> sources = [.. endings.Select(ending => ending.Source).OfType<long>().Distinct().Order()];
        if (sources.Count == 0)
        {
            return endings;
        }

        HashSet<long> there = [.. await transaction.Query(JobSql.HoldJobs, sources)];
        return [.. endings.Where(ending => ending.Source is not { } source || there.Contains(source))];
    }

    private static CallerRow Count(CallerRow book, JobRow job) => book with
    {
        Done = book.Done + (job.Status == JobStatus.Done ? 1 : 0),
        Failed = book.Failed + (job.Status == JobStatus.Failed ? 1 : 0),
        Cancelled = book.Cancelled + (job.Status == JobStatus.Cancelled ? 1 : 0),
        CpuSeconds = book.CpuSeconds + job.CpuSeconds,
    };

    private static async ValueTask WriteRequeues(Transaction transaction, IReadOnlyList<long> jobs, bool[] requeued)
    {
        for (int i = 0; i < jobs.Count; i++)
        {
            List<long> caller = await transaction.Query(JobSql.RequeueJob, jobs[i]);
            requeued[i] = caller.Count > 0;
            if (requeued[i])
            {
                // It was counted as failed and is not any more.
                var book = new CallerRow(caller[0], default, Failed: -1);
                await transaction.Execute(JobSql.CountEnds, book);
                await transaction.Execute(JobSql.DropFailures, jobs[i]);
            }
        }
    }
}

/// <summary>
/// A job's end, the digits of its value where they are stored apart, and whether it ever had a checkpoint.
/// </summary>
internal readonly record struct JobEnding(JobRow Job, ReadOnlyMemory<byte> Value, bool Checkpointed)
{
    /// <summary>The question whose answer others may want; null where it is not worth keeping.</summary>
    public string? Question { get; init; }

    /// <summary>The job whose digits are this one's too.</summary>
    public long? Source { get; init; }

    /// <summary>It ends whoever works at it: it was cancelled, or its answer is known.</summary>
    public bool AnyEpoch { get; init; }
}

/// <summary>What tells which of several ends of one job was stored.</summary>
internal readonly record struct StoredEnd(long Job, JobStatus Status, long FinishedAt)
{
    public static StoredEnd Of(JobRow job) => new(job.Id, job.Status, job.FinishedAt?.ToMicroseconds() ?? 0);
}

/// <summary>Digits that are too many for a job's result.</summary>
internal readonly record struct JobValue(long Job, ReadOnlyMemory<byte> Digits);

/// <summary>A job is worked at, from now on in the next epoch, which may be its own.</summary>
internal readonly record struct JobStart(JobRow Job, long NextEpoch);

/// <summary>A job's kernel written down after so much CPU time, by whoever has the job in this epoch.</summary>
internal sealed record JobCheckpoint(long Job, long Epoch, double CpuSeconds, byte[] Data);
