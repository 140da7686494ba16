namespace Turnstile.Grains.Storage.Sqlite;

/// <summary>
/// Splits a statement's inputs into the pieces that SQLite runs at a time. A run has a price of its own, for opening the
/// table and its indexes and finding the place: sharing it makes 200,000 rows inserted or updated by key cost half.
/// </summary>
internal static class InputChunks
{
    // Few sizes, because each is a statement that is kept parsed; more rows than the largest gain nothing more.
    private static readonly int[] Sizes = [64, 16, 4, 1];

    /// <summary>Where each piece begins, and how many inputs it has.</summary>
    public static IEnumerable<(int First, int Count)> Of<TInput>(
        Statement<TInput> statement, IReadOnlyList<TInput> inputs)
    {
        var keys = statement is { ReadsRows: true, Key: not null } && inputs.Count >= Sizes[^2] ? new HashSet<object>() : null;
        int first = 0;
        while (first < inputs.Count)
        {
            int count = statement.ReadsRows ? Sizes.First(size => size <= inputs.Count - first) : 1;
            if (keys is not null && count > 1 && !AreDistinct(statement, inputs, first, count, keys))
            {
                // Of two changes of a row the second has to see the first.
                for (int i = 0; i < count; i++)
                    yield return (first + i, 1);
            }
            else
            {
                yield return (first, count);
            }

            first += count;
        }
    }

    private static bool AreDistinct<TInput>(
        Statement<TInput> statement, IReadOnlyList<TInput> inputs, int first, int count, HashSet<object> keys)
    {
        keys.Clear();
        for (int i = 0; i < count; i++)
        {
            if (!keys.Add(statement.Key!(inputs[first + i])))
                return false;
        }

        return true;
    }
}
