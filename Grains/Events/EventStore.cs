using Microsoft.Extensions.Options;
using Turnstile.Events;
using Turnstile.Grains.Events.Counting;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Events;

/// <summary>
/// Partitions, their final events and their failures on disk. A step of a partition is stored in one transaction: what
/// it took from the inbox, the final events, the failures, how far it got.
/// </summary>
internal sealed class EventStore
{
    private readonly Database _database;
    private readonly string _machine;
    private readonly int _partitions;
    private readonly TimeSpan _retryPeriodMax;
    private readonly RowWriter<int> _partitionRows;
    private readonly BatchWriter<StepCommit, bool> _steps;
    private readonly BatchWriter<DeadRange, List<RevivedEvent>> _revivals;
    private readonly BatchWriter<OutputRecord, None> _outputs;
    private readonly BatchWriter<(int Partition, long Through), int> _oldSteps;

    public EventStore(Database database, IOptions<EventsOptions> options)
        : this(database, options, Environment.MachineName)
    {
    }

    /// <param name="database">Where everything is.</param>
    /// <param name="options">The limits.</param>
    /// <param name="machine">Whose files the outputs are.</param>
    internal EventStore(Database database, IOptions<EventsOptions> options, string machine)
    {
        _machine = machine;
        _database = database;
        _partitions = options.Value.Partitions;
        _retryPeriodMax = options.Value.RetryPeriodMax;
        _partitionRows = database.Writes.CreateWriter("event partitions", EventSql.AddPartition);
        _steps = database.Writes.CreateWriter<StepCommit, bool>("event steps", WriteSteps);
        _revivals = database.Writes.CreateWriter<DeadRange, List<RevivedEvent>>("event retries", WriteRevivals);
        _outputs = database.Writes.CreateWriter<OutputRecord, None>("event outputs", WriteOutputs);
        _oldSteps = database.Writes.CreateWriter<(int, long), int>("old event steps", WriteDrops);
    }

    /// <summary>Makes the partitions at the first start on a database.</summary>
    /// <exception cref="InvalidOperationException">There are others than the options say.</exception>
    public async Task EnsurePartitions()
    {
        long stored = await _database.QueryFirstOrDefault(EventSql.CountPartitions, default(None));
        if (stored == 0)
        {
            await _partitionRows.Write([.. Enumerable.Range(0, _partitions)]);
        }
        else if (stored != _partitions)
        {
            throw new InvalidOperationException(
                $"The database was made with {stored} event partitions and Events:Partitions is {_partitions}; "
                + "players would change partitions. Set it back, or start on a new database.");
        }
    }

    public async Task<PartitionRow> FindPartition(int partition) =>
        await _database.QueryFirstOrDefault(EventSql.FindPartition, partition)
            ?? throw new InvalidOperationException($"There is no event partition {partition}.");

    /// <summary>
    /// The inbox from a place on, in order: rows that begin within the next <paramref name="limit"/> places.
    /// </summary>
    public async Task<List<ReceivedEvent>> ReadInbox(int partition, long from, int limit)
    {
        var events = new List<ReceivedEvent>();
        foreach (byte[] row in await _database.QueryList(EventSql.ReadInbox, (partition, from, from + limit)))
        {
            EventCodec.ReadAll(row, events);
        }

        return events;
    }

    /// <summary>Failures whose next attempt is due, the longest due first.</summary>
    public Task<List<FailureRow>> ReadDue(int partition, DateTimeOffset now, int limit) =>
        _database.QueryList(EventSql.ReadDue, (partition, now, now + _retryPeriodMax, limit));

    /// <summary>The stored tallies of players of a partition.</summary>
    public async Task<Dictionary<long, PlayerTally>> FindTallies(int partition, IReadOnlyList<long> players)
    {
        List<StoredTally> tallies = await _database.QueryMany(
            EventSql.FindTallies, [.. players.Select(player => (partition, player))]);
        return tallies.ToDictionary(tally => tally.Player, tally => tally.Tally);
    }

    /// <summary>Stores a step.</summary>
    /// <returns>False where the partition has moved on: another activation works on it, and nothing was
    /// changed.</returns>
    public Task<bool> Commit(StepCommit commit)
    {
        // Packed here, beside other partitions, because the one thread that writes has enough to do.
        StepRow? finals = commit.Finals is { } step ? step with { Packed = StepLines.Pack(step.Lines) } : null;
        return _steps.Write(
            commit with { Finals = finals }, 2 + commit.Failures.Count + commit.Recovered.Count + commit.Tallies.Count);
    }

    /// <summary>The final events of steps after one, in order.</summary>
    public Task<List<StepRow>> ReadSteps(int partition, long after, int limit) =>
        _database.QueryList(EventSql.ReadSteps, (partition, after, limit));

    /// <summary>Deletes the final events of a partition up to a step, which neither its snapshot nor its output needs any more.</summary>
    /// <returns>How many steps it deleted.</returns>
    public Task<int> DropSteps(int partition, long through) => _oldSteps.Write((partition, through));

    public async Task<EventView> Find(long id)
    {
        // An event that has moved on while this looked for it is looked for once more. One that was processed before a whole look, and
        // has not moved during it, is nowhere any more.
        EventPlace? processed = null;
        while (await FindPlace(id) is { } place)
        {
            if (await FindAt(place) is { } view)
            {
                return view;
            }

            if (await _database.QueryFirstOrDefault(EventSql.FindProcessed, place.Partition) < place.Sequence)
            {
                return new EventView.Waiting();
            }

            if (processed == place && await FindPlace(id) == place)
            {
                return new EventView.Forgotten();
            }

            processed = place;
        }

        return new EventView.Unknown();
    }

    public Task<List<FailureRow>> PageDead(long? before, int limit) =>
        _database.QueryList(EventSql.PageDead, (before is { } id ? Math.Max(id, 1) - 1 : long.MaxValue, limit));

    /// <summary>
    /// Makes the first dead letters of a range of ids due now, with all their attempts before them: not more at a time than others can
    /// wait for.
    /// </summary>
    public Task<List<RevivedEvent>> Revive(DeadRange range) => _revivals.Write(range, range.Limit);

    /// <summary>
    /// How long the output file was when what was written to it was last recorded; null for a new one.
    /// </summary>
    public ValueTask<long?> FindOutputLength(string path) => _database.QueryFirstOrDefault(EventSql.FindOutputLength, NameOf(path));

    /// <summary>Records that steps have been written to an output.</summary>
    public Task RecordOutput(OutputRecord record) =>
        _outputs.Write(record.Path is { } path ? record with { Path = NameOf(path) } : record);

    /// <summary>A server is shared by silos whose machines have files of one path, each as long as it is.</summary>
    private string NameOf(string path) => _database.Dialect == Dialect.Sqlite ? path : $"{_machine}:{path}";

    private async Task<EventPlace?> FindPlace(long id) =>
        await _database.QueryMany(EventSql.FindPlaces, [id]) is [var place] ? place : null;

    /// <summary>Among final events and failures; null where it is in neither.</summary>
    private async Task<EventView?> FindAt(EventPlace place)
    {
        foreach (byte[] lines in await _database.QueryList(EventSql.FindLines, (place.Partition, place.Sequence)))
        {
            if (CountedEvents.Find(lines, place.Id) is { IsEmpty: false } line)
            {
                return new EventView.Final { Json = line.ToArray() };
            }
        }

        return await _database.QueryFirstOrDefault(EventSql.FindFailure, place.Id) switch
        {
            null => null,
            { Dead: true } dead => new EventView.Dead { Reason = dead.Reason },
            { } failure => new EventView.Waiting { Attempts = failure.Attempts, Reason = failure.Reason },
        };
    }

    private static async ValueTask WriteDrops(
        Transaction transaction, IReadOnlyList<(int Partition, long Through)> drops, int[] dropped)
    {
        for (int i = 0; i < drops.Count; i++)
        {
            dropped[i] = await transaction.Execute(EventSql.DropSteps, drops[i]);
        }
    }

    private static async ValueTask WriteSteps(
        Transaction transaction, IReadOnlyList<StepCommit> commits, bool[] results)
    {
        await transaction.Query(EventSql.LockPartitions, default(None));
        List<(long Partition, long Steps)> advanced = await transaction.Query(EventSql.Advance, commits);
        var valid = new List<StepCommit>(commits.Count);
        for (int i = 0; i < commits.Count; i++)
        {
            // Removed as it is found: of two activations with the same step only the first has done it.
            results[i] = advanced.Remove((commits[i].Before.Id, commits[i].After.Steps));
            if (results[i])
            {
                valid.Add(commits[i]);
            }
        }

        await transaction.Execute(
            EventSql.DropInbox, [.. valid.Where(commit => commit.After.Processed > commit.Before.Processed)]);
        await transaction.Execute(EventSql.AddStep, [.. valid.Select(commit => commit.Finals).OfType<StepRow>()]);
        await transaction.Execute(EventSql.DropFailure, [.. valid.SelectMany(commit => commit.Recovered)]);
        await transaction.Execute(EventSql.MovePlace, [.. valid.SelectMany(Moved)]);
        await transaction.Execute(EventSql.SaveFailure, [.. valid.SelectMany(commit => commit.Failures)]);
        await transaction.Execute(EventSql.SaveSnapshot, [.. valid.Where(commit => commit.Snapshot is not null)]);
        await transaction.Execute(
            EventSql.SaveTally, [.. valid.SelectMany(commit => commit.Tallies, (commit, tally) => (commit.Before.Id, tally))]);
    }

    private static IEnumerable<EventPlace> Moved(StepCommit commit) =>
        commit.Recovered.Select(id => new EventPlace(id, 0, commit.Before.Id, -commit.After.Steps));

    private static async ValueTask WriteRevivals(
        Transaction transaction, IReadOnlyList<DeadRange> ranges, List<RevivedEvent>[] results)
    {
        await transaction.Query(EventSql.LockPartitions, default(None));
        for (int i = 0; i < ranges.Count; i++)
        {
            results[i] = await transaction.Query(EventSql.Revive, ranges[i]);
            await transaction.Execute(
                EventSql.AddRetrying, [.. results[i].CountBy(revived => revived.Partition).Select(pair => (pair.Key, (long)pair.Value))]);
        }
    }

    private static async ValueTask WriteOutputs(
        Transaction transaction, IReadOnlyList<OutputRecord> records, None[] results)
    {
        await transaction.Execute(EventSql.SaveOutputStep, [.. records.SelectMany(record => record.Steps)]);
        await transaction.Execute(
            EventSql.SaveOutputLength,
            [.. records.Where(record => record.Path is not null).Select(record => (record.Path!, record.Length))]);
    }
}

/// <summary>
/// Steps whose final events have been written, and how long the file was after them; no path where it is no file.
/// </summary>
internal sealed record OutputRecord(IReadOnlyList<StepRow> Steps, string? Path, long Length);
