using System.Buffers;
using Microsoft.Extensions.Options;
using Turnstile.Events;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Events;

/// <summary>
/// Takes events into the inbox: finds repeats by id, gives the others their places, and stores them in as few rows as
/// possible, for all batches that wait at the same time in one transaction. A batch is taken in whole or not at all.
/// </summary>
internal sealed class EventIntake
{
    // A row is read back whole; this keeps a step near its own limit however large a body was.
    private const int EventsPerRowMax = 2_000;

    // When a partition is full: about what it needs to work a good part of its queue off.
    private const double FullRetrySeconds = 1;

    private readonly BatchWriter<IntakeBatch, IntakeResult> _writer;
    private readonly int _waitingMax;

    public EventIntake(Database database, IOptions<EventsOptions> options)
    {
        _waitingMax = options.Value.WaitingPerPartitionMax;
        _writer = database.Writes.CreateWriter<IntakeBatch, IntakeResult>("events", Write);
    }

    /// <summary>Stores the new events of the batch.</summary>
    /// <exception cref="StorageUnavailableException">It is not known whether they are stored; handing them in again is
    /// harmless.</exception>
    public async Task<IntakeResult> Take(IntakeBatch batch)
    {
        try
        {
            return await _writer.Write(batch, batch.Items.Length);
        }
        catch (StorageConstraintException)
        {
            // Another silo took one of the ids in at the same moment; now it can be seen.
            return await _writer.Write(batch, batch.Items.Length);
        }
    }

    private async ValueTask Write(
        Transaction transaction, IReadOnlyList<IntakeBatch> batches, IntakeResult[] results)
    {
        var round = new Round(await transaction.Query(EventSql.LockPartitions, default(None)), _waitingMax);
        var ids = new List<long>();
        foreach (IntakeBatch batch in batches)
        {
            foreach (IntakeItem item in batch.Items)
            {
                ids.Add(item.Id);
            }
        }

        foreach (EventPlace known in await transaction.Query(EventSql.FindPlaces, ids))
        {
            round.Known[known.Id] = known.ContentHash;
        }

        for (int i = 0; i < batches.Count; i++)
        {
            results[i] = round.Take(batches[i]);
        }

        await transaction.Execute(EventSql.AddPlace, round.Places);
        await transaction.Execute(EventSql.AddInbox, round.Rows());
        await transaction.Execute(EventSql.AdvanceIntake, round.Advanced());
    }

    /// <summary>One transaction's work in memory.</summary>
    private sealed class Round(List<PartitionRow> partitions, int waitingMax)
    {
        private readonly Queue[] _queues = [.. partitions.Select(partition => new Queue(partition))];

        /// <summary>Content by id, of events stored before or taken in by this round.</summary>
        public Dictionary<long, long> Known { get; } = [];

        public List<EventPlace> Places { get; } = [];

        public IntakeResult Take(IntakeBatch batch)
        {
            var fresh = new List<IntakeItem>(batch.Items.Length);
            if (Sort(batch.Items, fresh) is { } refusal)
            {
                foreach (IntakeItem item in fresh)
                {
                    Known.Remove(item.Id);
                }

                return IntakeResult.Refused(refusal);
            }

            var touched = new HashSet<int>();
            foreach (IntakeItem item in fresh)
            {
                long sequence = _queues[item.Partition].Add(batch.Bytes(item));
                Places.Add(new EventPlace(item.Id, item.ContentHash, item.Partition, sequence));
                touched.Add(item.Partition);
            }

            var taken = new IntakeOutcome.Taken
            {
                Accepted = fresh.Count, Duplicates = batch.Items.Length - fresh.Count,
            };
            return new IntakeResult(taken, [.. touched]);
        }

        public List<InboxRow> Rows() => [.. _queues.SelectMany(queue => queue.Rows())];

        public List<PartitionRow> Advanced() => [.. _queues.Where(queue => queue.Count > 0).Select(queue => queue.Advanced)];

        /// <summary>Tells new events from repeats, and whether the new ones have room.</summary>
        private IntakeOutcome? Sort(IntakeItem[] items, List<IntakeItem> fresh)
        {
            Span<int> more = stackalloc int[_queues.Length];
            for (int i = 0; i < items.Length; i++)
            {
                IntakeItem item = items[i];
                if (Known.TryAdd(item.Id, item.ContentHash))
                {
                    fresh.Add(item);
                    more[item.Partition]++;
                }
                else if (Known[item.Id] != item.ContentHash)
                {
                    return new IntakeOutcome.IdReused { Index = i, Id = item.Id };
                }
            }

            for (int partition = 0; partition < _queues.Length; partition++)
            {
                // A batch larger than the limit is let into an empty partition, or it could never be taken in.
                long waiting = _queues[partition].Waiting;
                if (waiting > 0 && more[partition] > 0 && waiting + more[partition] > waitingMax)
                {
                    return new IntakeOutcome.Full { WaitingMax = waitingMax, RetryAfterSeconds = FullRetrySeconds };
                }
            }

            return null;
        }
    }

    /// <summary>What a round adds to a partition.</summary>
    private sealed class Queue(PartitionRow partition)
    {
        private readonly List<ArrayBufferWriter<byte>> _rows = [];

        public int Count { get; private set; }

        public long Waiting => partition.Waiting + Count;

        public PartitionRow Advanced => partition with { NextSequence = partition.NextSequence + Count };

        public long Add(ReadOnlySpan<byte> bytes)
        {
            if (Count % EventsPerRowMax == 0)
            {
                _rows.Add(new ArrayBufferWriter<byte>());
            }

            _rows[^1].Write(bytes);
            return partition.NextSequence + Count++;
        }

        public IEnumerable<InboxRow> Rows() => _rows.Select((row, i) => new InboxRow(
            partition.Id, partition.NextSequence + ((long)i * EventsPerRowMax), row.WrittenSpan.ToArray()));
    }
}
