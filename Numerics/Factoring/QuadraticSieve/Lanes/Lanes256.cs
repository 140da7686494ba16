using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Turnstile.Numerics;

/// <summary>The sieve's inner loops eight primes at a time (AVX2, or pairs of 128-bit vectors elsewhere).</summary>
internal sealed unsafe class Lanes256 : SieveLanes
{
    private const int Lanes = 8;

    public override uint ListedPrimeMax => 3 * BlockSieve.BlockSize / 2;

    public override void Advance(in RootColumns columns, int from, int to, bool isBackward)
    {
        for (var i = from; i < to; i += Lanes)
        {
            var prime = Vector256.Load(columns.Primes + i);
            var move = Vector256.Load(columns.Moves + i);
            Moved(Vector256.Load(columns.First + i), prime, move, isBackward).Store(columns.First + i);
            Moved(Vector256.Load(columns.Second + i), prime, move, isBackward).Store(columns.Second + i);
        }
    }

    public override void Throw(
        in RootColumns columns, int from, int to, bool isBackward, uint interval, uint** ends, uint firstTag)
    {
        // Positions and padding stay below 2^31, so that comparing signed numbers, which is cheaper, is right.
        var end = Vector256.Create((int)interval);
        for (var i = from; i < to; i += Lanes, firstTag += (uint)Lanes << 16)
        {
            var prime = Vector256.Load(columns.Primes + i);
            var first = Vector256.Load(columns.First + i);
            var second = Vector256.Load(columns.Second + i);
            if (columns.Moves != null)
            {
                var move = Vector256.Load(columns.Moves + i);
                first = Moved(first, prime, move, isBackward);
                second = Moved(second, prime, move, isBackward);
                first.Store(columns.First + i);
                second.Store(columns.Second + i);
            }

            var hits = Vector256.LessThan(first.AsInt32(), end).ExtractMostSignificantBits();
            for (; hits != 0; hits &= hits - 1)
                Throw(columns.First, columns.Primes, i, hits, interval, ends, firstTag);
            hits = Vector256.LessThan(second.AsInt32(), end).ExtractMostSignificantBits();
            for (; hits != 0; hits &= hits - 1)
                Throw(columns.Second, columns.Primes, i, hits, interval, ends, firstTag);
        }
    }

    public override int ListHits(uint* primes, uint* positions, ref int from, int to, uint* places)
    {
        var count = 0;
        var end = Vector256.Create(BlockSieve.BlockSize);
        var i = from;
        for (; i < to && count <= PlacesMax - (17 * Lanes); i += Lanes)
        {
            var prime = Vector256.Load(primes + i);
            var position = Vector256.Load(positions + i);
            while (true)
            {
                var hit = Vector256.LessThan(position.AsInt32(), end);
                if (hit == Vector256<int>.Zero)
                    break;
                Vector256.Min(position, end.AsUInt32()).Store(places + count);
                count += Lanes;
                position += prime & hit.AsUInt32();
            }

            (position - end.AsUInt32()).Store(positions + i);
        }

        from = i;
        return count;
    }

    public override int Match(in RootColumns columns, float* reciprocals, int from, int to, uint position, int* matches)
    {
        var count = 0;
        var place = Vector256.Create(position);
        var real = Vector256.Create((float)position);
        for (var i = from; i < to; i += Lanes)
        {
            var prime = Vector256.Load(columns.Primes + i);
            var quotient = Vector256.ConvertToInt32Native(real * Vector256.Load(reciprocals + i)).AsUInt32();
            var remainder = place - (quotient * prime);
            remainder = Vector256.Min(remainder, remainder - prime);
            var hits = (Vector256.Equals(remainder, Vector256.Load(columns.First + i))
                | Vector256.Equals(remainder, Vector256.Load(columns.Second + i))).ExtractMostSignificantBits();
            for (; hits != 0; hits &= hits - 1)
                matches[count++] = i + BitOperations.TrailingZeroCount(hits);
        }

        return count;
    }

    public override int FindMarked(byte* values, int count, int* places, int most)
    {
        var found = 0;
        for (var i = 0; i < count; i += 4 * Vector256<byte>.Count)
        {
            var any = Vector256.Load(values + i) | Vector256.Load(values + i + 32)
                | Vector256.Load(values + i + 64) | Vector256.Load(values + i + 96);
            if (any.ExtractMostSignificantBits() == 0)
                continue;
            for (var j = i; j < i + 128; j += 32)
            {
                var bits = Vector256.Load(values + j).ExtractMostSignificantBits();
                for (; bits != 0 && found < most; bits &= bits - 1)
                    places[found++] = j + BitOperations.TrailingZeroCount(bits);
            }
        }

        return found;
    }

    public override int FindHit(uint* hits, int from, int count, uint place)
    {
        var wanted = Vector256.Create(place);
        var lower = Vector256.Create(0xFFFFu);
        for (; from + Lanes <= count; from += Lanes)
        {
            var bits = Vector256.Equals(Vector256.Load(hits + from) & lower, wanted).ExtractMostSignificantBits();
            if (bits != 0)
                return from + BitOperations.TrailingZeroCount(bits);
        }

        while (from < count && (hits[from] & 0xFFFF) != place)
            from++;
        return from;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Moved(
        Vector256<uint> root, Vector256<uint> prime, Vector256<uint> move, bool isBackward)
    {
        // Of the two candidates one is in range and the other wraps round to a large number.
        if (isBackward)
        {
            root -= move;
            return Vector256.Min(root, root + prime);
        }

        root += move;
        return Vector256.Min(root, root - prime);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Throw(uint* roots, uint* primes, int from, uint hits, uint interval, uint** ends, uint firstTag)
    {
        var lane = BitOperations.TrailingZeroCount(hits);
        var tag = firstTag + ((uint)lane << 16);
        var prime = primes[from + lane];
        for (var position = roots[from + lane]; position < interval; position += prime)
            *ends[position >> BlockSieve.BlockBits]++ = tag | (position & (BlockSieve.BlockSize - 1));
    }
}
