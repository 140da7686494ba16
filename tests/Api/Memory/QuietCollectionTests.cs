using Microsoft.Extensions.Logging.Abstractions;
using Turnstile.Harness;
using Turnstile.Silo.Memory;
using Xunit;

namespace Turnstile.Api.Tests.Memory;

public sealed class QuietCollectionTests : IDisposable
{
    private const long Load = 1L << 30;

    private readonly FakeHeap _heap = new();
    private readonly QuietCollection _collection;

    public QuietCollectionTests() =>
        _collection = new QuietCollection(_heap, new ManualTime(), NullLogger<QuietCollection>.Instance);

    [Fact]
    public void What_a_load_has_left_behind_is_collected_and_given_back_once_it_is_quiet()
    {
        _heap.Allocated += Load;
        Look(5);

        Assert.Equal(["collect", "compact"], _heap.Did);
    }

    [Fact]
    public void A_load_that_goes_on_is_not_disturbed()
    {
        for (int i = 0; i < 20; i++)
        {
            _heap.Allocated += Load;
            Look(3);
        }

        Assert.Empty(_heap.Did);
    }

    [Fact]
    public void A_load_that_comes_back_while_it_collects_does_not_wait_for_a_compaction()
    {
        _heap.Allocated += Load;
        Look(4);
        _heap.Allocated += Load;
        Look(2);

        Assert.Equal(["collect"], _heap.Did);
    }

    [Fact]
    public void A_quiet_process_collects_once_and_not_again_and_again()
    {
        _heap.Allocated += Load;
        Look(5);
        for (int i = 0; i < 100; i++)
        {
            _heap.Allocated += 1 << 20;
            Look(1);
        }

        Assert.Equal(["collect", "compact"], _heap.Did);
    }

    [Fact]
    public void What_takes_long_to_be_moved_stays_where_it_is()
    {
        _heap.Live = 4L << 30;
        _heap.Allocated += Load;
        Look(10);

        Assert.Equal(["collect"], _heap.Did);
    }

    [Fact]
    public void What_grains_give_up_long_after_a_load_is_given_back_too()
    {
        _heap.Live = 4L << 30;
        _heap.Allocated += Load;
        Look(60);
        _heap.Live = 20 << 20;
        Look(200);

        Assert.Equal(["collect", "collect", "compact"], _heap.Did);
    }

    [Fact]
    public void A_process_that_never_had_a_load_is_left_alone()
    {
        Look(100);

        Assert.Empty(_heap.Did);
    }

    public void Dispose() => _collection.Dispose();

    private void Look(int times)
    {
        for (int i = 0; i < times; i++)
            _collection.Look();
    }

    private sealed class FakeHeap : IHeap
    {
        public List<string> Did { get; } = [];

        public long Allocated { get; set; }

        public long Live { get; set; } = 20 << 20;

        public void BeginCollection() => Did.Add("collect");

        public void Compact() => Did.Add("compact");
    }
}
