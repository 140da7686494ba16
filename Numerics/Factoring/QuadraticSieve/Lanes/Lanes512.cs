using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Turnstile.Numerics;

/// <summary>The sieve's inner loops sixteen primes at a time (AVX-512).</summary>
internal sealed unsafe class Lanes512 : SieveLanes
{
    // Hits are listed before they are thrown: reading a vector's parts right after writing it is slow.
    private const int ThrownMax = 256;

    // Up to this prime it is cheaper to ask all blocks than to take hits to their blocks one by one.
    private const uint DensePrimeMax = 1 << 19;

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
        if (columns.Moves != null)
            Advance(columns, from, to, isBackward);
        var tag = LaneTags + Vector512.Create(firstTag);
        if (columns.Primes[from] < DensePrimeMax)
            ThrowDense(columns, from, to, interval, ends, tag);
        else
            ThrowSparse(columns, from, to, interval, ends, tag);
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
            var possible = 0u;
            for (var reached = primes[i + Width - 1]; reached <= BlockSieve.BlockSize; reached += primes[i + Width - 1])
            {
                possible += primes[i];
                position.Store(places + count);
                count += Width;
                position += prime;
            }

            // And so often more the smallest can.
            for (; possible < BlockSieve.BlockSize; possible += primes[i])
            {
                var hit = Vector512.LessThan(position, end);
                Avx512F.Compress(position, hit, position).Store(places + count);
                count += BitOperations.PopCount(hit.ExtractMostSignificantBits());
                position = Vector512.ConditionalSelect(hit, position + prime, position);
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
            {
                var bits = Vector512.Load(values + j).ExtractMostSignificantBits();
                for (; bits != 0 && found < most; bits &= bits - 1)
                    places[found++] = j + BitOperations.TrailingZeroCount(bits);
            }
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
    private static Vector512<uint> Moved(
        Vector512<uint> root, Vector512<uint> prime, Vector512<uint> move, bool isBackward)
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

    // Primes that hit most blocks: asks each block which of the primes it is hit by, at most once.
    private static void ThrowDense(
        in RootColumns columns, int from, int to, uint interval, uint** ends, Vector512<uint> tag)
    {
        var block = Vector512.Create((uint)BlockSieve.BlockSize);
        for (var i = from; i < to; i += Width)
        {
            var prime = Vector512.Load(columns.Primes + i);
            var first = Vector512.Load(columns.First + i);
            var second = Vector512.Load(columns.Second + i);
            for (var last = ends + (interval >> BlockSieve.BlockBits); ends < last; ends++)
            {
                var end = *ends;
                var hit = Vector512.LessThan(first, block);
                Avx512F.Compress(first, hit, first | tag).Store(end);
                end += BitOperations.PopCount(hit.ExtractMostSignificantBits());
                first = Vector512.ConditionalSelect(hit, first + prime, first) - block;
                hit = Vector512.LessThan(second, block);
                Avx512F.Compress(second, hit, second | tag).Store(end);
                *ends = end + BitOperations.PopCount(hit.ExtractMostSignificantBits());
                second = Vector512.ConditionalSelect(hit, second + prime, second) - block;
            }

            ends -= interval >> BlockSieve.BlockBits;
            tag += Vector512.Create((uint)Width << 16);
        }
    }

    // Primes that miss most blocks: gathers the hits, then takes them to their blocks one by one.
    [SkipLocalsInit]
    private static void ThrowSparse(
        in RootColumns columns, int from, int to, uint interval, uint** ends, Vector512<uint> tag)
    {
        var end = Vector512.Create(interval);
        var positions = stackalloc uint[ThrownMax];
        var tags = stackalloc uint[ThrownMax];
        var count = 0;
        for (var i = from; i < to; i += Width)
        {
            var prime = Vector512.Load(columns.Primes + i);
            var first = Vector512.Load(columns.First + i);
            var second = Vector512.Load(columns.Second + i);
            while (true)
            {
                var hit = Vector512.LessThan(first, end);
                var secondHit = Vector512.LessThan(second, end);
                if ((hit | secondHit) == Vector512<uint>.Zero)
                    break;
                Avx512F.Compress(first, hit, first).Store(positions + count);
                Avx512F.Compress(tag, hit, tag).Store(tags + count);
                count += BitOperations.PopCount(hit.ExtractMostSignificantBits());
                Avx512F.Compress(second, secondHit, second).Store(positions + count);
                Avx512F.Compress(tag, secondHit, tag).Store(tags + count);
                count += BitOperations.PopCount(secondHit.ExtractMostSignificantBits());
                first += prime;
                second += prime;
                if (count > ThrownMax - (3 * Width))
                    count = Flush(positions, tags, count, ends);
            }

            tag += Vector512.Create((uint)Width << 16);
        }

        Flush(positions, tags, count, ends);
    }

    private static int Flush(uint* positions, uint* tags, int count, uint** ends)
    {
        for (var i = 0; i < count; i++)
        {
            var position = positions[i];
            var block = position >> BlockSieve.BlockBits;
            var end = ends[block];
            *end = tags[i] | (position & (BlockSieve.BlockSize - 1));
            ends[block] = end + 1;
        }

        return 0;
    }
}
