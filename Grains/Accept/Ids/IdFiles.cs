using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Turnstile.Grains.Storage;
using Turnstile.Grains.Storage.Files;

namespace Turnstile.Grains.Accept.Ids;

/// <summary>
/// The ids in files, where a SQLite file is the database: one for each minute, in a folder beside it, which belongs to the process that
/// has the database. Whoever adds while nobody writes does so itself, because changing threads would take as long as a quick disk's
/// sync; for that the host gives the pool a thread more. What all shards add while the disk is busy goes together with the next one.
/// At the start a torn end is cut off; any other damage stops the start.
/// </summary>
internal sealed class IdFiles : IIdStore
{
    private const string FolderSuffix = "-accept";
    private const string Name = "accept ids";

    private readonly Database _database;
    private readonly StorageTelemetry _telemetry;
    private readonly ILogger _logger;
    private readonly IdTable _table;
    private readonly string _folder;
    private readonly DiskThread _disk = new(Name);

    // By minute. Changed by the disk's thread, or in its place, once they are open; so is what is in the files.
    private readonly ConcurrentDictionary<long, IdFile> _files = new();
    private long _shutThrough;

    private readonly Lock _gate = new();
    private List<PendingIds> _waiting = [];
    private bool _closed;

    public IdFiles(Database database, IOptions<StorageOptions> options, StorageTelemetry telemetry, ILogger<IdFiles> logger)
    {
        _database = database;
        _telemetry = telemetry;
        _logger = logger;
        _table = new IdTable(database);
        _folder = Path.GetFullPath(options.Value.Path) + FolderSuffix;
    }

    public async Task Open()
    {
        AcceptClock clock = (await _database.QueryFirstOrDefault(AcceptSql.ReadClock, default))!;
        await _disk.Run(() => OpenFiles(clock));
        await TakeOver(clock);
    }

    public Task<bool> Add(IdBatch batch)
    {
        var pending = new PendingIds(batch);
        bool here = false;
        lock (_gate)
        {
            if (_closed)
                return Task.FromException<bool>(new StorageUnavailableException("The files of ids are being closed."));
            _waiting.Add(pending);

            // Under the gate: the disk's thread is closed only after it, and nobody waits for a write that it was never given.
            if (_waiting.Count == 1)
            {
                here = _disk.TryEnter();
                if (!here)
                    _ = _disk.Run(Write);
            }
        }

        if (here)
            WriteHere();
        return pending.Task;
    }

    public Task Shut(long throughMinute) => _disk.Run(() => _shutThrough = Math.Max(_shutThrough, throughMinute));

    public Task<List<long>> MinutesWithIds(long after, long through) => Task.FromResult(_files.Values
        .Where(file => file.Minute > after && file.Minute <= through && file.Ids > 0)
        .Select(file => file.Minute)
        .Order()
        .ToList());

    public ValueTask<long> SumOfMinute(long minute) =>
        new(_files.TryGetValue(minute, out IdFile? file) ? file.Ids : 0);

    public IAsyncEnumerable<StoredBatch> OfMinute(long minute) => Read(file => file.Minute == minute, null);

    public IAsyncEnumerable<StoredBatch> OfShard(long shard, long afterMinute) => Read(file => file.Minute > afterMinute, shard);

    public Task Drop(long throughMinute) => _disk.Run(() =>
    {
        foreach (IdFile file in _files.Values.Where(file => file.Minute <= throughMinute))
        {
            file.Delete();
            _files.TryRemove(file.Minute, out _);
        }
    });

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closed = true;
        }

        await _disk.DisposeAsync();
        foreach (IdFile file in _files.Values)
            file.Dispose();
        _files.Clear();
    }

    private void OpenFiles(AcceptClock clock)
    {
        _shutThrough = clock.SealedThrough;
        if (!Directory.Exists(_folder))
        {
            Directory.CreateDirectory(_folder);
            FolderSync.Run(Path.GetDirectoryName(_folder)!);
        }

        foreach (long minute in IdFile.MinutesIn(_folder))
        {
            if (minute <= clock.RecordedThrough)
                IdFile.Delete(_folder, minute);
            else
                _files[minute] = IdFile.Open(_folder, minute, _logger);
        }
    }

    /// <summary>
    /// Copies what an older version has left in the table, then empties the table. A crash in between has some copied again: ids on
    /// disk twice count once.
    /// </summary>
    private async Task TakeOver(AcceptClock clock)
    {
        long ids = 0;
        await foreach (List<StoredBatch> page in _table.After(clock.RecordedThrough))
        {
            ids += page.Sum(batch => (long)batch.Count);
            await _disk.Run(() => Append(page));
        }

        await _table.Drop(long.MaxValue);
        if (ids > 0)
            _logger.LogInformation("{Ids} ids of open minutes were moved from the database to {Folder}.", ids, _folder);
    }

    private void Append(List<StoredBatch> batches)
    {
        foreach (IGrouping<long, StoredBatch> minute in batches.GroupBy(batch => batch.Minute))
        {
            FileOf(minute.Key).Append(
                [.. minute.Select(batch => new IdBatch(batch.Minute, batch.Shard, [.. IdBytes.Read(batch.Ids)]))]);
        }
    }

    /// <summary>In the place of the disk's thread.</summary>
    private void WriteHere()
    {
        try
        {
            Write();
        }
        finally
        {
            _disk.Leave();
        }
    }

    /// <summary>Writes all that waits, each minute's with one sync.</summary>
    private void Write()
    {
        List<PendingIds> taken;
        lock (_gate)
        {
            taken = _waiting;
            _waiting = [];
        }

        foreach (IGrouping<long, PendingIds> minute in taken.GroupBy(pending => pending.Batch.Minute))
            Write(minute.Key, [.. minute]);
    }

    private void Write(long minute, List<PendingIds> together)
    {
        if (minute <= _shutThrough)
        {
            together.ForEach(pending => pending.SetResult(false));
            return;
        }

        long began = _telemetry.Timestamp;
        try
        {
            FileOf(minute).Append([.. together.Select(pending => pending.Batch)]);
        }
        catch (Exception e)
        {
            // Whatever it is, those who wait hear of it.
            Exception failure = e is IOException or UnauthorizedAccessException
                ? new StorageUnavailableException($"Ids cannot be written to {_folder}: {e.Message}", e)
                : e;
            foreach (PendingIds pending in together)
            {
                _telemetry.WriteFailed(Name, failure);
                pending.SetException(failure);
            }

            return;
        }

        _telemetry.Committed(together.Count, began);
        together.ForEach(pending => pending.SetResult(true));
    }

    private IdFile FileOf(long minute) =>
        _files.TryGetValue(minute, out IdFile? file) ? file : _files[minute] = IdFile.Begin(_folder, minute);

    private async IAsyncEnumerable<StoredBatch> Read(Func<IdFile, bool> which, long? shard)
    {
        foreach (IdFile file in _files.Values.Where(which).OrderBy(file => file.Minute))
        {
            long next = 0;
            while (next >= 0)
            {
                (List<StoredBatch> batches, next) = await Task.Run(() => file.Read(next, shard));
                foreach (StoredBatch batch in batches)
                    yield return batch;
            }
        }
    }

    private sealed class PendingIds(IdBatch batch) : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public IdBatch Batch => batch;
    }
}
