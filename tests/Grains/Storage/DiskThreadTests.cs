using Turnstile.Grains.Storage.Files;

namespace Turnstile.Grains.Tests.Storage;

public sealed class DiskThreadTests : IAsyncDisposable
{
    private readonly DiskThread _disk = new("tests");

    public ValueTask DisposeAsync() => _disk.DisposeAsync();

    [Fact]
    public async Task What_is_handed_over_while_somebody_is_in_the_thread_s_place_is_done_after_he_left()
    {
        var done = new List<string>();
        Assert.True(_disk.TryEnter());
        Task first = _disk.Run(() => done.Add("first"));
        Task second = _disk.Run(() => done.Add("second"));
        Assert.False(_disk.TryEnter());
        done.Add("in its place");
        _disk.Leave();
        await Task.WhenAll(first, second);
        Assert.Equal(["in its place", "first", "second"], done);
    }

    [Fact]
    public async Task Nobody_takes_the_place_of_a_thread_that_is_at_work_and_who_hears_of_its_end_may()
    {
        using var go = new ManualResetEventSlim();
        Task job = _disk.Run(go.Wait);
        Assert.False(_disk.TryEnter());
        go.Set();
        await job;
        Assert.True(_disk.TryEnter());
        _disk.Leave();
    }

    [Fact]
    public async Task The_thread_ends_after_who_is_in_its_place_and_nobody_takes_it_any_more()
    {
        Assert.True(_disk.TryEnter());
        Task ended = _disk.DisposeAsync().AsTask();
        Assert.False(_disk.TryEnter());
        Assert.False(ended.IsCompleted);
        _disk.Leave();
        await ended;
        Assert.False(_disk.TryEnter());
    }

    [Fact]
    public async Task What_fails_tells_who_handed_it_over_and_the_next_is_done()
    {
        Task failing = _disk.Run(() => throw new IOException("full"));
        await Assert.ThrowsAsync<IOException>(() => failing);
        await _disk.Run(() => { });
    }
}
