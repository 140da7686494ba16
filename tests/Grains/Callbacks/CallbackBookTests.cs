using Turnstile.Grains.Callbacks;

namespace Turnstile.Grains.Tests.Callbacks;

public sealed class CallbackBookTests
{
    // More hosts than are remembered for their failures.
    private const int Many = 10_500;

    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    private readonly CallbackBook _book = new(new CallbackOptions { BreakAfter = 1 });

    [Fact]
    public void A_host_that_fails_is_left_alone_however_many_callbacks_it_gets()
    {
        bool[] called = [.. Enumerable.Range(0, Many).Select(_ => Call("dead.test", reached: false))];

        Assert.True(called[0]);
        Assert.DoesNotContain(true, called[1..]);
    }

    [Fact]
    public void Of_more_hosts_that_fail_than_are_remembered_the_oldest_are_forgotten()
    {
        for (int i = 0; i < Many; i++)
            Assert.True(Call($"{i}.test", reached: false));

        Assert.True(Call("0.test", reached: false));
        Assert.False(Call($"{Many - 1}.test", reached: false));
    }

    [Fact]
    public void A_host_that_answers_again_is_not_left_alone_any_more()
    {
        Call("back.test", reached: false);
        Assert.False(Call("back.test", reached: false));

        Assert.True(Call("back.test", reached: true, Now + TimeSpan.FromMinutes(1)));
        Assert.True(Call("back.test", reached: true, Now + TimeSpan.FromMinutes(1)));
    }

    /// <summary>One callback from its beginning to its end.</summary>
    /// <returns>Whether the host was called.</returns>
    private bool Call(string host, bool reached, DateTimeOffset? at = null)
    {
        DateTimeOffset now = at ?? Now;
        Assert.True(_book.TryAdd(new Callback(new Uri($"http://{host}/"), (to, _) => Task.FromResult(new CallbackContent(to, null)))));
        Callback callback = _book.Take(now, out bool mayCall)!;
        _book.End(callback, mayCall, reached, now);
        _book.Leave();
        return mayCall;
    }
}
