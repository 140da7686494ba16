using System.Collections.Immutable;

namespace Turnstile.Grains.Accept.Counting;

/// <summary>
/// The ids of one shard in the minutes that are open. An id is in here only if it is on disk, or while it is being written there
/// (between <see cref="Stage"/> and its end). Belongs to one grain.
/// </summary>
/// <param name="hashKey">The key of the sets' hash.</param>
internal sealed class OpenMinutes(ulong hashKey)
{
    private readonly Dictionary<long, IdSet> _sets = [];

    /// <summary>Adds ids that are on disk.</summary>
    public void Load(long minute, ReadOnlySpan<long> ids)
    {
        IdSet set = SetOf(minute);
        foreach (long id in ids)
            set.Add(id);
    }

    /// <summary>Adds what is new among the batches, and answers it: what has to be written.</summary>
    public long[] Stage(long minute, IReadOnlyList<ImmutableArray<long>> batches)
    {
        IdSet set = SetOf(minute);
        var fresh = new List<long>(batches.Sum(batch => batch.Length));
        foreach (ImmutableArray<long> batch in batches)
        {
            foreach (long id in batch)
            {
                if (set.Add(id))
                    fresh.Add(id);
            }
        }

        return [.. fresh];
    }

    /// <summary>Takes staged ids back, which were not written.</summary>
    public void Unstage(long minute, long[] fresh)
    {
        IdSet set = SetOf(minute);
        foreach (long id in fresh)
            set.Remove(id);
    }

    public long Count(long minute) => _sets.TryGetValue(minute, out IdSet? set) ? set.Count : 0;

    /// <summary>Drops the minutes up to and with this one.</summary>
    public void Forget(long throughMinute)
    {
        foreach (long minute in _sets.Keys.Where(minute => minute <= throughMinute).ToList())
            _sets.Remove(minute);
    }

    private IdSet SetOf(long minute)
    {
        if (!_sets.TryGetValue(minute, out IdSet? set))
            _sets.Add(minute, set = new IdSet(hashKey));
        return set;
    }
}
