using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
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
/// <para>Calls interleave, because a slice takes long and watchers wait; a turn itself is never interrupted.</para>
/// </remarks>
[Reentrant]
[CollectionAgeLimit(Minutes = 2)]
[SuppressMessage("Design", "CA1001", Justification = "A grain is disposed of by OnDeactivateAsync.")]
internal sealed class JobGrain(
    JobStore store,
    ComputeThreads threads,
    SliceLedger ledger,
    IOptions<ComputeOptions> options,
    TimeProvider time,
    ILogger<JobGrain> logger) : Grain, IJobGrain
{
    private static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _cancel = new();
    private readonly JobWatch _watch = new(time);
    private JobRow? _job;
    private JobWork? _work;
    private JobEnding? _unstored;
    private double _checkpointedAt;
    private bool _checkpointed;
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
        return job.Status == JobStatus.Queued ? view with { Wait = await Caller.WaitOf(job.Id, job.Priority) } : view;
    }

    public async Task<JobView?> Changed(long version, TimeSpan patience)
    {
        if (await Load() is { Ended: false } && _watch.Version == version)
        {
            await _watch.Change(Min(patience));
        }

        return await View();
    }

    public async Task<JobView?> WhenEnded(TimeSpan patience)
    {
        if (await Load() is { Ended: false })
        {
            await _watch.End(Min(patience));
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
            // The slice ends at its next look at the budget, and the job with it.
            await _cancel.CancelAsync();
            return CancelOutcome.Cancelling;
        }

        if (!await End(new JobEnding(Ended(job, JobStatus.Cancelled), default, _checkpointed || job.Attempts > 0)))
        {
            return CancelOutcome.AlreadyEnded;
        }

        // A slice may have begun meanwhile: it need not go on.
        await _cancel.CancelAsync();
        await Caller.Withdraw(job.Id, job.Priority);
        return CancelOutcome.Cancelling;
    }

    public async Task<RetryOutcome> Retry()
    {
        if (await Load() is null)
        {
            return RetryOutcome.Unknown;
        }

        if (!await store.RequeueJob(Id))
        {
            return RetryOutcome.NotDead;
        }

        _job = await store.FindJob(Id);
        _watch.Tell(ended: false);
        await Caller.Requeue(_job!.ToQueued(recovered: true));
        return RetryOutcome.Queued;
    }

    public async Task<ReadOnlyMemory<byte>?> ReadValue(long offset, int count) =>
        await store.ReadValue(Id, offset, count) is { } bytes ? bytes : null;

    public async Task<SliceEnd> RunSlice(SliceGrant grant)
    {
        _inSlice = true;
        double spent = 0;
        try
        {
            if (_unstored is { } unstored)
            {
                await End(unstored);
            }
            else if (await Begin(grant) is { Ended: false })
            {
                _work!.CheckpointWanted = _job!.CpuSeconds - _checkpointedAt >= options.Value.CheckpointSeconds;
                SliceMeasure slice = await Step(_work);
                spent = slice.CpuSeconds;
                if (await Settle(slice) is { } outcome)
                {
                    return new SliceEnd { Caller = grant.Caller, Job = Id, Outcome = outcome, CpuSeconds = spent };
                }
            }

            return Over(grant, spent);
        }
        catch (StorageUnavailableException e)
        {
            logger.LogWarning(e, "Job {Job} waits for the database.", JobId.Format(Id));
            return new SliceEnd
            {
                Caller = grant.Caller, Job = Id, Outcome = SliceOutcome.NotStored, CpuSeconds = spent,
            };
        }
        finally
        {
            _inSlice = false;
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (!_onThread && _job is { Ended: false } job && _work?.Suspend() is { IsEmpty: false } checkpoint)
        {
            await store.SaveCheckpoint(new JobCheckpoint(Id, job.CpuSeconds, checkpoint.ToArray()));
        }

        DropWork();
        _cancel.Dispose();
    }

    private static TimeSpan Min(TimeSpan patience) => patience < PatienceMax ? patience : PatienceMax;

    private async ValueTask<JobRow?> Load() => _job ??= await store.FindJob(Id);

    private JobRow Ended(JobRow job, JobStatus status, string? error = null) => job with
    {
        Status = status, Error = error, FinishedAt = time.GetUtcNow(),
    };

    /// <summary>Takes the job up. The first slice of an attempt counts the attempt and looks for a checkpoint.</summary>
    private async Task<JobRow?> Begin(SliceGrant grant)
    {
        // A fresh job is known well enough from its queue; only a number too long for that, or a past, is read from its row.
        bool known = grant.Job is { Number: not null, Recovered: false };
        _job ??= known ? JobRow.FromQueue(grant) : await store.FindJob(Id);
        if (_job is not { Ended: false } || _work is not null)
        {
            return _job;
        }

        if (_job.Attempts - _failures >= options.Value.WorkerDeathsMax)
        {
            await Fail($"Given up after {_job.Attempts} attempts: each time its worker died.", dead: true);
            return _job;
        }

        JobCheckpoint? checkpoint = _job.Attempts > 0 ? await store.FindCheckpoint(Id) : null;
        _checkpointed = checkpoint is not null;
        _checkpointedAt = checkpoint?.CpuSeconds ?? 0;
        _job = _job with
        {
            Status = JobStatus.Running,
            Attempts = _job.Attempts + 1,
            StartedAt = _job.StartedAt ?? time.GetUtcNow(),
            CpuSeconds = _checkpointedAt,
        };
        _work = new JobWork(_job.Operation, _job.Number, checkpoint?.Data);
        _watch.Tell(ended: false);
        Task started = store.StartJob(_job);
        if (grant.Job.Recovered)
        {
            // It has been here before, perhaps when a process died: the attempt has to count before that can happen again.
            await started;
        }
        else
        {
            started.InBackground(logger);
        }

        return _job;
    }

    /// <summary>The slice itself, on a compute thread; the kernel is that thread's alone until it is over.</summary>
    private async Task<SliceMeasure> Step(JobWork work)
    {
        _onThread = true;
        SliceMeasure slice = await threads.Run(work.Step, _cancel.Token);
        _onThread = false;
        ledger.Done(Id);
        _job = _job! with { CpuSeconds = _job.CpuSeconds + slice.CpuSeconds };
        return slice;
    }

    /// <summary>What follows from a slice: an outcome where the job goes on, null where it has ended.</summary>
    private async Task<SliceOutcome?> Settle(SliceMeasure slice)
    {
        JobRow job = _job!;
        if (job.Ended)
        {
            // Cancelled while the slice was on its way.
            DropWork();
            return null;
        }

        double timeout = job.TimeoutSeconds ?? options.Value.TimeoutSeconds;
        if (slice.Failure is { } failure)
        {
            logger.LogError(failure, "Job {Job} failed in attempt {Attempt}.", JobId.Format(Id), job.Attempts);
            DropWork();
            if (++_failures < options.Value.AttemptsMax)
            {
                return SliceOutcome.WorkerFailed;
            }

            await Fail($"Failed in {_failures} attempts, at last: {failure.Message}", dead: true);
        }
        else if (slice.Finished)
        {
            await Store(Ended(job, JobStatus.Done) with { Result = _work!.Result }, _work.LargeValue);
        }
        else if (_cancel.IsCancellationRequested)
        {
            await Store(Ended(job, JobStatus.Cancelled));
        }
        else if (job.CpuSeconds >= timeout)
        {
            await Store(Ended(job, JobStatus.Failed, $"Not finished within {timeout} seconds of CPU time.") with
            {
                Result = _work!.Partial(),
            });
        }
        else
        {
            SaveCheckpoint(job);
            _watch.Tell(ended: false);
            return SliceOutcome.Unfinished;
        }

        return null;
    }

    private void SaveCheckpoint(JobRow job)
    {
        if (_work!.RestoreFailure is { } failure)
        {
            logger.LogWarning(failure, "Job {Job} starts over: its checkpoint cannot be used.", JobId.Format(Id));
        }

        if (_work.CheckpointWanted)
        {
            _checkpointedAt = job.CpuSeconds;
            if (!_work.Checkpoint.IsEmpty)
            {
                _checkpointed = true;
                store.SaveCheckpoint(new JobCheckpoint(Id, job.CpuSeconds, _work.Checkpoint.ToArray())).InBackground(logger);
            }
        }
    }

    private Task Fail(string reason, bool dead) => Store(Ended(_job!, JobStatus.Failed, reason) with { Dead = dead });

    /// <summary>Stores the end of the job, now or, if the database is away, at the next grant.</summary>
    private async Task Store(JobRow ended, ReadOnlyMemory<byte> value = default)
    {
        var ending = new JobEnding(ended, value, _checkpointed);
        try
        {
            await End(ending);
        }
        catch (StorageUnavailableException)
        {
            _unstored = ending;
            throw;
        }
    }

    /// <returns>False where the job had ended otherwise; this grain then knows how.</returns>
    private async Task<bool> End(JobEnding ending)
    {
        bool first = await store.EndJob(ending);
        _unstored = null;
        _job = first ? ending.Job : await store.FindJob(Id);
        DropWork();
        _watch.Tell(ended: true);
        if (!_watch.Watched)
        {
            // Whoever asks later reads the row; a million ended jobs shall not wait for that in memory.
            DeactivateOnIdle();
        }

        return first;
    }

    private SliceEnd Over(SliceGrant grant, double spent) => new()
    {
        Caller = grant.Caller,
        Job = Id,
        Outcome = SliceOutcome.Ended,
        CpuSeconds = spent,
        End = _job is not { } job ? null : new JobEnd
        {
            Job = Id,
            Status = job.Status,
            CpuSeconds = job.CpuSeconds,
            WaitSeconds = ((job.StartedAt ?? job.FinishedAt ?? job.SubmittedAt) - job.SubmittedAt).TotalSeconds,
        },
    };

    private void DropWork()
    {
        if (!_onThread)
        {
            _work?.Dispose();
            _work = null;
        }
    }
}
