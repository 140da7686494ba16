namespace Turnstile.Numerics;

/// <summary>A list of numbers within a <see cref="ListPool"/>.</summary>
internal struct PooledList
{
    internal int[] Chunk;
    internal int Start;
    internal int Capacity;

    /// <summary>How many numbers it has.</summary>
    public int Count { get; internal set; }

    public readonly ReadOnlySpan<int> Numbers => Chunk.AsSpan(Start, Count);

    /// <summary>Removes one number, if it is there; the last one takes its place.</summary>
    public void Remove(int number)
    {
        var numbers = Chunk.AsSpan(Start, Count);
        var place = numbers.IndexOf(number);
        if (place >= 0)
            numbers[place] = numbers[--Count];
    }
}

/// <summary>
/// Many short lists of numbers in few long arrays. As objects of their own the garbage collector would copy all that
/// live, tens of milliseconds at a time; arrays this long it leaves where they are. Memory is given back all at once.
/// </summary>
internal sealed class ListPool
{
    // From 4 KiB for short lists in all to a mebibyte.
    private const int FirstChunkLength = 1 << 10;
    private const int ChunkLengthMax = 1 << 18;

    private const int SmallestCapacity = 4;

    private int[] _chunk = [];
    private int _used;

    /// <summary>A list with some numbers and no room for more.</summary>
    public PooledList Make(ReadOnlySpan<int> numbers)
    {
        var list = Reserve(numbers.Length);
        numbers.CopyTo(list.Chunk.AsSpan(list.Start));
        list.Count = numbers.Length;
        return list;
    }

    /// <summary>A list of the numbers of two.</summary>
    public PooledList Join(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        var list = Reserve(first.Length + second.Length);
        first.CopyTo(list.Chunk.AsSpan(list.Start));
        second.CopyTo(list.Chunk.AsSpan(list.Start + first.Length));
        list.Count = first.Length + second.Length;
        return list;
    }

    /// <summary>Appends a number.</summary>
    public void Add(ref PooledList list, int number)
    {
        if (list.Count == list.Capacity)
        {
            var grown = Reserve(Math.Max(SmallestCapacity, 2 * list.Capacity));
            list.Numbers.CopyTo(grown.Chunk.AsSpan(grown.Start));
            grown.Count = list.Count;
            list = grown;
        }

        list.Chunk[list.Start + list.Count++] = number;
    }

    private PooledList Reserve(int capacity)
    {
        if (_chunk.Length - _used < capacity)
        {
            var length = Math.Clamp(4 * _chunk.Length, FirstChunkLength, ChunkLengthMax);
            _chunk = GC.AllocateUninitializedArray<int>(Math.Max(length, capacity));
            _used = 0;
        }

        _used += capacity;
        return new() { Chunk = _chunk, Start = _used - capacity, Capacity = capacity };
    }
}
