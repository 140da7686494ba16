namespace Turnstile.Grains.Storage;

/// <summary>
/// The changes that wait for the writing thread, oldest first, limited by the rows that they write. Patient ones that come many at a
/// time wait for more of their kind, or for one that is not.
/// </summary>
/// <param name="rowsMax">Rows that may wait.</param>
/// <param name="patience">How long patient changes wait; in whole milliseconds.</param>
internal sealed class WriteQueue(int rowsMax, TimeSpan patience)
{
    // So many in the last batch are a stream that goes on. One that comes alone is not kept waiting for others.
    private const int Stream = 4;

    private readonly object _gate = new();
    private readonly Queue<PendingWrite> _waiting = new();
    private long _rows;
    private int _urgent;
    private int _last;
    private bool _closed;

    /// <summary>Rows that wait or are being committed.</summary>
    public long Rows => Volatile.Read(ref _rows);

    /// <summary>Why the change was not taken in; null where it was.</summary>
    public StorageUnavailableException? Add(PendingWrite write)
    {
        lock (_gate)
        {
            if (_closed)
                return new StorageUnavailableException("The database is being closed.");
            if (_rows >= rowsMax)
                return new StorageUnavailableException($"{_rows} rows wait to be written; the limit is {rowsMax}.");

            _rows += write.Rows;
            _waiting.Enqueue(write);
            bool firstUrgent = !write.Writer.IsPatient && ++_urgent == 1;
            if (firstUrgent || _waiting.Count == 1)
                Monitor.Pulse(_gate);
            return null;
        }
    }

    /// <summary>
    /// Waits for work and moves the oldest changes to <paramref name="batch"/>: until they write
    /// <paramref name="batchRowsMax"/> rows, one at least.
    /// </summary>
    /// <returns>False once the queue is closed and empty.</returns>
    public bool Take(List<PendingWrite> batch, int batchRowsMax)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_closed)
                    return false;
                Monitor.Wait(_gate);
            }

            if (_last >= Stream && _urgent == 0 && !_closed)
                Monitor.Wait(_gate, patience);

            long rows = 0;
            while (rows < batchRowsMax && _waiting.TryDequeue(out PendingWrite? write))
            {
                rows += write.Rows;
                batch.Add(write);
                if (!write.Writer.IsPatient)
                    _urgent--;
            }

            _last = batch.Count;
            return true;
        }
    }

    /// <summary>Says that changes have left for good, committed or failed.</summary>
    public void Release(long rows)
    {
        lock (_gate)
        {
            _rows -= rows;
        }
    }

    /// <summary>Takes nothing in any more; what waits is still handed out.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }
}
