using System.Collections.Concurrent;

namespace Turnstile.Grains.Widgets.Log;

/// <summary>
/// Lets a log be read and checked on one processor while what it says is taken in on the others: each of the two takes seconds where the
/// tables lack millions of widgets.
/// </summary>
internal static class ReplayAhead
{
    // So much of the log, a million rows or so, is taken in at once.
    private const int PieceBytes = 32 << 20;

    // One is taken in, one waits for that, and one is being read.
    private const int Pieces = 3;

    /// <param name="read">Reads the log from its end to its beginning, and hands each group of changes to what it is given.</param>
    /// <param name="take">Gets all of it, in the same order, on another thread than <paramref name="read"/>'s, one piece at a time.</param>
    /// <param name="stop">Gives up, between two groups of changes.</param>
    /// <returns>What the reading returned, once everything is taken in.</returns>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public static async Task<long> Run(
        Func<Action<LoggedChanges>, Task<long>> read, Action<ReplayPiece> take, CancellationToken stop)
    {
        using var empty = new BlockingCollection<ReplayPiece>();
        using var full = new BlockingCollection<ReplayPiece>();
        using var failed = new CancellationTokenSource();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(failed.Token, stop);
        for (int i = 1; i < Pieces; i++)
        {
            empty.Add(new ReplayPiece(), stop);
        }

        Task taking = Task.Run(() => Take(full, empty, take, failed), CancellationToken.None);
        var piece = new ReplayPiece();
        try
        {
            long last = await read(group =>
            {
                ended.Token.ThrowIfCancellationRequested();
                piece.Add(group);
                if (piece.Bytes >= PieceBytes)
                {
                    full.Add(piece, ended.Token);
                    piece = empty.Take(ended.Token);
                }
            });
            full.Add(piece, stop);
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
            full.CompleteAdding();
            await taking;
        }
    }

    private static void Take(
        BlockingCollection<ReplayPiece> full,
        BlockingCollection<ReplayPiece> empty,
        Action<ReplayPiece> take,
        CancellationTokenSource failed)
    {
        try
        {
            foreach (ReplayPiece piece in full.GetConsumingEnumerable())
            {
                take(piece);
                piece.Clear();
                empty.Add(piece);
            }
        }
        catch
        {
            failed.Cancel();
            throw;
        }
    }
}
