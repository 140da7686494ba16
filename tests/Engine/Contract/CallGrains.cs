using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Turnstile.Engine.Tests;

[GenerateSerializer, Immutable, Alias("test.letter")]
public sealed record Letter
{
    [Id(0)]
    public string Text { get; init; } = "";

    [Id(1)]
    public int[] Numbers { get; init; } = [];

    [Id(2)]
    public Letter? Inner { get; init; }
}

[GenerateSerializer, Alias("test.out-of-stock")]
public sealed class OutOfStockException(string message) : Exception(message);

public interface INamed : IGrainWithStringKey
{
    Task<string> Name();
}

public interface ICallGrain : INamed
{
    Task Nothing();

    ValueTask NothingValue();

    Task<int> Add(int a, int b);

    ValueTask<string?> Join(string? a, string? b);

    Task<Letter> Echo(Letter letter);

    Task Fail(string message, bool afterAwait);

    Task FailThrough(ICallGrain other, string message);

    Task<string> NameOf(INamed other);

    Task<ICallGrain> Self();

    Task<string> Describe();

    [OneWay]
    Task Tell(string key, bool fails);

    Task<string?> ContextThrough(ICallGrain? other, string name);

    Task SetContext(string name, string value);
}

public sealed class CallGrain(Probe probe) : Grain, ICallGrain
{
    public Task Nothing() => Task.CompletedTask;

    public async ValueTask NothingValue() => await Task.Yield();

    public Task<int> Add(int a, int b) => Task.FromResult(a + b);

    public async ValueTask<string?> Join(string? a, string? b)
    {
        await Task.Yield();
        return a is null ? null : a + b;
    }

    public Task<Letter> Echo(Letter letter) => Task.FromResult(letter);

    public Task Fail(string message, bool afterAwait)
    {
        return afterAwait ? FailLater() : throw new OutOfStockException(message);

        async Task FailLater()
        {
            await Task.Yield();
            throw new OutOfStockException(message);
        }
    }

    public Task FailThrough(ICallGrain other, string message) => other.Fail(message, afterAwait: true);

    public Task<string> NameOf(INamed other) => other.Name();

    public Task<ICallGrain> Self() => Task.FromResult(this.AsReference<ICallGrain>());

    public Task<string> Name() => Task.FromResult(this.GetPrimaryKeyString());

    public Task<string> Describe() => Task.FromResult($"{this.GetPrimaryKeyString()}|{IdentityString}");

    public async Task Tell(string key, bool fails)
    {
        await probe.Gate(key);
        probe.Reach($"{key}.done");
        if (fails)
        {
            throw new OutOfStockException("nobody hears this");
        }
    }

    public async Task<string?> ContextThrough(ICallGrain? other, string name)
    {
        await Task.Yield();
        return other is null ? (string?)RequestContext.Get(name) : await other.ContextThrough(null, name);
    }

    public Task SetContext(string name, string value)
    {
        RequestContext.Set(name, value);
        return Task.CompletedTask;
    }
}

public interface IGuidKeyedGrain : IGrainWithGuidKey
{
    Task<string> Describe();
}

public sealed class GuidKeyedGrain : Grain, IGuidKeyedGrain
{
    public Task<string> Describe() => Task.FromResult($"{this.GetPrimaryKey()}|{IdentityString}");
}

public interface IIntegerKeyedGrain : IGrainWithIntegerKey
{
    Task<string> Describe();
}

public sealed class IntegerKeyedGrain : Grain, IIntegerKeyedGrain
{
    public Task<string> Describe() => Task.FromResult($"{this.GetPrimaryKeyLong()}|{IdentityString}");
}

public interface ICompoundKeyedGrain : IGrainWithIntegerCompoundKey
{
    Task<string> Describe();
}

[GrainType("compound")]
public sealed class CompoundKeyedGrain : Grain, ICompoundKeyedGrain
{
    public Task<string> Describe() =>
        Task.FromResult($"{this.GetPrimaryKeyLong(out string? more)} {more}|{IdentityString}");
}
