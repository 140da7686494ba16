using System.Buffers;
using Turnstile.Grains.Events.Counting;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Events;

/// <summary>The SQL of <see cref="EventIntake"/> and <see cref="EventStore"/>.</summary>
internal static class EventSql
{
    private const string PartitionColumns =
        "id, next_sequence, processed, retrying, steps, snapshot, snapshot_step, output_step";

    private const string FailureColumns = "partition_id, event, attempts, due_at, dead, reason, failed_at";

    public static readonly Statement<int> AddPartition = new(
        "INSERT INTO event_partitions (id) SELECT partition_id FROM rows WHERE true ON CONFLICT DO NOTHING",
        columns => columns.Integer("partition_id", id => id));

    public static readonly Query<None, long> CountPartitions = new(
        "SELECT COUNT(*) FROM event_partitions", row => row.Integer(0));

    /// <summary>All of them in one order, so that two silos never wait for each other crosswise.</summary>
    public static readonly Query<None, PartitionRow> LockPartitions = new(
        "SELECT id, next_sequence, processed, retrying FROM event_partitions ORDER BY id /*postgres FOR UPDATE*/",
        row => new PartitionRow((int)row.Integer(0))
        {
            NextSequence = row.Integer(1), Processed = row.Integer(2), Retrying = row.Integer(3),
        });

    public static readonly Query<long, EventPlace> FindPlaces = new(
        "SELECT e.id, e.content_hash, e.partition_id, e.sequence FROM rows JOIN event_ids e ON e.id = rows.event_id",
        columns => columns.Integer("event_id", id => id),
        row => new EventPlace(row.Integer(0), row.Integer(1), (int)row.Integer(2), row.Integer(3)));

    public static readonly Statement<EventPlace> AddPlace = new(
        """
        INSERT INTO event_ids (id, content_hash, partition_id, sequence)
        SELECT event_id, content_hash, partition_id, sequence FROM rows
        """,
        columns => columns
            .Integer("event_id", place => place.Id)
            .Integer("content_hash", place => place.ContentHash)
            .Integer("partition_id", place => place.Partition)
            .Integer("sequence", place => place.Sequence));

    public static readonly Statement<EventPlace> MovePlace = new(
        "UPDATE event_ids SET sequence = rows.next FROM rows WHERE event_ids.id = rows.event_id",
        columns => columns.Integer("event_id", place => place.Id).Integer("next", place => place.Sequence));

    public static readonly Statement<InboxRow> AddInbox = new(
        """
        INSERT INTO event_inbox (partition_id, first_sequence, events)
        SELECT partition_id, first_sequence, bytes FROM rows
        """,
        columns => columns
            .Integer("partition_id", row => row.Partition)
            .Integer("first_sequence", row => row.FirstSequence)
            .Bytes("bytes", row => row.Events));

    public static readonly Statement<PartitionRow> AdvanceIntake = new(
        "UPDATE event_partitions SET next_sequence = rows.next FROM rows WHERE event_partitions.id = rows.partition_id",
        columns => columns
            .Integer("partition_id", partition => partition.Id)
            .Integer("next", partition => partition.NextSequence));

    public static readonly Query<(int Partition, long From, long To), byte[]> ReadInbox = new(
        """
        SELECT events FROM event_inbox
        WHERE partition_id = @partition AND first_sequence >= @from AND first_sequence < @to ORDER BY first_sequence
        """,
        columns => columns
            .Integer("partition", range => range.Partition)
            .Integer("from", range => range.From)
            .Integer("to", range => range.To),
        row => row.Bytes(0));

    public static readonly Query<StepCommit, (long Partition, long Steps)> Advance = new(
        """
        UPDATE event_partitions SET processed = rows.next_processed, steps = rows.next_steps,
            retrying = retrying + rows.more_retrying
        FROM rows WHERE event_partitions.id = rows.partition_id AND event_partitions.steps = rows.expected
        RETURNING event_partitions.id, event_partitions.steps
        """,
        columns => columns
            .Integer("partition_id", commit => commit.Before.Id)
            .Integer("expected", commit => commit.Before.Steps)
            .Integer("next_processed", commit => commit.After.Processed)
            .Integer("next_steps", commit => commit.After.Steps)
            .Integer("more_retrying", commit => commit.After.Retrying - commit.Before.Retrying),
        row => (row.Integer(0), row.Integer(1)))
    {
        Key = commit => commit.Before.Id,
    };

    public static readonly Statement<StepCommit> DropInbox = new(
        """
        DELETE FROM event_inbox
        WHERE partition_id = @partition AND first_sequence > @before AND first_sequence <= @processed
        """,
        columns => columns
            .Integer("partition", commit => commit.Before.Id)
            .Integer("before", commit => commit.Before.Processed)
            .Integer("processed", commit => commit.After.Processed));

    public static readonly Statement<StepRow> AddStep = new(
        """
        INSERT INTO event_steps (partition_id, step, first_sequence, last_sequence, lines)
        SELECT partition_id, step, first_sequence, last_sequence, bytes FROM rows
        """,
        columns => columns
            .Integer("partition_id", step => step.Partition)
            .Integer("step", step => step.Step)
            .IntegerOrNull("first_sequence", step => step.Sequences?.First)
            .IntegerOrNull("last_sequence", step => step.Sequences?.Last)
            .Bytes("bytes", step => step.Packed));

    public static readonly Statement<StepCommit> SaveSnapshot = new(
        "UPDATE event_partitions SET snapshot = @bytes, snapshot_step = @step WHERE id = @partition",
        columns => columns
            .Integer("partition", commit => commit.Before.Id)
            .Bytes("bytes", commit => commit.Snapshot)
            .Integer("step", commit => commit.Before.Steps));

    public static readonly Statement<(int Partition, StoredTally Tally)> SaveTally = new(
        """
        INSERT INTO event_player_tallies (partition_id, player_id, bets, wins, deposit_cents)
        SELECT partition_id, player_id, bets, wins, deposit_cents FROM rows WHERE true
        ON CONFLICT (partition_id, player_id)
        DO UPDATE SET bets = excluded.bets, wins = excluded.wins, deposit_cents = excluded.deposit_cents
        """,
        columns => columns
            .Integer("partition_id", row => row.Partition)
            .Integer("player_id", row => row.Tally.Player)
            .Integer("bets", row => row.Tally.Tally.Bets)
            .Integer("wins", row => row.Tally.Tally.Wins)
            .Integer("deposit_cents", row => row.Tally.Tally.DepositCents))
    {
        Key = row => (row.Partition, row.Tally.Player),
    };

    public static readonly Query<(int Partition, long Player), StoredTally> FindTallies = new(
        """
        SELECT t.player_id, t.bets, t.wins, t.deposit_cents FROM rows
        JOIN event_player_tallies t ON t.partition_id = rows.partition_no AND t.player_id = rows.player_no
        """,
        columns => columns.Integer("partition_no", key => key.Partition).Integer("player_no", key => key.Player),
        row => new StoredTally(row.Integer(0), new PlayerTally(row.Integer(1), row.Integer(2), row.Integer(3))));

    public static readonly Query<int, PartitionRow> FindPartition = new(
        $"SELECT {PartitionColumns} FROM event_partitions WHERE id = @partition",
        columns => columns.Integer("partition", id => id),
        row => new PartitionRow((int)row.Integer(0))
        {
            NextSequence = row.Integer(1),
            Processed = row.Integer(2),
            Retrying = row.Integer(3),
            Steps = row.Integer(4),
            Snapshot = row.BytesOrNull(5),
            SnapshotStep = row.Integer(6),
            OutputStep = row.Integer(7),
        });

    public static readonly Query<(int Partition, long After, int Limit), StepRow> ReadSteps = new(
        """
        SELECT partition_id, step, lines FROM event_steps
        WHERE partition_id = @partition AND step > @after ORDER BY step LIMIT @limit
        """,
        columns => columns
            .Integer("partition", range => range.Partition)
            .Integer("after", range => range.After)
            .Integer("limit", range => range.Limit),
        row => new StepRow((int)row.Integer(0), row.Integer(1), StepLines.Unpack(row.Bytes(2))));

    public static readonly Statement<(int Partition, long Through)> DropSteps = new(
        "DELETE FROM event_steps WHERE partition_id = @partition AND step <= @through",
        columns => columns.Integer("partition", old => old.Partition).Integer("through", old => old.Through));

    public static readonly Query<int, long> FindProcessed = new(
        "SELECT processed FROM event_partitions WHERE id = @partition",
        columns => columns.Integer("partition", id => id),
        row => row.Integer(0));

    public static readonly Query<(int Partition, long Sequence), byte[]> FindLines = new(
        """
        SELECT lines FROM event_steps
        WHERE partition_id = @partition AND (
            step = (SELECT step FROM event_steps WHERE partition_id = @partition AND first_sequence IS NOT NULL
                AND first_sequence <= @sequence ORDER BY first_sequence DESC LIMIT 1)
            OR step = -@sequence)
        """,
        columns => columns
            .Integer("partition", key => key.Partition)
            .Integer("sequence", key => key.Sequence),
        row => StepLines.Unpack(row.Bytes(0)));

    public static readonly Statement<FailureRow> SaveFailure = new(
        $"""
        INSERT INTO event_failures (id, {FailureColumns})
        SELECT event_id, partition_id, bytes, attempts, due_at, dead, reason, failed_at FROM rows WHERE true
        ON CONFLICT (id) DO UPDATE SET attempts = excluded.attempts, due_at = excluded.due_at, dead = excluded.dead,
            reason = excluded.reason, failed_at = excluded.failed_at
        """,
        columns => columns
            .Integer("event_id", failure => failure.Id)
            .Integer("partition_id", failure => failure.Partition)
            .Bytes("bytes", Encode)
            .Integer("attempts", failure => failure.Attempts)
            .Integer("due_at", failure => failure.DueAt.ToMicroseconds())
            .Integer("dead", failure => failure.Dead ? 1 : 0)
            .Text("reason", failure => failure.Reason)
            .Integer("failed_at", failure => failure.FailedAt.ToMicroseconds()))
    {
        Key = failure => failure.Id,
    };

    public static readonly Statement<long> DropFailure = new(
        "DELETE FROM event_failures WHERE id IN (SELECT event_id FROM rows)",
        columns => columns.Integer("event_id", id => id));

    /// <summary>Also those that are due later than anything can be: they were put off by a clock that was set back since.</summary>
    public static readonly Query<(int Partition, DateTimeOffset Now, DateTimeOffset Latest, int Limit), FailureRow> ReadDue = new(
        $"""
        SELECT {FailureColumns} FROM event_failures WHERE partition_id = @partition AND dead = 0 AND due_at <= @now
        UNION ALL
        SELECT {FailureColumns} FROM event_failures WHERE partition_id = @partition AND dead = 0 AND due_at > @latest
        ORDER BY due_at LIMIT @limit
        """,
        columns => columns
            .Integer("partition", range => range.Partition)
            .Integer("now", range => range.Now.ToMicroseconds())
            .Integer("latest", range => range.Latest.ToMicroseconds())
            .Integer("limit", range => range.Limit),
        ReadFailure);

    public static readonly Query<long, FailureRow> FindFailure = new(
        $"SELECT {FailureColumns} FROM event_failures WHERE id = @event",
        columns => columns.Integer("event", id => id),
        ReadFailure);

    public static readonly Query<(long Last, int Limit), FailureRow> PageDead = new(
        $"SELECT {FailureColumns} FROM event_failures WHERE dead = 1 AND id <= @last ORDER BY id DESC LIMIT @limit",
        columns => columns.Integer("last", page => page.Last).Integer("limit", page => page.Limit),
        ReadFailure);

    /// <summary>Brings dead letters of a range of ids back to life, the first of them.</summary>
    public static readonly Query<DeadRange, RevivedEvent> Revive = new(
        """
        UPDATE event_failures SET dead = 0, attempts = 0, due_at = @now WHERE id IN (
            SELECT id FROM event_failures WHERE dead = 1 AND id > @after AND id <= @last ORDER BY id LIMIT @limit)
        RETURNING id, partition_id
        """,
        columns => columns
            .Integer("after", range => range.After)
            .Integer("last", range => range.Last)
            .Integer("limit", range => range.Limit)
            .Integer("now", range => range.Now.ToMicroseconds()),
        row => new RevivedEvent(row.Integer(0), (int)row.Integer(1)));

    public static readonly Statement<(int Partition, long Count)> AddRetrying = new(
        "UPDATE event_partitions SET retrying = retrying + @count WHERE id = @partition",
        columns => columns.Integer("partition", more => more.Partition).Integer("count", more => more.Count));

    public static readonly Statement<StepRow> SaveOutputStep = new(
        "UPDATE event_partitions SET output_step = rows.step FROM rows WHERE id = rows.partition_no AND output_step < rows.step",
        columns => columns.Integer("partition_no", step => step.Partition).Integer("step", step => step.Step))
    {
        Key = step => step.Partition,
    };

    public static readonly Statement<(string Path, long Length)> SaveOutputLength = new(
        """
        INSERT INTO event_outputs (path, length) SELECT file, bytes FROM rows WHERE true
        ON CONFLICT (path) DO UPDATE SET length = excluded.length
        """,
        columns => columns.Text("file", output => output.Path).Integer("bytes", output => output.Length))
    {
        Key = output => output.Path,
    };

    public static readonly Query<string, long?> FindOutputLength = new(
        "SELECT length FROM event_outputs WHERE path = @file",
        columns => columns.Text("file", path => path),
        row => row.Integer(0));

    private static byte[] Encode(FailureRow failure)
    {
        var bytes = new ArrayBufferWriter<byte>(64);
        EventCodec.Write(bytes, failure.Received.Event);
        EventCodec.WriteReceipt(bytes, failure.Received.ReceivedAt);
        return bytes.WrittenSpan.ToArray();
    }

    private static FailureRow ReadFailure(Row row)
    {
        var received = new List<ReceivedEvent>(1);
        EventCodec.ReadAll(row.Bytes(1), received);
        return new FailureRow
        {
            Partition = (int)row.Integer(0),
            Received = received[0],
            Attempts = (int)row.Integer(2),
            DueAt = row.Integer(3).ToTime(),
            Dead = row.Integer(4) != 0,
            Reason = row.Text(5),
            FailedAt = row.Integer(6).ToTime(),
        };
    }
}
