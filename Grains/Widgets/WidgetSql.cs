using Turnstile.Grains.Storage;
using Turnstile.Widgets;

namespace Turnstile.Grains.Widgets;

/// <summary>The SQL of <see cref="WidgetStore"/>.</summary>
internal static class WidgetSql
{
    private const string Columns = "w.serial, w.name, w.ports, w.p, w.r, w.q, w.version";

    /// <summary>
    /// Before the ledger is taken over: on a server, waits for all that the owner of before has begun to write. What its <see
    /// cref="FindEpoch"/> locks is the key alone, which stands in nobody's way but this one's, so that noting the tables' progress does not
    /// hold up the log.
    /// </summary>
    public static readonly Query<None, long> LockLedger = new(
        "SELECT epoch FROM widget_ledger WHERE id = 1 /*postgres FOR UPDATE*/", row => row.Integer(0));

    public static readonly Query<None, LedgerOwnership> TakeLedger = new(
        "UPDATE widget_ledger SET epoch = epoch + 1 WHERE id = 1 RETURNING epoch, stored",
        row => new LedgerOwnership(row.Integer(0), row.Integer(1)));

    /// <summary>Whose the ledger is; on a server nobody can take it over until the transaction ends.</summary>
    public static readonly Query<None, long> FindEpoch = new(
        "SELECT epoch FROM widget_ledger WHERE id = 1 /*postgres FOR KEY SHARE*/", row => row.Integer(0));

    public static readonly Statement<long> AdvanceLedger = new(
        "UPDATE widget_ledger SET stored = @stored WHERE id = 1 AND stored < @stored",
        columns => columns.Integer("stored", stored => stored));

    public static readonly Statement<WidgetRow> Save = new(
        """
        INSERT INTO widgets (serial, name, ports, p, r, q, version)
        SELECT serial, name, ports, p, r, q, version FROM rows WHERE true
        ON CONFLICT (serial) DO UPDATE SET
            name = excluded.name, ports = excluded.ports,
            p = excluded.p, r = excluded.r, q = excluded.q, version = excluded.version
        WHERE widgets.version < excluded.version
        """,
        columns => columns
            .Utf8("serial", row => row.Widget.Serial)
            .Utf8("name", row => row.Widget.Name)
            .Integer("ports", row => (long)row.Widget.Ports)
            .Utf8("p", row => row.Widget.Peer(PortType.P))
            .Utf8("r", row => row.Widget.Peer(PortType.R))
            .Utf8("q", row => row.Widget.Peer(PortType.Q))
            .Integer("version", row => row.Version));

    public static readonly Statement<WidgetRow> Free = new(
        """
        UPDATE widgets SET
            p = CASE WHEN (rows.freed & 1) = 0 THEN p END,
            r = CASE WHEN (rows.freed & 2) = 0 THEN r END,
            q = CASE WHEN (rows.freed & 4) = 0 THEN q END,
            version = rows.version
        FROM rows WHERE widgets.serial = rows.serial AND widgets.version < rows.version
        """,
        columns => columns
            .Utf8("serial", row => row.Widget.Serial)
            .Integer("freed", row => (long)row.Widget.Freed)
            .Integer("version", row => row.Version));

    public static readonly Statement<WidgetRow> Drop = new(
        """
        DELETE FROM widgets WHERE serial IN (SELECT serial FROM rows)
        AND version < (SELECT rows.version FROM rows WHERE rows.serial = widgets.serial)
        """,
        columns => columns
            .Utf8("serial", row => row.Widget.Serial)
            .Integer("version", row => row.Version));

    public static readonly Query<WidgetEntry, WidgetRow> Find = new(
        $"SELECT {Columns} FROM rows JOIN widgets AS w ON w.serial = rows.serial",
        columns => columns.Utf8("serial", entry => entry.Serial),
        Read);

    public static readonly Query<(string After, int Limit), WidgetRow> List = new(
        $"SELECT {Columns} FROM widgets AS w WHERE w.serial > @after ORDER BY w.serial LIMIT @limit",
        columns => columns
            .Text("after", page => page.After)
            .Integer("limit", page => page.Limit),
        Read);

    private static WidgetRow Read(Row row) => new(
        PackedWidget.Of(row.Utf8(0), row.Utf8(1), (PortSet)row.Integer(2), row.Utf8(3), row.Utf8(4), row.Utf8(5)),
        row.Integer(6));
}

/// <summary>
/// What the new owner of the ledger needs to know: its epoch, and the last change that the tables have.
/// </summary>
internal readonly record struct LedgerOwnership(long Epoch, long Stored);
