using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Turnstile.Engine.Tests;

public interface ITurnGrain : IGrainWithStringKey
{
    /// <summary>Reaches key.name and waits at the gate of the same name.</summary>
    Task Hold(string name);

    Task Write(string note);

    [ReadOnly]
    Task Read(string name);

    [AlwaysInterleave]
    Task PassThrough();

    Task<string> WhereAwaitsReturnTo(ITurnGrain other);

    Task<(bool InRun, bool AfterConfigureAwait)> InTurnAfterLeaving();

    Task SetLocal(string value);

    Task<string?> GetLocal();

    Task<string?> GetContext(string name);

    /// <summary>Calls a grain that calls back here.</summary>
    [ResponseTimeout("00:00:01")]
    Task CallThrough(ITurnGrain other);

    [ResponseTimeout("00:00:01")]
    Task CallBack(ITurnGrain first);

    [ResponseTimeout("00:00:01")]
    Task<string> SayFree();
}

public sealed class TurnGrain(Probe probe, IGrainContextAccessor accessor) : Grain, ITurnGrain
{
    private static readonly AsyncLocal<string?> Local = new();

    private bool IsInTurn => ReferenceEquals(accessor.GrainContext, GrainContext);

    public async Task Hold(string name)
    {
        probe.Reach($"{this.GetPrimaryKeyString()}.{name}");
        await probe.Gate($"{this.GetPrimaryKeyString()}.{name}");
    }

    public Task Write(string note)
    {
        probe.Note(this.GetPrimaryKeyString(), note);
        return Task.CompletedTask;
    }

    public Task Read(string name) => Hold(name);

    public Task PassThrough() => Task.CompletedTask;

    public async Task<string> WhereAwaitsReturnTo(ITurnGrain other)
    {
        var returned = new List<string>();
        await Task.Yield();
        Check("yield");
        await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        Check("delay");
        await Task.Run(() => { });
        Check("run");
        var source = new TaskCompletionSource();
        _ = Task.Run(source.SetResult);
        await source.Task;
        Check("own-source");
        await other.PassThrough();
        Check("other-grain");
        return string.Join(' ', returned);

        void Check(string what)
        {
            if (IsInTurn)
            {
                returned.Add(what);
            }
        }
    }

    public async Task<(bool InRun, bool AfterConfigureAwait)> InTurnAfterLeaving()
    {
        bool inRun = await Task.Run(() => IsInTurn);
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = Task.Run(source.SetResult);
#pragma warning disable ORLEANS0014 // That it leaves the grain's turn is what this is about.
        await source.Task.ConfigureAwait(false);
#pragma warning restore ORLEANS0014
        return (inRun, IsInTurn);
    }

    public Task SetLocal(string value)
    {
        Local.Value = value;
        return Task.CompletedTask;
    }

    public Task<string?> GetLocal() => Task.FromResult(Local.Value);

    public Task<string?> GetContext(string name) => Task.FromResult((string?)RequestContext.Get(name));

    public Task CallThrough(ITurnGrain other) => other.CallBack(this.AsReference<ITurnGrain>());

    public Task CallBack(ITurnGrain first) => first.SayFree();

    public Task<string> SayFree() => Task.FromResult("free");
}

public interface IReentrantGrain : IGrainWithStringKey
{
    Task Hold(string name);

    Task Count(int times);

    Task<(int Count, int AtOnceMost)> Counted();

    Task<bool> RanBeforeTheCallReturned();

    Task Mark();
}

[Reentrant]
public sealed class ReentrantGrain(Probe probe) : Grain, IReentrantGrain
{
    private int _atOnce;
    private int _atOnceMost;
    private int _count;
    private bool _marked;

    public async Task Hold(string name)
    {
        probe.Reach($"{this.GetPrimaryKeyString()}.{name}");
        await probe.Gate($"{this.GetPrimaryKeyString()}.{name}");
    }

    public async Task Count(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _atOnceMost = Math.Max(_atOnceMost, Interlocked.Increment(ref _atOnce));
            _count++;
            Interlocked.Decrement(ref _atOnce);
            await Task.Yield();
        }
    }

    public Task<(int Count, int AtOnceMost)> Counted() => Task.FromResult((_count, _atOnceMost));

    public async Task<bool> RanBeforeTheCallReturned()
    {
        Task call = this.AsReference<IReentrantGrain>().Mark();
        bool ran = _marked;
        await call;
        return ran;
    }

    public Task Mark()
    {
        _marked = true;
        return Task.CompletedTask;
    }
}
