using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Turnstile.Compute;
using Turnstile.Factorial;
using Turnstile.Grains.Compute;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Storage.Objects;

namespace Turnstile.Grains.Factorial;

/// <summary>
/// The factorial of one number: has it computed by a job, stores its digits, and hands them out checked.
/// </summary>
/// <remarks>
/// <para>
/// On a crash the row is what remains. It is stored before a wish is answered and names the job; a row that has not
/// ended is followed again as soon as the grain is awake. Job, object and row are named by the number and its
/// generation, so doing any step again changes nothing.
/// </para>
/// <para>Calls interleave, because watchers wait; wishes that come together share one computation.</para>
/// </remarks>
[Reentrant]
[CollectionAgeLimit(Minutes = 2)]
[SuppressMessage("Design", "CA1001", Justification = "It has no timer; what was under way may still ask for it.")]
internal sealed class FactorialGrain(
    FactorialStore store,
    ObjectStore objects,
    FactorialReads reads,
    FactorialTelemetry telemetry,
    IOptions<FactorialOptions> options,
    TimeProvider time,
    ILogger<FactorialGrain> logger) : Grain, IFactorialGrain
{
    // As with jobs: whoever waits asks again, and neither a silo that has died nor one that stops keeps anybody for longer.
    private static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(5);

    // Any time longer than a process lives; the delay is ended when the factorial is.
    private static readonly TimeSpan WhileOpen = TimeSpan.FromDays(1_000);

    private readonly CancellationTokenSource _stop = new();
    private readonly JobWatch _watch = new(time);
    private FactorialCompletion _completion = null!;
    private FactorialRow? _row;

    // What is under way, one at a time each; whoever comes meanwhile shares it.
    private Task<FactorialAsked>? _beginning;
    private Task<FactorialReading>? _reading;

    private int Number => (int)this.GetPrimaryKeyLong();

    private FactorialView? Now => _row?.ToView(_watch.Version);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _completion = new FactorialCompletion(GrainFactory, objects, options.Value, time, logger);
        _row = await store.Find(Number);
        cancellationToken.ThrowIfCancellationRequested();
        if (_row is { Ended: false })
        {
            Follow().InBackground(logger);
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _stop.CancelAsync();

    public async Task<FactorialAsked> Ask(CallerKey requester)
    {
        while (_row is not { Status: not FactorialStatus.Failed })
        {
            if (_beginning is null)
            {
                return await BeginAlone(requester);
            }

            // Another's wish: it may be refused for reasons of its own, so look again when it is over.
            await ((Task)_beginning).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        return new FactorialAsked.Taken { View = Now! };
    }

    public Task<FactorialView?> View() => Task.FromResult(Now);

    public async Task<FactorialView?> Changed(long version, TimeSpan patience)
    {
        if (_row is { Ended: false } && _watch.Version == version)
        {
            await _watch.Change(Min(patience));
        }

        return Now;
    }

    public async Task<FactorialView?> WhenEnded(TimeSpan patience)
    {
        if (_row is { Ended: false })
        {
            await _watch.End(Min(patience));
        }

        return Now;
    }

    public async Task<FactorialReading?> Read()
    {
        if (_row is not { Status: FactorialStatus.Done } row)
        {
            return Now is { } view ? new FactorialReading { View = view } : null;
        }

        Task<FactorialReading> reading = _reading ??= Load(row);
        try
        {
            return await reading;
        }
        finally
        {
            _reading = _reading == reading ? null : _reading;
        }
    }

    private static TimeSpan Min(TimeSpan patience) => patience < PatienceMax ? patience : PatienceMax;

    private async Task<FactorialAsked> BeginAlone(CallerKey requester)
    {
        Task<FactorialAsked> beginning = _beginning = Begin(requester);
        try
        {
            return await beginning;
        }
        catch
        {
            // Nobody knows whether the row is stored: whoever comes next reads it.
            DeactivateOnIdle();
            throw;
        }
        finally
        {
            _beginning = null;
        }
    }

    /// <summary>
    /// Has the job of the next generation queued, then stores the row: the wish is kept from here on.
    /// </summary>
    private async Task<FactorialAsked> Begin(CallerKey requester)
    {
        long generation = (_row?.Generation ?? 0) + 1;
        SubmitOutcome outcome = await _completion.Submit(Number, generation, requester);
        if (outcome is SubmitOutcome.QueueFull full)
        {
            return new FactorialAsked.Refused { QueuedMax = full.QueuedMax, RetryAfterSeconds = full.RetryAfterSeconds };
        }

        DateTimeOffset now = UnixMicroseconds.Now(time).ToTime();
        await Save(new FactorialRow
        {
            Number = Number,
            Status = FactorialStatus.Calculating,
            Generation = generation,
            Job = outcome switch
            {
                SubmitOutcome.Accepted accepted => accepted.Ids[0],
                SubmitOutcome.Repeated repeated => repeated.Id,
                _ => throw new InvalidOperationException($"The job of {Number}! was answered with {outcome}."),
            },
            Checksum = _row?.Checksum,
            Digits = _row?.Digits,
            CreatedAt = _row?.CreatedAt ?? now,
            StartedAt = now,
        });
        telemetry.Began();
        Follow().InBackground(logger);
        return new FactorialAsked.Taken { View = Now! };
    }

    private async Task Save(FactorialRow row)
    {
        await store.Save(row);
        _row = row;
        _watch.Tell(row.Ended);
    }

    /// <summary>Keeps the grain awake until the factorial has ended, whatever is away meanwhile.</summary>
    private async Task Follow()
    {
        DelayDeactivation(WhileOpen);
        try
        {
            while (_row is { Ended: false } row)
            {
                await Advance(row);
            }

            DelayDeactivation(TimeSpan.FromTicks(-1));
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // Whoever wakes the grain next goes on from the row.
        }
    }

    private async Task Advance(FactorialRow row)
    {
        try
        {
            FactorialRow next = await _completion.Next(row, _stop.Token);
            await Save(next);
            Note(next);
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            logger.Log(e.Level(), e, "{Number}! waits in status {Status}; it is tried again.", row.Number, row.Status);
            await Task.Delay(FactorialCompletion.RetryPause, time, _stop.Token);
        }
    }

    private void Note(FactorialRow row)
    {
        if (!row.Ended)
        {
            return;
        }

        telemetry.Ended(row.Status == FactorialStatus.Done, row.FinishedAt!.Value - row.StartedAt);
        if (row.Status == FactorialStatus.Failed)
        {
            logger.LogWarning("{Number}! failed: {Error}", row.Number, row.Error);
        }
    }

    private async Task<FactorialReading> Load(FactorialRow row)
    {
        ObjectReading found = await objects.Read(row.ToView().ObjectKey, row.Checksum!, reads.Ending);
        if (found is ObjectReading.Whole whole)
        {
            return new FactorialReading { View = row.ToView(_watch.Version), Digits = whole.Content };
        }

        logger.LogError(
            "The object {Key} is {Found} where {Checksum} is expected; {Number}! is computed again.",
            row.ToView().ObjectKey,
            found,
            row.Checksum,
            row.Number);
        telemetry.FoundDamaged();

        // Not at the expense of who happens to read it.
        return await BeginAlone(FactorialCaller.Service) is FactorialAsked.Taken taken
            ? new FactorialReading { View = taken.View, Repairing = true }
            : throw new LimitExceededException($"Too many jobs wait: {row.Number}! cannot be computed again now.");
    }
}
