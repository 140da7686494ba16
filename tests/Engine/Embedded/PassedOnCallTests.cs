using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Turnstile.Engine.Tests.Embedded;

public interface IPassingGrain : IGrainWithStringKey
{
    /// <summary>Asks to be deactivated; cancels the token at the very end, before its waiting calls are passed on.</summary>
    Task Leave();

    /// <summary>Notes where the cancellation comes.</summary>
    Task Wait(CancellationToken cancellation);
}

/// <summary>What the grains of this test share: a token, and that the call with it has begun.</summary>
public sealed class PassedOnCall : IDisposable
{
    public CancellationTokenSource Source { get; } = new();

    public ManualResetEventSlim Begun { get; } = new();

    public void Dispose()
    {
        Source.Dispose();
        Begun.Dispose();
    }
}

public sealed class PassingGrain(Probe probe, PassedOnCall passed, IGrainContextAccessor accessor)
    : Grain, IPassingGrain, IAsyncDisposable
{
    private bool _leaves;

    public Task Leave()
    {
        _leaves = true;
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task Wait(CancellationToken cancellation)
    {
        IGrainContext own = GrainContext;
        await using CancellationTokenRegistration told = cancellation.Register(
            () => probe.Reach(ReferenceEquals(accessor.GrainContext, own) ? "cancelled in a turn" : "cancelled elsewhere"));
        passed.Begun.Set();
        await probe.Gate("over");
    }

    public async ValueTask DisposeAsync()
    {
        if (_leaves)
        {
            probe.Reach("leaving");
            await probe.Gate("leave");
            Cancel();
        }
    }

    private void Cancel()
    {
        // Keeps what comes to this activation from now on until the next one has begun the call.
        SynchronizationContext.Current!.Post(_ => passed.Begun.Wait(Probe.Patience), null);
        passed.Source.Cancel();
    }
}

public interface IBusyCallerGrain : IGrainWithStringKey
{
    /// <summary>Calls the other grain, and has no turn for anything else until that has begun the call.</summary>
    Task Ask(string other);
}

public sealed class BusyCallerGrain(Probe probe, PassedOnCall passed) : Grain, IBusyCallerGrain
{
    public async Task Ask(string other)
    {
        Task call = GrainFactory.GetGrain<IPassingGrain>(other).Wait(passed.Source.Token);
        probe.Reach("asked");
        passed.Begun.Wait(Probe.Patience);
        await call;
    }
}

/// <summary>Calls that an activation which ends passes on to the next.</summary>
public sealed class PassedOnCallTests
{
    [Fact]
    public async Task The_cancellation_of_a_call_that_was_passed_on_comes_in_a_turn_of_the_activation_that_has_it()
    {
        var probe = new Probe();
        using var passed = new PassedOnCall();
        await using EngineSilo silo = await EngineSilo.Start(builder =>
        {
            builder.ConfigureProbe(probe);
            builder.Services.AddSingleton(passed);

            // What waits behind a turn that blocks is freed at the second look.
            builder.Configure<GrainCollectionOptions>(options => options.CollectionQuantum = TimeSpan.FromMilliseconds(10));
        });
        IPassingGrain grain = silo.Grains.GetGrain<IPassingGrain>("a");
        await grain.Leave();
        await probe.Reached("leaving");
        Task call = silo.Grains.GetGrain<IBusyCallerGrain>("b").Ask("a");
        await probe.Reached("asked");
        probe.Open("leave");

        await Task.WhenAny(probe.Reached("cancelled in a turn"), probe.Reached("cancelled elsewhere"));
        probe.Open("over");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Probe.Soon(call));

        Assert.True(probe.HasReached("cancelled in a turn"));
    }
}
