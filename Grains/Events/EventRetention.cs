using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Turnstile.Grains.Events.Counting;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Events;

/// <summary>
/// Deletes final events that were received long ago, step by step. Totals are a snapshot plus the final events after it, and what has
/// not gone to the output yet comes from them: only those that neither needs go.
/// </summary>
internal sealed class EventRetention(
    EventStore store, IOptions<EventsOptions> options, TimeProvider time, ILogger<EventRetention> logger)
    : Retention("steps of final events", options.Value.KeepDays, time, logger)
{
    // Each has megabytes of lines, unpacked.
    private const int StepsMax = 8;

    protected internal override async IAsyncEnumerable<int> DropOlder(DateTimeOffset than, [EnumeratorCancellation] CancellationToken stop)
    {
        for (int partition = 0; partition < options.Value.Partitions; partition++)
        {
            PartitionRow row = await store.FindPartition(partition);
            long through = Math.Min(row.SnapshotStep, row.OutputStep);
            List<StepRow> old;
            do
            {
                stop.ThrowIfCancellationRequested();
                List<StepRow> oldest = await store.ReadSteps(partition, after: 0, StepsMax);
                old = [.. oldest.TakeWhile(step => step.Step <= through && IsOlder(step, than))];
                if (old.Count > 0)
                {
                    yield return await store.DropSteps(partition, old[^1].Step);
                }
            }
            while (old.Count == StepsMax);
        }
    }

    private static bool IsOlder(StepRow step, DateTimeOffset than) =>
        CountedEvents.Read(step.Lines).TrueForAll(counted => counted.ReceivedSecond < than.ToUnixTimeSeconds());
}
