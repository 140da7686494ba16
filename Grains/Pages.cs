namespace Turnstile.Grains;

/// <summary>
/// Cuts pages out of lists that were read one row too long, which tells whether there is a next page.
/// </summary>
internal static class Pages
{
    /// <param name="rows">At most one more than <paramref name="limit"/>.</param>
    /// <param name="limit">How many the page holds.</param>
    /// <param name="item">Makes the item of a row.</param>
    /// <param name="cursor">Names a row so that the next page begins behind it.</param>
    public static Page<TItem> Of<TRow, TItem>(
        List<TRow> rows, int limit, Func<TRow, TItem> item, Func<TRow, string> cursor) => new()
    {
        Items = [.. rows.Take(limit).Select(item)],
        Next = rows.Count > limit ? cursor(rows[limit - 1]) : null,
    };
}
