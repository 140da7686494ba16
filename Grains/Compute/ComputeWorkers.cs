using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Turnstile.Compute;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Compute;

/// <summary>
/// Keeps the compute threads of this silo busy: pulls slices from the lane, has the job grains run them, and reports what they
/// took. One pull is on its way at any time, so that the lane always knows whom to give work to.
/// </summary>
internal sealed class ComputeWorkers(
    IGrainFactory grains,
    ComputeThreads threads,
    SliceLedger ledger,
    IOptions<ComputeOptions> options,
    TimeProvider time,
    ILogger<ComputeWorkers> logger) : BackgroundService
{
    // Short slices worth so much CPU per thread are taken ahead: enough to bridge the way to the lane and back on a
    // busy machine.
    private const double AheadSecondsPerThread = 0.004;

    // Slices' worth of a lone caller's jobs that a thread has or is about to have: enough for ends to be told together, and little
    // enough for a more urgent job of the same caller to wait for.
    private const double SpareSlicesPerThread = 2;

    // With their pauses they take longer than it takes to put a silo out that died.
    private const int TellAttemptsMax = 10;

    private static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<SliceEnd> _ends = new();
    private readonly SemaphoreSlim _news = new(0, 1);
    private int _running;

    // Known to the lane by this; another one after a call that failed, because nobody can tell what was lost with it.
    private string _name = NewName();

    private TimeSpan SignOfLifePeriod => TimeSpan.FromSeconds(options.Value.LeaseSeconds / 3);

    private double AheadSecondsMax => AheadSecondsPerThread * threads.Count;

    private double SpareSecondsMax => SpareSlicesPerThread * options.Value.SliceMilliseconds / 1000 * threads.Count;

    private ILaneGrain Lane => grains.GetGrain<ILaneGrain>(0);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        threads.Stop();
        await Drained(cancellationToken);
        try
        {
            await Lane.Leave(_name);
        }
        catch (Exception e)
        {
            logger.LogInformation(e, "The lane was not there to be told that these workers leave.");
        }
    }

    /// <summary>The slices in hand are over, so that each job can write its state down before the grains end.</summary>
    private async Task Drained(CancellationToken patience)
    {
        while (Volatile.Read(ref _running) > 0 && !patience.IsCancellationRequested)
        {
            await _news.WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ledger.Watch(threads.Count, AheadSecondsMax / 2, Signal);
        using ITimer signOfLife = time.CreateTimer(_ => Signal(), null, SignOfLifePeriod, SignOfLifePeriod);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Pump(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                logger.LogWarning(e, "The lane did not answer; it is asked again.");
                _name = NewName();
                await Task.Delay(RetryPeriod, time, stoppingToken);
            }
        }
    }

    private async Task Pump(CancellationToken stop)
    {
        Task<ImmutableArray<SliceGrant>>? pull = null;
        while (true)
        {
            if (pull is null)
            {
                pull = Lane.Pull(Report());
            }
            else
            {
                await Lane.Report(Report());
            }

            Task news = _news.WaitAsync(stop);
            await Task.WhenAny(pull, news);
            stop.ThrowIfCancellationRequested();

            // Ends come by the hundred after a commit: those that are about to come go with the same report.
            await Task.Yield();
            if (pull.IsCompleted)
            {
                foreach (SliceGrant grant in await pull)
                {
                    Run(grant).InBackground(logger);
                }

                pull = null;
            }

            if (!news.IsCompleted)
            {
                Signal();
                await news;
            }
        }
    }

    private WorkerReport Report()
    {
        (int slices, double seconds) = ledger.Outstanding;
        bool full = Volatile.Read(ref _running) >= options.Value.SlicesInFlightMax;

        // Asked for by the half, so that tiny jobs come by the dozen and not one by one.
        double room = AheadSecondsMax - seconds;
        ImmutableArray<SliceEnd>.Builder ends = ImmutableArray.CreateBuilder<SliceEnd>();
        while (_ends.TryDequeue(out SliceEnd? end))
        {
            ends.Add(end);
        }

        TellCallers(ends);
        return new WorkerReport
        {
            Workers = _name,
            IdleThreads = full ? 0 : Math.Max(0, threads.Count - slices),
            SpareSeconds = full ? 0 : Math.Max(0, SpareSecondsMax - seconds),
            AheadSeconds = full || room < AheadSecondsMax / 2 ? 0 : room,
            Ends = ends.DrainToImmutable(),
            Threads = threads.Count,
        };
    }

    private void TellCallers(IEnumerable<SliceEnd> ends)
    {
        foreach (IGrouping<CallerKey, JobEnd> caller in ends
            .Where(end => end.End is not null)
            .GroupBy(end => end.Caller, end => end.End!))
        {
            Tell(caller.Key, [.. caller]).InBackground(logger);
        }
    }

    /// <summary>
    /// A call may be lost with the silo that it was made to. Whoever hears of an end twice counts it once; one that is never
    /// heard of would be open for as long as the caller's grain lives.
    /// </summary>
    private async Task Tell(CallerKey caller, ImmutableArray<JobEnd> ends)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await grains.GetGrain<ICallerGrain>(caller.ToString()).Ended(ends);
                return;
            }
            catch (Exception e) when (attempt < TellAttemptsMax)
            {
                logger.LogInformation(e, "Caller {Caller} did not hear of ends of its jobs; it is told again.", caller);
                await Task.Delay(RetryPeriod, time);
            }
        }
    }

    private async Task Run(SliceGrant grant)
    {
        Interlocked.Increment(ref _running);
        ledger.Expect(grant.Job.Id, grant.ExpectedCpuSeconds);
        SliceEnd end;
        try
        {
            end = await grains.GetGrain<IJobGrain>(grant.Job.Id).RunSlice(grant);
        }
        catch (Exception e)
        {
            logger.Log(e.Level(), e, "A slice of job {Job} failed; it is taken up again.", JobId.Format(grant.Job.Id));
            end = new SliceEnd
            {
                Caller = grant.Caller, Job = grant.Job.Id, Outcome = SliceOutcome.WorkerFailed, CpuSeconds = 0,
            };
        }

        Interlocked.Decrement(ref _running);
        _ends.Enqueue(end);
        ledger.Done(grant.Job.Id);
        Signal();
    }

    private static string NewName() => Guid.NewGuid().ToString("n");

    private void Signal()
    {
        lock (_news)
        {
            if (_news.CurrentCount == 0)
            {
                _news.Release();
            }
        }
    }
}
