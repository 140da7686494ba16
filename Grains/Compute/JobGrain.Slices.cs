using Microsoft.Extensions.Logging;
using Turnstile.Compute;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Compute;

/// <content>What happens in a slice, and what follows from it.</content>
internal sealed partial class JobGrain
{
    public async Task<SliceEnd> RunSlice(SliceGrant grant)
    {
        if (_inSlice)
        {
            // A scheduler that has just started may not know of the slice that one before it granted.
            return GoesOn(grant, SliceOutcome.NotStored, 0);
        }

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
                if (_work is null)
                {
                    return GoesOn(grant, SliceOutcome.Shares, 0);
                }

                _work!.CheckpointWanted = _job!.CpuSeconds - _checkpointedAt >= options.Value.CheckpointSeconds;
                SliceMeasure slice = await Step(_work, grant.GivesWay);
                spent = slice.CpuSeconds;
                if (await Settle(slice) is { } outcome)
                {
                    return GoesOn(grant, outcome, spent);
                }
            }

            // Where another has taken the job up, that one tells its end.
            return _job is { Ended: false } ? GoesOn(grant, SliceOutcome.WorkerFailed, spent) : Over(grant, spent);
        }
        catch (StorageUnavailableException e)
        {
            logger.LogDebug(e, "Job {Job} waits for the database.", JobId.Format(Id));
            return GoesOn(grant, SliceOutcome.NotStored, spent);
        }
        finally
        {
            _inSlice = false;
            Keep();
        }
    }

    /// <summary>
    /// Takes the job up. The first slice of an attempt counts the attempt and looks for a checkpoint.
    /// </summary>
    private async Task<JobRow?> Begin(SliceGrant grant)
    {
        // A fresh job is known well enough from its queue; only a number too long for that, or a past, is read from
        // its row.
        bool fresh = grant is { First: true, Job: { Number: not null, Recovered: false } };
        _job ??= fresh ? JobRow.FromQueue(grant) : await store.FindJob(Id);
        if (_job is not { Ended: false } || _work is not null)
        {
            return _job;
        }

        if (!_attempting && _job.Attempts - _failures >= options.Value.WorkerDeathsMax)
        {
            await Fail($"Given up after {_job.Attempts} attempts: its process died each time.", dead: true);
            return _job;
        }

        if (!_attempting && await IsShared(_job))
        {
            return _job;
        }

        // The coldest kernel is often the next to have a slice. If it could not be written down, an older checkpoint has to do.
        await _cooled.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        JobCheckpoint? checkpoint = fresh ? null : await store.FindCheckpoint(Id);
        _checkpointed = checkpoint is not null;
        _checkpointedAt = checkpoint?.CpuSeconds ?? 0;
        _takenUpFrom = MarkOf(checkpoint?.Data);
        if (!_attempting && !await BeginAttempt(_job, fresh))
        {
            return _job = await store.FindJob(Id);
        }

        _span ??= JobSpan.Begin(_job, grant.Job.Trace, time.GetUtcNow());
        _work = new JobWork(_job.Operation, _job.Number, checkpoint?.Data);
        _watch.Tell(ended: false);
        return _job;
    }

    /// <summary>Ends the job where the answer is known.</summary>
    /// <returns>True where it need not be computed by this job, now.</returns>
    private async ValueTask<bool> IsShared(JobRow job)
    {
        if (AnswerKey.Of(job.Operation, job.Number) is not { } question)
        {
            return false;
        }

        AnswerSource source = await GrainFactory.GetGrain<IAnswerGrain>(question).Ask(Id);
        _question = question;
        if (source.Known && await store.FindJob(source.Job) is { Status: JobStatus.Done } answer)
        {
            JobRow done = Ended(job, JobStatus.Done) with { Result = answer.Result, StartedAt = time.GetUtcNow() };
            if (await End(new JobEnding(done, default, MayHaveCheckpoint(job)) { Source = source.Job, AnyEpoch = true })
                || _job is not { Ended: false })
            {
                return true;
            }

            // The answer was deleted since it was found: this job finds it anew.
            _question = question;
            return false;
        }

        // Of a known answer whose job is gone there is nothing to wait for.
        return !source.Known && source.Job != Id;
    }

    /// <summary>
    /// An attempt of a job with a past is on disk before it begins, so that a job that kills its worker is given up some time.
    /// The first one of a new job is stored with what comes of its first slice, which for most jobs is their end.
    /// </summary>
    /// <returns>False where it could not be had: it has ended, or another was faster.</returns>
    private async ValueTask<bool> BeginAttempt(JobRow job, bool fresh)
    {
        // Taking it may have been answered with a failure and be stored all the same: that attempt is this one.
        bool counted = !fresh && _taking is { } taking && (job.Epoch, job.Attempts) == (taking.Epoch + 1, taking.Attempts);
        JobRow begun = job with
        {
            Status = JobStatus.Running,
            Attempts = job.Attempts + (counted ? 0 : 1),
            StartedAt = job.StartedAt ?? time.GetUtcNow(),
            CpuSeconds = _checkpointedAt,
        };
        if (!fresh)
        {
            _taking = begun;
            if (await store.TakeJob(begun) is not { } taken)
            {
                return false;
            }

            // The attempt is taken: should this fail, it must not be taken once more.
            _taking = null;
            Task death = counted ? Task.CompletedTask : AddDeath(job);
            death.InBackground(logger);
            await death.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            begun = taken;
        }

        _job = begun;
        _startStored = !fresh;
        _attempting = true;
        return true;
    }

    /// <summary>An attempt that came to no end is one whose process did.</summary>
    private Task AddDeath(JobRow job) => job.Attempts == 0 || _failures > 0
        ? Task.CompletedTask
        : store.AddFailure(Id, Failure(job, "The process ended during the attempt."));

    private JobFailure Failure(JobRow job, string reason) => new()
    {
        Attempt = job.Attempts, At = time.GetUtcNow(), Reason = reason,
    };

    /// <summary>The slice itself, on a compute thread; the kernel is that thread's alone until it is over.</summary>
    private async Task<SliceMeasure> Step(JobWork work, bool givesWay)
    {
        _onThread = true;
        warm.Remove(Id);
        SliceMeasure slice = await threads.Run(Id, work.Step, new SliceManner(givesWay, () => _watch.Watched), _cancel.Token);
        _onThread = false;
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
        if (slice.Finished)
        {
            JobRow ended = _work!.Result is FactorizeResult { Cofactor: { } rest }
                ? Ended(job, JobStatus.Failed, $"The cofactor of {rest.Length} digits could not be split by any means there are.")
                : Ended(job, JobStatus.Done);
            await Store(ended with { Result = _work.Result }, _work.LargeValue);
        }
        else if (_cancel.IsCancellationRequested)
        {
            await Store(Ended(job, JobStatus.Cancelled));
        }
        else if (slice.Failure is { } failure)
        {
            return await SettleFailure(job, failure);
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
            KeepWarm(job);

            // Here nothing is computed any more: granted anew at once it would be back at once, until its grain has moved.
            return threads.IsStopping ? SliceOutcome.WorkerFailed : SliceOutcome.Unfinished;
        }

        return null;
    }

    private async Task<SliceOutcome?> SettleFailure(JobRow job, Exception failure)
    {
        logger.LogError(failure, "Job {Job} failed in attempt {Attempt}.", JobId.Format(Id), job.Attempts);
        DropWork();
        _attempting = false;
        store.AddFailure(Id, Failure(job, failure.Message)).InBackground(logger);
        if (++_failures >= options.Value.AttemptsMax)
        {
            await Fail($"Failed in {_failures} attempts, at last: {failure.Message}", dead: true);
            return null;
        }

        await store.StartJob(job);
        return SliceOutcome.WorkerFailed;
    }

    /// <summary>
    /// Between two slices: the state is written down from time to time, and only so many jobs keep it in memory.
    /// </summary>
    private void KeepWarm(JobRow job)
    {
        if (_work!.RestoreFailure is { } failure)
        {
            _work.RestoreFailure = null;
            logger.LogWarning(failure, "Job {Job} starts over: its checkpoint cannot be used.", JobId.Format(Id));
        }

        if (!_startStored)
        {
            _startStored = true;
            StoreStart(job).InBackground(logger);
        }

        if (_work.CheckpointWanted)
        {
            Save(job, _work.Checkpoint).InBackground(logger);
        }

        if (warm.Add(Id) is { } coldest)
        {
            GrainFactory.GetGrain<IJobGrain>(coldest).Cool().InBackground(logger);
        }

        _watch.Tell(ended: false);
    }

    /// <summary>
    /// A fresh job is begun without a look at its row. It may have ended before, where the call that should have withdrawn it
    /// was lost.
    /// </summary>
    private async Task StoreStart(JobRow job)
    {
        if (!await store.StartJob(job) && await store.FindJob(Id) is { Ended: true } ended)
        {
            _job = ended;
            _attempting = false;
            LeaveQuestion(answered: false);
            DropWork();
            _watch.Tell(ended: true);
        }
    }

    private async Task Save(JobRow job, ReadOnlyMemory<byte> checkpoint)
    {
        _checkpointedAt = job.CpuSeconds;
        if (!checkpoint.IsEmpty)
        {
            _checkpointed = true;
            await store.SaveCheckpoint(new JobCheckpoint(Id, job.Epoch, job.CpuSeconds, checkpoint.ToArray()));
        }
    }

    private Task Fail(string reason, bool dead) => Store(Ended(_job!, JobStatus.Failed, reason) with { Dead = dead });

    private SliceEnd GoesOn(SliceGrant grant, SliceOutcome outcome, double spent) => new()
    {
        Caller = grant.Caller, Job = Id, Outcome = outcome, CpuSeconds = spent,
    };

    private SliceEnd Over(SliceGrant grant, double spent) => new()
    {
        Caller = grant.Caller,
        Job = Id,
        Outcome = SliceOutcome.Ended,
        CpuSeconds = spent,
        End = _job is not { } job ? null : EndOf(job),
    };

    private static JobEnd EndOf(JobRow job) => new()
    {
        Job = job.Id,
        Status = job.Status,
        CpuSeconds = job.CpuSeconds,
        WaitSeconds = ((job.StartedAt ?? job.FinishedAt ?? job.SubmittedAt) - job.SubmittedAt).TotalSeconds,
    };
}
