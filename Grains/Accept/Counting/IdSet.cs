namespace Turnstile.Grains.Accept.Counting;

/// <summary>
/// A set of 64-bit integers in at most 14 bytes each (from a few thousand on), exact, and never with a long pause.
/// Belongs to one grain.
/// </summary>
/// <remarks>
/// Open addressing with linear probing (D. E. Knuth, The Art of Computer Programming vol. 3, 1973, algorithms 6.4 L and R), in 64
/// tables of their own, so that growing moves a 64th of the ids at a time. A table grows by two fifths when four fifths
/// are taken: 8 × 1.4 / 0.8 = 14 bytes an id at worst. The hash is keyed, so that nobody can choose ids that collide.
/// </remarks>
/// <param name="key">The key of the hash; any number that outsiders do not know.</param>
internal sealed class IdSet(ulong key)
{
    private const int TablesLog = 6;
    private const int FirstLength = 8;

    // An empty slot holds 0; the id 0 is kept apart.
    private readonly long[][] _tables = CreateTables();
    private readonly int[] _counts = new int[1 << TablesLog];
    private bool _hasZero;

    public long Count { get; private set; }

    /// <summary>What the tables take, in bytes.</summary>
    public long Bytes => _tables.Sum(table => (long)table.Length * sizeof(long));

    public bool Contains(long id)
    {
        if (id == 0)
            return _hasZero;
        ulong hash = Hash(id);
        long[] table = _tables[TableOf(hash)];
        return table.Length > 0 && table[Find(table, hash, id)] == id;
    }

    /// <summary>False where it was there already.</summary>
    public bool Add(long id)
    {
        if (id == 0)
        {
            bool isNew = !_hasZero;
            _hasZero = true;
            Count += isNew ? 1 : 0;
            return isNew;
        }

        ulong hash = Hash(id);
        int number = TableOf(hash);
        long[] table = _tables[number];
        if (_counts[number] * 5L >= table.Length * 4L)
            table = Grow(number);
        int slot = Find(table, hash, id);
        if (table[slot] == id)
            return false;
        table[slot] = id;
        _counts[number]++;
        Count++;
        return true;
    }

    /// <summary>False where it was not there.</summary>
    public bool Remove(long id)
    {
        if (id == 0)
        {
            bool wasThere = _hasZero;
            _hasZero = false;
            Count -= wasThere ? 1 : 0;
            return wasThere;
        }

        ulong hash = Hash(id);
        int number = TableOf(hash);
        long[] table = _tables[number];
        if (table.Length == 0)
            return false;
        int slot = Find(table, hash, id);
        if (table[slot] != id)
            return false;
        CloseGap(table, slot);
        _counts[number]--;
        Count--;
        return true;
    }

    private static long[][] CreateTables()
    {
        var tables = new long[1 << TablesLog][];
        Array.Fill(tables, []);
        return tables;
    }

    private static int TableOf(ulong hash) => (int)(hash >> (64 - TablesLog));

    private static int HomeOf(ulong hash, int length) => (int)(((hash & uint.MaxValue) * (ulong)length) >> 32);

    /// <summary>The slot that holds the id, or the empty one where it belongs.</summary>
    private static int Find(long[] table, ulong hash, long id)
    {
        int slot = HomeOf(hash, table.Length);
        while (table[slot] != id && table[slot] != 0)
            slot = slot + 1 < table.Length ? slot + 1 : 0;
        return slot;
    }

    /// <summary>Moves ids back into the gap, so that none is cut off from its home by an empty slot.</summary>
    private void CloseGap(long[] table, int gap)
    {
        int slot = gap;
        while (true)
        {
            slot = slot + 1 < table.Length ? slot + 1 : 0;
            if (table[slot] == 0)
                break;
            int home = HomeOf(Hash(table[slot]), table.Length);
            bool reachesOverGap = gap <= slot ? home <= gap || home > slot : home <= gap && home > slot;
            if (!reachesOverGap)
                continue;
            table[gap] = table[slot];
            gap = slot;
        }

        table[gap] = 0;
    }

    private long[] Grow(int number)
    {
        long[] old = _tables[number];
        var table = new long[Math.Max(FirstLength, old.Length * 7 / 5)];
        foreach (long id in old)
        {
            if (id != 0)
                table[Find(table, Hash(id), id)] = id;
        }

        return _tables[number] = table;
    }

    private ulong Hash(long id)
    {
        ulong hash = (ulong)id ^ key;
        hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93;
        hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93;
        return hash ^ (hash >> 32) ^ key;
    }
}
