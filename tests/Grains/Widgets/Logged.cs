using Turnstile.Grains.Widgets;
using Turnstile.Grains.Widgets.Log;

namespace Turnstile.Grains.Tests.Widgets;

/// <summary>Groups of changes as the log has them, made of rows and taken apart.</summary>
internal static class Logged
{
    /// <param name="first">The number of the first change.</param>
    /// <param name="changes">The rows that each change touched.</param>
    public static ReadOnlyMemory<byte> Frame(long first, params PackedWidget[][] changes)
    {
        var buffer = new LogBuffer();
        foreach (PackedWidget[] rows in changes)
        {
            buffer.AddChange(rows.Length);
            Array.ForEach(rows, buffer.AddRow);
        }

        return buffer.Seal(first);
    }

    /// <inheritdoc cref="Frame"/>
    public static LoggedChanges Changes(long first, params PackedWidget[][] changes) =>
        new(Frame(first, changes)[LogFrame.HeaderBytes..], first, changes.Length);

    /// <param name="newestFirst">The groups, from the last to the first.</param>
    public static ReplayPiece Piece(params IEnumerable<LoggedChanges> newestFirst)
    {
        var piece = new ReplayPiece();
        foreach (LoggedChanges group in newestFirst)
        {
            piece.Add(group);
        }

        return piece;
    }

    public static List<WidgetRow> Rows(LoggedChanges changes)
    {
        var all = new List<WidgetRow>();
        for (var rows = new LoggedRows(changes); rows.MoveNext();)
        {
            LoggedRow row = rows.Current;
            all.Add(new WidgetRow(
                new PackedWidget(changes.Bytes.Slice(row.At, row.Length).ToArray(), 0, row.Length), changes.First + row.Change));
        }

        return all;
    }
}
