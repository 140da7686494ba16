using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Tests.Storage;

public sealed record Note(
    long Id, string? Text, long Version = 0, byte[]? Payload = null, double Weight = 0, long? Parent = null);

/// <summary>Statements such as stores have.</summary>
internal static class Notes
{
    public static readonly Statement<Note> Insert = new(
        """
        INSERT INTO notes (id, text, version, payload, weight, parent)
        SELECT id, text, version, payload, weight, parent FROM rows
        """,
        Columns);

    /// <summary>Answers the keys of the notes that were newer than what was stored.</summary>
    public static readonly Query<Note, long> PutNewer = new(
        """
        INSERT INTO notes (id, text, version, payload, weight, parent)
        SELECT id, text, version, payload, weight, parent FROM rows WHERE true
        ON CONFLICT (id) DO UPDATE SET text = excluded.text, version = excluded.version
        WHERE notes.version < excluded.version
        RETURNING id
        """,
        Columns,
        row => row.Integer(0))
    {
        Key = note => note.Id,
    };

    public static readonly Statement<Note> SetText = new(
        "UPDATE notes SET text = rows.text FROM rows WHERE notes.id = rows.id", Columns)
    {
        Key = note => note.Id,
    };

    public static readonly Query<long, Note?> ById = new(
        "SELECT id, text, version, payload, weight, parent FROM notes WHERE id = @id",
        columns => columns.Integer("id", id => id),
        Read);

    public static readonly Query<long, Note> ByIds = new(
        "SELECT n.id, n.text, n.version, n.payload, n.weight, n.parent FROM rows JOIN notes AS n ON n.id = rows.id",
        columns => columns.Integer("id", id => id),
        Read);

    public static readonly Query<None, long> Count = new("SELECT count(*) FROM notes", row => row.Integer(0));

    public static Note Read(Row row) => new(
        row.Integer(0), row.TextOrNull(1), row.Integer(2), row.BytesOrNull(3), row.Real(4), row.IntegerOrNull(5));

    private static void Columns(Columns<Note> columns) => columns
        .Integer("id", note => note.Id)
        .Text("text", note => note.Text)
        .Integer("version", note => note.Version)
        .Bytes("payload", note => note.Payload)
        .Real("weight", note => note.Weight)
        .IntegerOrNull("parent", note => note.Parent);
}
