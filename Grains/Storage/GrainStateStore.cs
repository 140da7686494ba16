namespace Turnstile.Grains.Storage;

/// <summary>
/// The table of grain states: JSON with a version. A change names the version that it replaces; where another one is
/// stored, nothing is changed.
/// </summary>
/// <remarks>
/// Versions only grow, also over a state that was cleared and written anew, so an old one never fits again.
/// </remarks>
public sealed class GrainStateStore
{
    private static readonly Query<(string Grain, string Name), StoredState> Find = new(
        "SELECT json, etag FROM grain_state WHERE grain_id = @grain_id AND state_name = @state_name",
        columns => columns.Text("grain_id", key => key.Grain).Text("state_name", key => key.Name),
        row => new StoredState(row.Text(0), row.Integer(1)));

    private static readonly Query<Change, Changed> Insert = new(
        """
        INSERT INTO grain_state (grain_id, state_name, json, etag)
        SELECT grain_id, state_name, json, next FROM rows WHERE true
        ON CONFLICT (grain_id, state_name) DO NOTHING
        RETURNING grain_id, state_name, etag
        """,
        Inputs,
        row => new Changed(row.Text(0), row.Text(1), row.Integer(2)));

    private static readonly Query<Change, Changed> Update = new(
        """
        UPDATE grain_state SET json = rows.json, etag = rows.next FROM rows
        WHERE grain_state.grain_id = rows.grain_id AND grain_state.state_name = rows.state_name AND etag = rows.expected
        RETURNING grain_state.grain_id, grain_state.state_name, etag
        """,
        Inputs,
        row => new Changed(row.Text(0), row.Text(1), row.Integer(2)))
    {
        Key = change => (change.Grain, change.Name),
    };

    private static readonly Query<Change, Changed> Delete = new(
        """
        DELETE FROM grain_state
        WHERE (grain_id, state_name, etag) IN (SELECT grain_id, state_name, expected FROM rows)
        RETURNING grain_id, state_name, etag
        """,
        Inputs,
        row => new Changed(row.Text(0), row.Text(1), row.Integer(2)));

    private readonly Database _database;
    private readonly TimeProvider _time;
    private readonly BatchWriter<Change, bool> _changes;
    private long _lastVersion;

    public GrainStateStore(Database database, TimeProvider time)
    {
        _database = database;
        _time = time;
        _changes = database.Writes.CreateWriter<Change, bool>("grain states", Write);
    }

    public ValueTask<StoredState?> Read(string grain, string name) =>
        _database.QueryFirstOrDefault(Find, (grain, name));

    /// <param name="grain">Whose state it is.</param>
    /// <param name="name">Which of its states.</param>
    /// <param name="json">The state.</param>
    /// <param name="expected">The version that is replaced; 0 where there must be none.</param>
    /// <returns>The new version; null where another one than <paramref name="expected"/> is stored.</returns>
    /// <exception cref="StorageUnavailableException">It may or may not be stored; read before going on.</exception>
    public async Task<long?> Write(string grain, string name, string json, long expected)
    {
        long next = NextVersion(expected);
        return await _changes.Write(new Change(grain, name, json, expected, next)) ? next : null;
    }

    /// <summary>Deletes the state of a version.</summary>
    /// <returns>False where that version is not stored.</returns>
    /// <inheritdoc cref="Write(string, string, string, long)"/>
    public Task<bool> Clear(string grain, string name, long expected) =>
        _changes.Write(new Change(grain, name, null, expected, expected));

    private static async ValueTask Write(Transaction transaction, IReadOnlyList<Change> changes, bool[] results)
    {
        var done = new HashSet<Changed>(changes.Count);
        foreach (IGrouping<Query<Change, Changed>, Change> alike in changes.GroupBy(StatementFor))
            done.UnionWith(await transaction.Query(alike.Key, [.. alike]));
        for (int i = 0; i < results.Length; i++)
            results[i] = done.Contains(new Changed(changes[i].Grain, changes[i].Name, changes[i].Next));
    }

    private static Query<Change, Changed> StatementFor(Change change) => change switch
    {
        { Json: null } => Delete,
        { Expected: 0 } => Insert,
        _ => Update,
    };

    private static void Inputs(Columns<Change> columns) => columns
        .Text("grain_id", change => change.Grain)
        .Text("state_name", change => change.Name)
        .Text("json", change => change.Json)
        .Integer("expected", change => change.Expected)
        .Integer("next", change => change.Next);

    /// <summary>The time in microseconds, pushed on where two versions would be the same.</summary>
    private long NextVersion(long expected)
    {
        while (true)
        {
            long last = Volatile.Read(ref _lastVersion);
            long now = UnixMicroseconds.Now(_time);
            long next = Math.Max(now, Math.Max(last, expected) + 1);
            if (Interlocked.CompareExchange(ref _lastVersion, next, last) == last)
                return next;
        }
    }

    private sealed record Change(string Grain, string Name, string? Json, long Expected, long Next);

    private readonly record struct Changed(string Grain, string Name, long Version);
}

/// <summary>A grain state as it is stored.</summary>
public sealed record StoredState(string Json, long Version);
