using Microsoft.Extensions.Logging;

namespace Turnstile.Grains.Storage;

/// <summary>
/// Gathers the changes of many grains and stores into one transaction, so that one sync of the disk serves them all.
/// While a transaction is committed, the changes for the next one gather: the busier, the larger.
/// </summary>
/// <remarks>
/// <para>
/// <b>Order.</b> The changes of one writer take effect in the order in which they were handed over. Between two
/// writers, a change takes effect before a later one if its writer was made before the other's; whoever needs another
/// order awaits the first change, or makes both one change of one writer.
/// </para>
/// <para>
/// <b>Failures.</b> When the database refuses something in a transaction, it is undone and done again in halves, down
/// to the change that is at fault; only that one fails. When the database cannot be used, all changes of that
/// transaction fail with <see cref="StorageUnavailableException"/>, and the next transaction tries anew.
/// </para>
/// <para>
/// <b>A crash</b> loses what is not answered yet and nothing else. Closing the database commits what waits.
/// </para>
/// </remarks>
public sealed class GroupCommit
{
    // Measured with job ends: 2 ms make of four commits one, more would gain little.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(2);

    private readonly WriteQueue _queue;
    private readonly TransactionRunner _runner;
    private readonly StorageTelemetry _telemetry;
    private readonly ILogger _logger;
    private readonly int _batchRowsMax;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _writers;
    private bool _started;

    internal GroupCommit(Backend backend, StorageOptions options, StorageTelemetry telemetry, TimeProvider time, ILogger logger)
    {
        _queue = new WriteQueue(options.PendingWritesMax, Patience);
        _batchRowsMax = options.BatchRowsMax;
        _runner = new TransactionRunner(backend, telemetry, new Outage(time, logger));
        _telemetry = telemetry;
        _logger = logger;
        telemetry.Observe(_queue);
    }

    /// <summary>Makes a writer; once for each store, in its constructor.</summary>
    /// <param name="name">What it writes, for logs and messages.</param>
    /// <param name="write">
    /// Does all changes of one transaction, given in order, and puts the outcome of change i into place i of the
    /// results. It only works with the transaction, and it may be run again for the same changes after a failure.
    /// </param>
    /// <param name="isPatient">
    /// Nobody minds two milliseconds: where several come with each commit, they wait so long for more of them, unless others that
    /// are not patient come.
    /// </param>
    public BatchWriter<TOp, TResult> CreateWriter<TOp, TResult>(
        string name, Func<Transaction, IReadOnlyList<TOp>, TResult[], ValueTask> write, bool isPatient = false) =>
        new(this, name, Interlocked.Increment(ref _writers), isPatient, write);

    /// <summary>Makes a writer of rows that one statement stores.</summary>
    public RowWriter<TRow> CreateWriter<TRow>(string name, Statement<TRow> statement) => new(this, name, statement);

    internal void Enqueue(PendingWrite write)
    {
        if (_queue.Add(write) is not { } refusal)
            return;

        _telemetry.WriteFailed(write.Writer.Name, refusal);
        write.Fail(refusal);
        write.Tell();
    }

    internal void Start()
    {
        _started = true;
        new Thread(Run) { Name = "storage writes", IsBackground = true }.Start();
    }

    /// <summary>Commits what waits, then ends; changes handed over from now on fail.</summary>
    internal async Task Drain()
    {
        _queue.Close();
        if (_started)
            await _drained.Task;
    }

    /// <summary>
    /// A thread of its own, because SQLite's calls block it: the thread pool has more to do than to wait for a disk.
    /// </summary>
    private void Run()
    {
        var batch = new List<PendingWrite>();
        while (_queue.Take(batch, _batchRowsMax))
        {
            _runner.Run(batch).AsTask().GetAwaiter().GetResult();
            _queue.Release(batch.Sum(write => (long)write.Rows));

            // Telling thousands of callers takes a while; the next transaction need not wait for it.
            ThreadPool.UnsafeQueueUserWorkItem(Tell, batch, preferLocal: false);
            batch = [];
        }

        _logger.LogInformation("All writes are stored.");
        _drained.SetResult();
    }

    private static void Tell(List<PendingWrite> batch)
    {
        foreach (PendingWrite write in batch)
            write.Tell();
    }
}
