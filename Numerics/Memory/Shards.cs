using System.Numerics;

namespace Turnstile.Numerics;

/// <summary>
/// A hash table in parts, each of which grows on its own: one that holds a million entries would stand still for
/// tens of milliseconds each time it doubles.
/// </summary>
/// <typeparam name="T">A part.</typeparam>
internal sealed class Shards<T>
    where T : new()
{
    // 2^64 divided by the golden ratio: neighbouring keys fall far apart.
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private readonly T[] _parts;
    private readonly int _shift;

    /// <param name="count">A power of two.</param>
    public Shards(int count)
    {
        _parts = new T[count];
        for (var i = 0; i < count; i++)
            _parts[i] = new();
        _shift = 64 - BitOperations.Log2((uint)count);
    }

    public IReadOnlyList<T> Parts => _parts;

    /// <summary>The part that a key is in.</summary>
    public T this[ulong key] => _parts.Length == 1 ? _parts[0] : _parts[(key * Multiplier) >> _shift];
}
