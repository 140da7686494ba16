using System.Buffers;

namespace Turnstile.Numerics.Tests;

public sealed class RelationsTests
{
    // Enough for blocks of every length.
    private const int Count = 120_000;

    private const int FirstBlockLength = 1 << 14;
    private const int LongestBlockLength = 1 << 20;

    [Fact]
    public void Relations_are_read_as_they_were_added_also_after_a_checkpoint()
    {
        var (relations, factors) = Some();
        var store = new RelationStore();
        for (var i = 0; i < Count / 2; i++)
            store.Add(relations[i], factors[i]);
        var restored = Restored(store);
        for (var i = Count / 2; i < Count; i++)
        {
            store.Add(relations[i], factors[i]);
            restored.Add(relations[i], factors[i]);
        }

        for (var i = 0; i < Count; i++)
        {
            var (read, again) = (new List<int>(), new List<int>());
            Assert.Equal(relations[i], store.Read(i, read));
            Assert.Equal(relations[i], restored.Read(i, again));
            Assert.Equal(factors[i], read);
            Assert.Equal(factors[i], again);
        }

        Assert.Equal(Written(store.Write), Written(restored.Write));
    }

    [Theory]
    [InlineData(300)]
    [InlineData(200_000)]
    public void Relations_of_a_checkpoint_are_known_and_close_the_same_cycles(int primes)
    {
        var (some, factors) = Some();
        var random = new Random(2);
        var relations = new Relations(primes);
        relations.AddFamily(new int[12]);
        for (var i = 0; i < Count / 4; i++)
        {
            some[i] = some[i] with { Family = 0, SmallerLarge = 1, LargerLarge = (uint)random.Next(1, 20_000) };
            factors[i] = [.. factors[i].Select(factor => factor % primes).Order()];
            relations.Add(some[i], factors[i]);
        }

        var restored = new Relations(primes);
        var reader = new CheckpointReader(Written(relations.Write), CheckpointKind.Factorization, 1);
        restored.Read(ref reader);
        restored.Resume().RunToEnd();
        Assert.Equal(relations.Count, restored.Count);
        Assert.Equal(relations.Cycles, restored.Cycles);
        Assert.NotEqual(0, restored.Cycles);
        for (var i = 0; i < Count / 4; i++)
            restored.Add(some[i], factors[i]);
        Assert.Equal(relations.Count, restored.Count);
    }

    [Fact]
    public void Bytes_that_are_no_relations_are_refused_also_where_they_fill_a_block()
    {
        foreach (var fill in new byte[] { 0xFF, 0x80, 0x7F })
        {
            foreach (var length in new[] { FirstBlockLength, FirstBlockLength - 1, 1 })
            {
                var bytes = new byte[length];
                bytes.AsSpan().Fill(fill);
                var store = Read([bytes]);
                Assert.Throws<InvalidDataException>(() => Resume(store, length));
            }
        }
    }

    [Fact]
    public void Blocks_that_hold_next_to_nothing_take_no_more_memory_than_they_need()
    {
        const int blocks = 2_000;
        const int allowed = 16 << 20;
        var written = Enumerable.Range(0, blocks).Select(_ => new byte[6]).ToList();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var store = Read(written);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, allowed);
        Resume(store, blocks);
        Assert.Equal(blocks, store.Count);
    }

    // Too full for any that was written, but whoever reads them has to come to an end.
    [Fact]
    public void Relations_that_fill_their_blocks_to_the_brim_are_read_once()
    {
        var blocks = new List<byte[]>();
        var count = 0;
        for (var i = 0; i < 9; i++)
        {
            // Relations of six zeros, and as many of seven bytes as are left over.
            var bytes = new byte[Math.Min(FirstBlockLength << i, LongestBlockLength)];
            for (var j = 0; j < bytes.Length % 6; j++)
                bytes[7 * j] = 0x80;
            count += bytes.Length / 6;
            blocks.Add(bytes);
        }

        var store = Read(blocks);
        Resume(store, count + 1);
        Assert.InRange(store.Count, count - (9 * 6), count);
    }

    private static RelationStore Read(List<byte[]> blocks)
    {
        var written = Written(writer =>
        {
            writer.Write(blocks.Count);
            blocks.ForEach(block => writer.Write(block));
        });
        var reader = new CheckpointReader(written, CheckpointKind.Factorization, 1);
        var store = new RelationStore();
        store.Read(ref reader);
        return store;
    }

    private static void Resume(RelationStore store, int most)
    {
        while (store.TryResume([], out _))
            Assert.InRange(--most, 0, int.MaxValue);
    }

    private static RelationStore Restored(RelationStore store)
    {
        var reader = new CheckpointReader(Written(store.Write), CheckpointKind.Factorization, 1);
        var restored = new RelationStore();
        restored.Read(ref reader);
        reader.End();
        while (restored.TryResume([], out _))
        {
        }

        Assert.Equal(store.Count, restored.Count);
        return restored;
    }

    private static byte[] Written(Action<CheckpointWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new CheckpointWriter(buffer, CheckpointKind.Factorization, 1);
        write(writer);
        writer.End();
        return buffer.WrittenSpan.ToArray();
    }

    private static (Relation[] Relations, int[][] Factors) Some()
    {
        var random = new Random(1);
        var relations = new Relation[Count];
        var factors = new int[Count][];
        for (var i = 0; i < Count; i++)
        {
            var isNegative = random.Next(2) != 0;
            var position = random.Next(-2_000_000, 2_000_000);
            var (smaller, larger) = ((uint)random.NextInt64(1L << 32), (uint)random.NextInt64(1L << 32));
            relations[i] = new(random.Next(2_000), random.Next(4_096), position, isNegative, smaller, larger);
            factors[i] = [.. Enumerable.Range(0, random.Next(40)).Select(_ => random.Next(200_000)).Order()];
        }

        return (relations, factors);
    }
}
