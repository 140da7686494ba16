using System.Collections.Concurrent;

namespace Turnstile.Grains.Widgets.Log;

/// <summary>
/// Lets a log be read and checked on one processor while what it says is taken in on another: each of the two takes seconds where the
/// tables lack millions of widgets.
/// </summary>
internal static class ReplayAhead
{
    // Handing over costs a microsecond or so; and so many pieces, some 100 MB, may be read and not taken in.
    private const int PieceRows = 4_096;
    private const int PiecesMax = 128;

    /// <param name="read">Reads the log, and hands each row to what it is given.</param>
    /// <param name="replay">Gets every row, in order, on another thread than <paramref name="read"/>'s, and on one at a time.</param>
    /// <returns>What the reading returned, once everything is taken in.</returns>
    public static async Task<long> Run(Func<Action<WidgetRow>, Task<long>> read, Action<WidgetRow> replay)
    {
        using var pieces = new BlockingCollection<List<WidgetRow>>(PiecesMax);
        using var failed = new CancellationTokenSource();
        Task taking = Task.Run(() => Take(pieces, replay, failed));
        var piece = new List<WidgetRow>(PieceRows);
        try
        {
            long last = await read(row =>
            {
                piece.Add(row);
                if (piece.Count == PieceRows)
                {
                    pieces.Add(piece, failed.Token);
                    piece = new List<WidgetRow>(PieceRows);
                }
            });
            pieces.Add(piece, failed.Token);
            return last;
        }
        catch (OperationCanceledException) when (failed.IsCancellationRequested)
        {
            // It is the other thread's fault that is told.
            await taking;
            throw;
        }
        finally
        {
            pieces.CompleteAdding();
            await taking;
        }
    }

    private static void Take(BlockingCollection<List<WidgetRow>> pieces, Action<WidgetRow> replay, CancellationTokenSource failed)
    {
        try
        {
            foreach (List<WidgetRow> piece in pieces.GetConsumingEnumerable())
            {
                piece.ForEach(replay);
            }
        }
        catch
        {
            failed.Cancel();
            throw;
        }
    }
}
