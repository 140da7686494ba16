using Turnstile.Compute;

namespace Turnstile.Grains.Compute;

/// <summary>Reads pages of jobs, which end early where their results are long: a thousand factorials may take a gigabyte.</summary>
internal static class JobPages
{
    // Rows of one read: with the longest results some 64 MB.
    private const int PieceMax = 64;

    // Digits after which a page takes no more pieces.
    private const long DigitsMax = 16 << 20;

    /// <param name="read">The jobs before one, or the newest, and how many at most, newest first.</param>
    /// <param name="limit">Jobs of the page, at least 1.</param>
    /// <param name="before">Where it begins; null for the newest.</param>
    public static async Task<Page<JobView>> Read(Func<long?, int, Task<List<JobRow>>> read, int limit, long? before)
    {
        var rows = new List<JobRow>();
        long digits = 0;
        for (bool all = false; !all && rows.Count <= limit && digits <= DigitsMax;)
        {
            int most = Math.Min(PieceMax, limit + 1 - rows.Count);
            List<JobRow> piece = await read(rows.Count > 0 ? rows[^1].Id : before, most);
            rows.AddRange(piece);
            digits += piece.Sum(row => (long?)(row.Result as FactorialResult)?.Value?.Length ?? 0);
            all = piece.Count < most;
            limit = !all && digits > DigitsMax ? rows.Count - 1 : limit;
        }

        // Where it ended early the last row is the one too long: it is read again.
        return Pages.Of(rows, limit, row => row.ToView(), row => JobId.Format(row.Id));
    }
}
