namespace Turnstile.Numerics;

/// <summary>The sieve's inner loops without vectors.</summary>
internal sealed unsafe class PlainLanes : SieveLanes
{
    public override uint ListedPrimeMax => 3 * BlockSieve.BlockSize / 2;

    public override void Advance(in RootColumns columns, int from, int to, bool isBackward)
    {
        for (var i = from; i < to; i++)
            Advance(columns, i, isBackward);
    }

    public override void Throw(
        in RootColumns columns, int from, int to, bool isBackward, uint interval, uint** ends, uint firstTag)
    {
        for (var i = from; i < to; i++)
        {
            if (columns.Moves != null)
                Advance(columns, i, isBackward);
            var tag = firstTag + ((uint)(i - from) << 16);
            var prime = columns.Primes[i];
            for (var position = columns.First[i]; position < interval; position += prime)
                *ends[position >> BlockSieve.BlockBits]++ = tag | (position & (BlockSieve.BlockSize - 1));
            for (var position = columns.Second[i]; position < interval; position += prime)
                *ends[position >> BlockSieve.BlockBits]++ = tag | (position & (BlockSieve.BlockSize - 1));
        }
    }

    public override int ListHits(uint* primes, uint* positions, ref int from, int to, uint* places)
    {
        // A prime above 2^11 hits a block at most 16 times.
        var count = 0;
        for (; from < to && count <= PlacesMax - 16; from++)
        {
            var position = positions[from];
            for (; position < BlockSieve.BlockSize; position += primes[from])
                places[count++] = position;
            positions[from] = position - BlockSieve.BlockSize;
        }

        return count;
    }

    public override int Match(in RootColumns columns, float* reciprocals, int from, int to, uint position, int* matches)
    {
        var count = 0;
        for (var i = from; i < to; i++)
        {
            var remainder = position - ((uint)(position * reciprocals[i]) * columns.Primes[i]);
            remainder = Math.Min(remainder, remainder - columns.Primes[i]);
            if (remainder == columns.First[i] || remainder == columns.Second[i])
                matches[count++] = i;
        }

        return count;
    }

    public override int FindMarked(byte* values, int count, int* places, int most)
    {
        var found = 0;
        for (var i = 0; i < count && found < most; i += 8)
        {
            if ((*(ulong*)(values + i) & 0x8080808080808080) == 0)
                continue;
            for (var place = i; place < i + 8 && found < most; place++)
                if (values[place] >= 0x80)
                    places[found++] = place;
        }

        return found;
    }

    public override int FindHit(uint* hits, int from, int count, uint place)
    {
        while (from < count && (hits[from] & 0xFFFF) != place)
            from++;
        return from;
    }

    private static void Advance(in RootColumns columns, int i, bool isBackward)
    {
        var (prime, move) = (columns.Primes[i], columns.Moves[i]);
        columns.First[i] = Moved(columns.First[i], prime, move, isBackward);
        columns.Second[i] = Moved(columns.Second[i], prime, move, isBackward);
    }

    // Of the two candidates one is in range and the other wraps round to a large number.
    private static uint Moved(uint root, uint prime, uint move, bool isBackward)
    {
        root = isBackward ? root - move : root + move;
        return Math.Min(root, isBackward ? root + prime : root - prime);
    }
}
