using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Turnstile.Numerics;

/// <summary>The sieve's inner loops sixteen primes at a time (AVX-512).</summary>
internal sealed unsafe class Lanes512 : SieveLanes
{
    private static readonly Vector512<uint> LaneTags = Vector512<uint>.Indices << 16;

    public override uint ListedPrimeMax => 1 << 17;

    public override void Advance(in RootColumns columns, int from, int to, bool isBackward)
    {
        for (var i = from; i < to; i += Width)
        {
            var prime = Vector512.Load(columns.Primes + i);
            var move = Vector512.Load(columns.Moves + i);
            Moved(Vector512.Load(columns.First + i), prime, move, isBackward).Store(columns.First + i);
            Moved(Vector512.Load(columns.Second + i), prime, move, isBackward).Store(columns.Second + i);
        }
    }

    public override void Throw(
        in RootColumns columns, int from, int to, bool isBackward, uint interval, uint** ends, uint firstTag)
    {
        var end = Vector512.Create(interval);
        var tag = LaneTags + Vector512.Create(firstTag);
        var entries = stackalloc uint[Width];
        var blocks = stackalloc uint[Width];
        for (var i = from; i < to; i += Width)
        {
            var prime = Vector512.Load(columns.Primes + i);
            var first = Vector512.Load(columns.First + i);
            var second = Vector512.Load(columns.Second + i);
            if (columns.Moves != null)
            {
                var move = Vector512.Load(columns.Moves + i);
                first = Moved(first, prime, move, isBackward);
                second = Moved(second, prime, move, isBackward);
                first.Store(columns.First + i);
                second.Store(columns.Second + i);
            }

            for (var hit = Vector512.LessThan(first, end); hit != Vector512<uint>.Zero; hit = Vector512.LessThan(first, end))
            {
                Scatter(first, hit, tag, entries, blocks, ends);
                first += prime;
            }

            for (var hit = Vector512.LessThan(second, end); hit != Vector512<uint>.Zero; hit = Vector512.LessThan(second, end))
            {
                Scatter(second, hit, tag, entries, blocks, ends);
                second += prime;
            }

            tag += Vector512.Create((uint)Width << 16);
        }
    }

    public override int ListHits(uint* primes, uint* positions, ref int from, int to, uint* places)
    {
        var count = 0;
        var end = Vector512.Create((uint)BlockSieve.BlockSize);
        var i = from;
        for (; i < to && count <= PlacesMax - (17 * Width); i += Width)
        {
            var prime = Vector512.Load(primes + i);
            var position = Vector512.Load(positions + i);

            // So often the group's largest prime hits for certain, and with it the others.
            for (var reached = primes[i + Width - 1]; reached <= BlockSieve.BlockSize; reached += primes[i + Width - 1])
            {
                position.Store(places + count);
                count += Width;
                position += prime;
            }

            for (var hit = Vector512.LessThan(position, end); hit != Vector512<uint>.Zero; hit = Vector512.LessThan(position, end))
            {
                Avx512F.Compress(position, hit, position).Store(places + count);
                count += BitOperations.PopCount(hit.ExtractMostSignificantBits());
                position += prime & hit;
            }

            (position - end).Store(positions + i);
        }

        from = i;
        return count;
    }

    public override int Match(in RootColumns columns, float* reciprocals, int from, int to, uint position, int* matches)
    {
        var count = 0;
        var place = Vector512.Create(position);
        var real = Vector512.Create((float)position);
        for (var i = from; i < to; i += Width)
        {
            var prime = Vector512.Load(columns.Primes + i);
            var quotient = Avx512F.ConvertToVector512UInt32WithTruncation(real * Vector512.Load(reciprocals + i));
            var remainder = place - (quotient * prime);
            remainder = Vector512.Min(remainder, remainder - prime);
            var hits = (Vector512.Equals(remainder, Vector512.Load(columns.First + i))
                | Vector512.Equals(remainder, Vector512.Load(columns.Second + i))).ExtractMostSignificantBits();
            for (; hits != 0; hits &= hits - 1)
                matches[count++] = i + BitOperations.TrailingZeroCount(hits);
        }

        return count;
    }

    public override int FindMarked(byte* values, int count, int* places, int most)
    {
        var found = 0;
        for (var i = 0; i < count; i += 4 * Vector512<byte>.Count)
        {
            var any = Vector512.Load(values + i) | Vector512.Load(values + i + 64)
                | Vector512.Load(values + i + 128) | Vector512.Load(values + i + 192);
            if (any.ExtractMostSignificantBits() == 0)
                continue;
            for (var j = i; j < i + 256; j += 64)
                for (var bits = Vector512.Load(values + j).ExtractMostSignificantBits(); bits != 0 && found < most; bits &= bits - 1)
                    places[found++] = j + BitOperations.TrailingZeroCount(bits);
        }

        return found;
    }

    public override int FindHit(uint* hits, int from, int count, uint place)
    {
        var wanted = Vector512.Create(place);
        var lower = Vector512.Create(0xFFFFu);
        for (; from + Width <= count; from += Width)
        {
            var bits = Vector512.Equals(Vector512.Load(hits + from) & lower, wanted).ExtractMostSignificantBits();
            if (bits != 0)
                return from + BitOperations.TrailingZeroCount(bits);
        }

        while (from < count && (hits[from] & 0xFFFF) != place)
            from++;
        return from;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Moved(Vector512<uint> root, Vector512<uint> prime, Vector512<uint> move, bool isBackward)
    {
        // Of the two candidates one is in range and the other wraps round to a large number.
        if (isBackward)
        {
            root -= move;
            return Vector512.Min(root, root + prime);
        }

        root += move;
        return Vector512.Min(root, root - prime);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scatter(
        Vector512<uint> positions, Vector512<uint> hit, Vector512<uint> tags, uint* entries, uint* blocks, uint** ends)
    {
        var count = BitOperations.PopCount(hit.ExtractMostSignificantBits());
        var entry = tags | (positions & Vector512.Create((uint)BlockSieve.BlockSize - 1));
        Avx512F.Compress(Vector512<uint>.Zero, hit, entry).Store(entries);
        Avx512F.Compress(Vector512<uint>.Zero, hit, positions >> BlockSieve.BlockBits).Store(blocks);
        for (var i = 0; i < count; i++)
            *ends[blocks[i]]++ = entries[i];
    }
}
