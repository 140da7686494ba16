using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Turnstile.Events;
using Turnstile.Grains.Events.Counting;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Events;

/// <summary>
/// Works a partition's inbox off in steps: reads, enriches, stores, and only then counts and logs. The store is the
/// truth: memory is rebuilt from a snapshot and the final events after it, so that a crash at any moment counts nothing
/// twice.
/// </summary>
/// <remarks>
/// Events keep their order, except that one that fails is set aside and overtaken until its next attempt: it holds up
/// nobody. Where a step cannot be stored the activation ends, because it does not know what was; the next one looks.
/// </remarks>
[Reentrant]
[KeepAlive]
internal sealed class EventPartitionGrain(
    EventStore store,
    EventEnricher enricher,
    EventOutput output,
    IOptions<EventsOptions> options,
    TimeProvider time,
    ILogger<EventPartitionGrain> logger) : Grain, IEventPartitionGrain
{
    private const int PlayersInMemoryMax = 50_000;
    private const int RecoveryPage = 16;
    private const int MinuteSeconds = 60;

    // A step of so many events spreads its own cost over enough of them.
    private const int GatherBelow = 256;

    // How often failures are looked for while other work goes on.
    private static readonly TimeSpan DuePeriod = TimeSpan.FromMilliseconds(200);

    private readonly PartitionBook _book = new();
    private PartitionRow _row = null!;
    private DateTimeOffset _dueReadAt = DateTimeOffset.MinValue;
    private bool _caughtUp;
    private bool _pumping;
    private bool _woken;
    private bool _ended;

    private int Partition => (int)this.GetPrimaryKeyLong();

    private IRatesGrain Rates => GrainFactory.GetGrain<IRatesGrain>(Currencies.Euro);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _row = await store.FindPartition(Partition);
        if (_row.Snapshot is { } snapshot)
        {
            _book.Recover(snapshot);
        }

        await foreach (StepRow step in StepsAfter(_row.SnapshotStep))
        {
            await Count(CountedEvents.Read(step.Lines));
        }

        _row = _row with { Snapshot = null };
    }

    public async Task Wake()
    {
        _woken = true;
        if (_pumping || _ended || output.Stopping)
        {
            return;
        }

        _pumping = true;
        try
        {
            await CatchUp();
            while (_woken && !output.Stopping)
            {
                _woken = false;
                while (await StepInbox() + await StepFailures() is var events and > 0 && !output.Stopping)
                {
                    if (events < GatherBelow)
                    {
                        await Task.Delay(options.Value.GatherPeriod, time);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (output.Stopping)
        {
            // What is stored is counted and written by whoever has the partition next.
        }
        catch (Exception e)
        {
            End(e);
        }
        finally
        {
            _pumping = false;
        }
    }

    public Task<PartitionTotals> Totals(long second, int windowSeconds) => Task.FromResult(new PartitionTotals
    {
        Total = _book.Total,
        LastMinute = _book.Sum(second, MinuteSeconds),
        InWindow = _book.Sum(second, windowSeconds),
        Tops = _book.Tops,
    });

    private async IAsyncEnumerable<StepRow> StepsAfter(long after)
    {
        while (after < _row.Steps && await store.ReadSteps(Partition, after, RecoveryPage) is { Count: > 0 } steps)
        {
            foreach (StepRow step in steps)
            {
                yield return step;
            }

            after = steps[^1].Step;
        }
    }

    /// <summary>
    /// Hands over what the activation before had stored and not seen written. Not while this one begins: where the output stands still,
    /// whoever asks for totals would wait for it.
    /// </summary>
    private async Task CatchUp()
    {
        if (!_caughtUp)
        {
            await foreach (StepRow step in StepsAfter(_row.OutputStep))
            {
                await output.Write(step);
            }

            _caughtUp = true;
        }
    }

    /// <returns>How many events it took from the inbox.</returns>
    private async Task<int> StepInbox()
    {
        long first = _row.Processed + 1;
        List<ReceivedEvent> events = await store.ReadInbox(Partition, first, options.Value.StepMax);
        if (events.Count == 0)
        {
            return 0;
        }

        EnrichedEvents enriched = await enricher.Enrich(events, Rates);
        List<FailureRow> failures = [.. enriched.Failed.Select(failed => Failure(failed, attempts: 1))];
        long last = _row.Processed + events.Count;
        PartitionRow after = _row with
        {
            Processed = last,
            Steps = _row.Steps + 1,
            Retrying = _row.Retrying + failures.Count(failure => !failure.Dead),
        };
        await Commit(enriched, new StepCommit
        {
            Before = _row,
            After = after,
            Failures = failures,
            Finals = Finals(enriched, (first, last)),
        });
        return events.Count;
    }

    /// <returns>How many failures were due.</returns>
    private async Task<int> StepFailures()
    {
        DateTimeOffset now = time.GetUtcNow();
        if (now - _dueReadAt < DuePeriod && now >= _dueReadAt)
        {
            return 0;
        }

        List<FailureRow> due = await store.ReadDue(Partition, now, options.Value.StepMax);
        if (due.Count == 0)
        {
            _dueReadAt = now;
            return 0;
        }

        EnrichedEvents enriched = await enricher.Enrich([.. due.Select(failure => failure.Received)], Rates);
        Dictionary<long, int> attempts = due.ToDictionary(failure => failure.Id, failure => failure.Attempts);
        List<FailureRow> failures =
            [.. enriched.Failed.Select(failed => Failure(failed, attempts[failed.Received.Event.Id] + 1))];
        HashSet<long> failedIds = [.. failures.Select(failure => failure.Id)];
        List<long> recovered = [.. attempts.Keys.Where(id => !failedIds.Contains(id))];
        PartitionRow after = _row with
        {
            Steps = _row.Steps + 1,
            Retrying = _row.Retrying - recovered.Count - failures.Count(failure => failure.Dead),
        };
        await Commit(enriched, new StepCommit
        {
            Before = _row,
            After = after,
            Failures = failures,
            Recovered = recovered,
            Finals = Finals(enriched, null),
        });
        return due.Count;
    }

    private StepRow? Finals(EnrichedEvents enriched, (long First, long Last)? sequences) => enriched.Counted.Count == 0
        ? null
        : new StepRow(Partition, _row.Steps + 1, enriched.Lines) { Sequences = sequences };

    private FailureRow Failure(FailedEvent failed, int attempts)
    {
        DateTimeOffset now = time.GetUtcNow();
        double wait = options.Value.RetryPeriod.TotalSeconds * Math.Pow(2, attempts - 1);
        return new FailureRow
        {
            Partition = Partition,
            Received = failed.Received,
            Attempts = attempts,
            DueAt = now + TimeSpan.FromSeconds(Math.Min(wait, options.Value.RetryPeriodMax.TotalSeconds)),
            Dead = failed.Hopeless || attempts >= options.Value.AttemptsMax,
            Reason = failed.Reason,
            FailedAt = now,
        };
    }

    private async Task Commit(EnrichedEvents enriched, StepCommit commit)
    {
        bool snapshot = _book.Unsaved >= options.Value.SnapshotEvents;
        if (snapshot)
        {
            commit = commit with { Snapshot = _book.Snapshot(), Tallies = _book.Changed() };
        }

        if (!await store.Commit(commit))
        {
            throw new StorageException("Another activation works on the partition.");
        }

        _row = commit.After;
        if (snapshot)
        {
            _book.Saved(PlayersInMemoryMax);
        }

        await Count(enriched.Counted);
        enricher.Report(enriched.Counted.Count, commit.Failures);
        if (commit.Finals is { } finals)
        {
            await output.Write(finals);
        }
    }

    private async Task Count(List<CountedEvent> events)
    {
        List<long> missing = _book.Missing(events.Select(counted => counted.PlayerId));
        if (missing.Count > 0)
        {
            _book.Bring(missing, await store.FindTallies(Partition, missing));
        }

        long now = time.GetUtcNow().ToUnixTimeSeconds();
        foreach (CountedEvent counted in events)
        {
            _book.Count(counted, now);
        }
    }

    private void End(Exception why)
    {
        _ended = true;
        logger.Log(why.Level(), why, "Event partition {Partition} ends and starts anew.", Partition);
        DeactivateOnIdle();
    }
}
