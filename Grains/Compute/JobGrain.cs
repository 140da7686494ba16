using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Placement;
using Turnstile.Compute;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Compute;

/// <summary>
/// A job: runs its kernel slice by slice on a compute thread, stores how it ends, and answers who asks or waits for it.
/// </summary>
/// <remarks>
/// <para>
/// On a crash the row is what remains: a job that has not ended is taken up again, from its last checkpoint if it has one.
/// An end is told to nobody before it is stored; where storing fails, the end is kept and stored at the next grant.
/// </para>
/// <para>
/// It lives where it was first called, for most jobs by the workers that were granted its first slice, and computes on the
/// threads of that silo. Whoever takes up a job that has run before counts its epoch up: what an activation that was given
/// up for dead stores afterwards is refused.
/// </para>
/// <para>Calls interleave, because a slice takes long and watchers wait; a turn itself is never interrupted.</para>
/// </remarks>
[Reentrant]
[PreferLocalPlacement]
[CollectionAgeLimit(Minutes = 2)]
[SuppressMessage("Design", "CA1001", Justification = "A grain is disposed of by OnDeactivateAsync.")]
internal sealed partial class JobGrain(
    JobStore store,
    ComputeThreads threads,
    WarmKernels warm,
    IOptions<ComputeOptions> options,
    TimeProvider time,
    ILogger<JobGrain> logger) : Grain, IJobGrain
{
    // Whoever waits asks again: one whose silo has died is not left waiting for much longer than this.
    private static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(5);

    // Slices wait for a thread behind a few others and look at their budgets every few milliseconds.
    private static readonly TimeSpan SlicePatience = TimeSpan.FromSeconds(1);

    // Behind more urgent jobs of its caller a begun one may wait for hours. It counts anew with each slice; where there is no further one,
    // the grain stays for no longer.
    private static readonly TimeSpan WhileBegun = TimeSpan.FromDays(1);

    private readonly JobWatch _watch = new(time, threads.TellNow);
    private CancellationTokenSource _cancel = new();
    private JobRow? _job;
    private JobWork? _work;
    private JobEnding? _unstored;
    private JobSpan? _span;
    private double _checkpointedAt;

    // Tells the checkpoint that the kernel went on from.
    private (int Bytes, int Hash) _takenUpFrom;

    // What was written down when the kernel was dropped last is on disk once this has completed.
    private Task _cooled = Task.CompletedTask;
    private bool _checkpointed;
    private bool _attempting;

    // The job as it was to be stored when it was taken up; null where that was answered with a success.
    private JobRow? _taking;

    // What this job asked, once it has a part in answering it.
    private string? _question;
    private bool _startStored;
    private int _failures;
    private bool _inSlice;
    private bool _onThread;

    private long Id => this.GetPrimaryKeyLong();

    private ICallerGrain Caller => GrainFactory.GetGrain<ICallerGrain>(_job!.Caller.ToString());

    public async Task<JobView?> View()
    {
        if (await Load() is not { } job)
        {
            return null;
        }

        JobView view = job.ToView(_work?.Progress ?? 0, _watch.Version);
        if (job.Attempts > 1 || job.Dead)
        {
            view = view with { Failures = [.. (await store.FindFailures(Id))[Id]] };
        }

        return job.Status == JobStatus.Queued ? view with { Wait = await Caller.WaitOf(job.Id, job.Priority) } : view;
    }

    public async Task<JobView?> Changed(long version, TimeSpan patience)
    {
        if (await Load() is { Ended: false } && _watch.Version == version)
        {
            await _watch.Change(Min(patience));
            LeaveOnceOver();
        }

        return await View();
    }

    public async Task<JobView?> WhenEnded(TimeSpan patience)
    {
        if (await Load() is { Ended: false })
        {
            await _watch.End(Min(patience));
            LeaveOnceOver();
        }

        return await View();
    }

    public async Task<CancelOutcome> Cancel()
    {
        if (await Load() is not { } job)
        {
            return CancelOutcome.Unknown;
        }

        if (job.Ended || _unstored is not null)
        {
            return CancelOutcome.AlreadyEnded;
        }

        if (_inSlice)
        {
            // The slice ends at its next look at the budget, and the job with it, charged for all that it took.
            await _cancel.CancelAsync();
            await _watch.End(SlicePatience);
            LeaveOnceOver();
            if (_job is { Ended: true } ended)
            {
                return ended.Status == JobStatus.Cancelled ? CancelOutcome.Cancelling : CancelOutcome.AlreadyEnded;
            }
        }

        job = _job ?? job;
        if (!await End(new JobEnding(Ended(job, JobStatus.Cancelled), default, MayHaveCheckpoint(job)) { AnyEpoch = true }))
        {
            return CancelOutcome.AlreadyEnded;
        }

        // A slice may have begun meanwhile: it need not go on.
        await _cancel.CancelAsync();
        await Caller.Withdraw(EndOf(_job!), job.Priority);
        return CancelOutcome.Cancelling;
    }

    public async Task<RetryOutcome> Retry()
    {
        if (await Load() is null)
        {
            return RetryOutcome.Unknown;
        }

        try
        {
            if (!await store.RequeueJob(Id))
            {
                return RetryOutcome.NotDead;
            }

            _job = await store.FindJob(Id);
        }
        catch when (!_inSlice)
        {
            // It may be queued again: what is known of its end may be true no more.
            _job = null;
            throw;
        }

        // An end whose storing was answered with a failure may have been stored all the same: it was of the life before.
        _unstored = null;
        _failures = 0;
        _cancel.Dispose();
        _cancel = new CancellationTokenSource();
        _watch.Tell(ended: false);
        await Caller.Requeue(_job!.ToQueued(recovered: true));
        return RetryOutcome.Queued;
    }

    public async Task<ReadOnlyMemory<byte>?> ReadValue(long offset, int count) =>
        await store.ReadValue(Id, offset, count) is { } bytes ? bytes : null;

    public async Task Adopt(long source)
    {
        if (await Load() is not { Ended: false } job || _inSlice || _unstored is not null
            || await store.FindJob(source) is not { Status: JobStatus.Done } answer)
        {
            return;
        }

        JobRow done = Ended(job, JobStatus.Done) with { Result = answer.Result, CpuSeconds = 0 };
        if (await End(new JobEnding(done, default, MayHaveCheckpoint(job)) { Source = source, AnyEpoch = true }))
        {
            await Caller.Withdraw(EndOf(done), done.Priority);
        }
    }

    public async Task Cool()
    {
        if (_inSlice || _work is null || _job is not { Ended: false } job)
        {
            return;
        }

        ReadOnlyMemory<byte> checkpoint = _work.Suspend();
        if (checkpoint.IsEmpty || MarkOf(checkpoint) == _takenUpFrom)
        {
            // Dropped now it would begin there again, and where as many others have their turns between two of its slices, for ever.
            return;
        }

        DropWork();
        await (_cooled = Save(job, checkpoint));
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (!_onThread && _attempting && _job is { Ended: false } job)
        {
            // The attempt has not failed: it is given back.
            ReadOnlyMemory<byte> checkpoint = _work?.Suspend() ?? default;
            DropWork();
            await Task.WhenAll(Save(job, checkpoint), store.StartJob(job with { Attempts = job.Attempts - 1 }));
        }

        DropWork();
        _cancel.Dispose();
    }

    private static (int Bytes, int Hash) MarkOf(ReadOnlyMemory<byte> checkpoint)
    {
        var hash = default(HashCode);
        hash.AddBytes(checkpoint.Span);
        return (checkpoint.Length, hash.ToHashCode());
    }

    private static TimeSpan Min(TimeSpan patience) => patience < PatienceMax ? patience : PatienceMax;

    private async ValueTask<JobRow?> Load()
    {
        if (_job is not null)
        {
            return _job;
        }

        // A slice may have begun, or ended the job, while the row was on its way.
        JobRow? stored = await store.FindJob(Id);
        if (stored is { Ended: false } || _job is not null)
        {
            return _job ??= stored;
        }

        // Neither its row is kept, which may take megabytes with its result, nor the grain: somebody who collects a million results, or
        // guesses ids, asks for each but once.
        DeactivateOnIdle();
        return stored;
    }

    // An attempt looks for one when it begins; a job with a past may have one until then.
    private bool MayHaveCheckpoint(JobRow job) => _checkpointed || job.Status == JobStatus.Running || job.Attempts > 0;

    private JobRow Ended(JobRow job, JobStatus status, string? error = null) => job with
    {
        Status = status, Error = error, FinishedAt = time.GetUtcNow(),
    };

    /// <summary>Stores the end of the job, now or, if the database is away, at the next grant.</summary>
    private async Task Store(JobRow ended, ReadOnlyMemory<byte> value = default)
    {
        // Where there was no attempt, nobody has looked for a checkpoint.
        var ending = new JobEnding(ended, value, _checkpointed || !_attempting)
        {
            Question = ended.Status == JobStatus.Done ? _question : null,
        };
        try
        {
            await End(ending);
        }
        catch (StorageUnavailableException)
        {
            _unstored = ending;
            throw;
        }
        catch (StorageException refusal) when (ended.Result is not null)
        {
            logger.LogError(refusal, "The result of job {Job} cannot be stored.", JobId.Format(Id));
            await Store(ended with
            {
                Status = JobStatus.Failed, Result = null, Dead = true, Error = $"The result cannot be stored: {refusal.Message}",
            });
        }
    }

    /// <returns>False where the job had ended otherwise, which this grain then knows, or is another's by now.</returns>
    private async Task<bool> End(JobEnding ending)
    {
        _span?.Enter();
        bool first = await store.EndJob(ending);
        _span?.End(ending.Job);
        _span = null;
        _unstored = null;
        _attempting = false;
        LeaveQuestion(answered: first && ending.Question is not null);
        _job = first ? ending.Job : await store.FindJob(Id);
        if (_job is { Ended: true } over)
        {
            LogEnd(over);
        }

        DropWork();
        _watch.Tell(ended: _job is not { Ended: false });
        LeaveOnceOver();
        return first;
    }

    /// <summary>
    /// Whoever asks for an ended job later reads the row; a million of them shall not wait for that in memory. Those who watch are told
    /// before.
    /// </summary>
    private void LeaveOnceOver()
    {
        if (_job is not { Ended: false } && !_watch.Watched)
        {
            DeactivateOnIdle();
        }
    }

    private void LeaveQuestion(bool answered)
    {
        if (_question is { } question)
        {
            GrainFactory.GetGrain<IAnswerGrain>(question).Ended(Id, answered).InBackground(logger);
            _question = null;
        }
    }

    /// <summary>For who follows a job through the logs; too much to say of each unless asked to.</summary>
    private void LogEnd(JobRow job)
    {
        if (logger.IsEnabled(LogLevel.Debug))
        {
            logger.LogDebug(
                "Job {Job} of {Caller} ended {Status} after {CpuSeconds:0.000} s.",
                JobId.Format(job.Id),
                job.Caller,
                job.Status,
                job.CpuSeconds);
        }
    }

    private void DropWork()
    {
        if (!_onThread)
        {
            _work?.Dispose();
            _work = null;
            warm.Remove(Id);
            Keep();
        }
    }

    /// <summary>
    /// Stays active for what nobody else has until the next slice: a kernel, which may be of those that cannot be written down; an end that
    /// could not be stored; how often the computation failed.
    /// </summary>
    private void Keep()
    {
        bool holds = _job is { Ended: false } && (_work is not null || _unstored is not null || _failures > 0);
        DelayDeactivation(holds ? WhileBegun : TimeSpan.FromTicks(-1));
    }
}
