using Microsoft.Extensions.Options;
using Turnstile.Grains.Compute;

namespace Turnstile.Grains.Tests.Compute;

public sealed class WarmKernelsTests
{
    private readonly WarmKernels _warm = new(Options.Create(new ComputeOptions { WarmKernelsMax = 2 }));

    [Fact]
    public void The_one_that_has_waited_longest_lets_go_first()
    {
        Assert.Null(_warm.Add(1));
        Assert.Null(_warm.Add(2));
        Assert.Equal(1, _warm.Add(3));
        _warm.Remove(2);
        Assert.Null(_warm.Add(2));
        Assert.Equal(3, _warm.Add(4));
    }

    [Fact]
    public void Removing_twice_is_harmless()
    {
        _warm.Add(1);
        _warm.Remove(1);
        _warm.Remove(1);
        Assert.Null(_warm.Add(1));
    }
}
