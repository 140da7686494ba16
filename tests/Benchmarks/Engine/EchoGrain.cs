using Orleans;
using Orleans.Concurrency;

namespace Turnstile.Benchmarks.Engine;

/// <summary>Answers at once.</summary>
public interface IEchoGrain : IGrainWithIntegerKey
{
    Task<int> Echo(int value);

    ValueTask<int> EchoValue(int value);
}

/// <summary>Calls another grain again and again.</summary>
public interface ICallerGrain : IGrainWithIntegerKey
{
    /// <returns>
    /// How many calls were answered until <paramref name="until"/>, a timestamp of the system's clock.
    /// </returns>
    Task<long> CallUntil(long target, long until);
}

public sealed class EchoGrain : Grain, IEchoGrain
{
    public Task<int> Echo(int value) => Task.FromResult(value);

    public ValueTask<int> EchoValue(int value) => new(value);
}

[Reentrant, GrainType("benchmark.caller")]
public sealed class CallerGrain : Grain, ICallerGrain
{
    public async Task<long> CallUntil(long target, long until)
    {
        IEchoGrain echo = GrainFactory.GetGrain<IEchoGrain>(target);
        return await Callers.CallUntil(() => echo.Echo(1), until);
    }
}
