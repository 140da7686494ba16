using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Events;

/// <summary>
/// Writes the final events of this silo's partitions, a JSON line each, and records how far it got. What is not
/// recorded at a crash is written again; a file is first cut back to its recorded length, so that it holds every event
/// once. What went to stdout cannot be taken back: there a crash may repeat the last lines.
/// </summary>
internal sealed class EventOutput(EventStore store, OutputSink sink, TimeProvider time, ILogger<EventOutput> logger)
    : BackgroundService
{
    // Steps that wait to be written. When a reader of stdout stands still, so do the partitions, and publishers get
    // 429.
    private const int WaitingMax = 32;

    // All that may wait is written and synced in a fraction of this, unless the output stands still.
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan GatherPeriod = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<int, long> _queued = new();
    private readonly Channel<StepRow> _steps = Channel.CreateBounded<StepRow>(
        new BoundedChannelOptions(WaitingMax) { SingleReader = true });

    private readonly CancellationTokenSource _stop = new();

    /// <summary>The process is about to end: partitions work nothing off any more.</summary>
    public bool Stopping => _stop.IsCancellationRequested;

    /// <summary>
    /// Before the grains end: whoever waits for an output that stands still waits no longer. Those steps are stored, and the process
    /// that has the partition next has them written.
    /// </summary>
    public Task LetGo() => _stop.CancelAsync();

    /// <summary>Takes the final events of a stored step, in the order of the partition's steps.</summary>
    /// <exception cref="OperationCanceledException">The process ends, and there is no place for them.</exception>
    public async ValueTask Write(StepRow step)
    {
        // An activation that comes after a failed one starts from what is recorded; the rest may still be under way
        // here.
        if (_queued.TryGetValue(step.Partition, out long last) && last >= step.Step)
        {
            return;
        }

        // Before it has its place, for which it waits as long as the output stands still: an activation that is given up
        // meanwhile does not take its step back, and the next one has the same.
        _queued[step.Partition] = step.Step;
        if (!_steps.Writer.TryWrite(step))
        {
            await _steps.Writer.WriteAsync(step, _stop.Token);
        }
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await store.EnsurePartitions();
        await OpenSink();
        await base.StartAsync(cancellationToken);
    }

    /// <summary>
    /// Writes what waits; called after the grains have stopped. What cannot be written is written after the next start.
    /// </summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _steps.Writer.TryComplete();
        if (ExecuteTask is { } writing)
        {
            await ((Task)writing.WaitAsync(LastPatience, time, cancellationToken))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // Not for a write that hangs.
        await base.StopAsync(new CancellationToken(canceled: true));
    }

    public override void Dispose()
    {
        sink.Dispose();
        _stop.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var steps = new List<StepRow>();
        while (await _steps.Reader.WaitToReadAsync(CancellationToken.None))
        {
            steps.Clear();
            while (_steps.Reader.TryRead(out StepRow? step))
            {
                steps.Add(step);
            }

            await Insist(() => sink.Write(steps), "The output of final events cannot be written", stoppingToken);
            await Insist(
                () => store.RecordOutput(new OutputRecord(steps, sink.Path, sink.Length)),
                "What was written to the output cannot be recorded",
                stoppingToken);

            // A sync of the file serves what comes meanwhile, too.
            await Task.Delay(GatherPeriod, time, CancellationToken.None);
        }
    }

    /// <summary>
    /// A file has a recorded length before anything is written to it, or a crash would leave lines that nobody cuts off.
    /// </summary>
    private async Task OpenSink()
    {
        long? recorded = sink.Path is { } path ? await store.FindOutputLength(path) : null;
        sink.Open(recorded);
        if (recorded is null && sink.Path is not null)
        {
            await store.RecordOutput(new OutputRecord([], sink.Path, sink.Length));
        }
    }

    private async Task Insist(Func<Task> action, string complaint, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await action();
                return;
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                logger.Log(e.Level(), e, "{Complaint}; it is tried again.", complaint);
                await Task.Delay(RetryPeriod, time, stop);
            }
        }
    }
}
