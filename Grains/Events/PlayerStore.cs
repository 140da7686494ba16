using Turnstile.Events;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Events;

/// <summary>
/// The <c>players</c> table. Nothing of it is ever remembered: each step of a partition asks it anew.
/// </summary>
internal sealed class PlayerStore
{
    // PostgreSQL keeps a point in time; SQLite keeps the text that was given.
    private const string SignedInText =
        "/*sqlite p.last_signed_in_at*/ /*postgres to_char(p.last_signed_in_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')*/";

    private static readonly Query<long, Player> FindMany = new(
        $"SELECT p.id, p.email, {SignedInText} FROM rows JOIN players p ON p.id = rows.player_no",
        columns => columns.Integer("player_no", id => id),
        Read);

    private static readonly Query<long, Player> FindOne = new(
        $"SELECT p.id, p.email, {SignedInText} FROM players p WHERE p.id = @player",
        columns => columns.Integer("player", id => id),
        Read);

    private static readonly Statement<Player> Save = new(
        """
        INSERT INTO players (id, email, last_signed_in_at)
        SELECT player_no, mail, signed_in /*postgres ::timestamptz*/ FROM rows WHERE true
        ON CONFLICT (id) DO UPDATE SET email = excluded.email, last_signed_in_at = excluded.last_signed_in_at
        """,
        columns => columns
            .Integer("player_no", player => player.Id)
            .Text("mail", player => player.Email)
            .Text("signed_in", player => player.LastSignedInAt))
    {
        Key = player => player.Id,
    };

    private readonly Database _database;
    private readonly RowWriter<Player> _players;

    public PlayerStore(Database database)
    {
        _database = database;
        _players = database.Writes.CreateWriter("players", Save);
    }

    /// <summary>The rows of these players as they are now; who has none is left out.</summary>
    public async Task<Dictionary<long, Player>> Find(IReadOnlyList<long> ids) =>
        (await _database.QueryMany(FindMany, ids)).ToDictionary(player => player.Id);

    public ValueTask<Player?> Find(long id) => _database.QueryFirstOrDefault(FindOne, id);

    public Task Put(Player player) => _players.Write(player);

    private static Player Read(Row row) =>
        new() { Id = row.Integer(0), Email = row.TextOrNull(1), LastSignedInAt = row.TextOrNull(2) };
}
