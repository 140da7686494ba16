using Orleans.Concurrency;
using Turnstile.Grains.Storage;

namespace Turnstile.Grains.Tests;

public sealed class StatelessWorkerTests
{
    /// <summary>There are no more of one than processors: a few slow answers would hold up all others.</summary>
    [Fact]
    public void Grains_of_which_several_run_at_once_let_their_calls_interleave_too() => Assert.All(
        typeof(Database).Assembly.GetTypes().Where(type => type.IsDefined(typeof(StatelessWorkerAttribute), inherit: false)),
        type => Assert.True(type.IsDefined(typeof(ReentrantAttribute), inherit: false), type.Name));
}
