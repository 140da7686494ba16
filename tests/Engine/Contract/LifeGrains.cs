using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Concurrency;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Turnstile.Engine.Tests;

public interface ILifeGrain : IGrainWithStringKey
{
    Task Work(string note);

    /// <summary>Asks to be deactivated.</summary>
    Task Leave(string note);

    Task Hold();

    [AlwaysInterleave]
    Task LeaveBeside(string note);

    [AlwaysInterleave]
    Task WorkBeside(string note);

    /// <summary>Activates the grain; nobody waits for it.</summary>
    [OneWay]
    Task Touch();
}

/// <summary>Does at its beginning and end what the test noted under key.plan.</summary>
public sealed class LifeGrain(Probe probe) : Grain, ILifeGrain
{
    private string Key => this.GetPrimaryKeyString();

    private string Plan => probe.Notes($"{Key}.plan") is [var plan, ..] ? plan : "";

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (RequestContext.Get("who") is string who)
        {
            probe.Note($"{Key}.who", who);
        }

        if (Plan == "fail-activation-once" && !probe.HasReached($"{Key}.failed"))
        {
            probe.Reach($"{Key}.failed");
            throw new OutOfStockException("activation");
        }

        if (Plan == "hold-activation")
        {
            probe.Reach($"{Key}.activating");
            await probe.Gate($"{Key}.activation");
        }

        if (Plan == "leave-activation" || (Plan == "leave-activation-once" && !probe.HasReached($"{Key}.left")))
        {
            await LeaveWhileBeginning(cancellationToken);
        }

        await CallOther("from activation");
        probe.Note(Key, "activate");
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (Plan == "fail-deactivation")
        {
            throw new OutOfStockException("deactivation");
        }

        if (Plan == "hold-deactivation")
        {
            probe.Reach($"{Key}.deactivating");
            await probe.Gate($"{Key}.deactivation");
        }

        await CallOther("from deactivation");
        probe.Note(Key, $"deactivate {reason.ReasonCode}");
    }

    public Task Work(string note)
    {
        probe.Note(Key, note);
        return Task.CompletedTask;
    }

    public Task Leave(string note)
    {
        DeactivateOnIdle();
        return Work(note);
    }

    public async Task Hold()
    {
        probe.Reach($"{Key}.holding");
        await probe.Gate($"{Key}.hold");
        probe.Note(Key, "held");
    }

    public Task LeaveBeside(string note) => Leave(note);

    public Task WorkBeside(string note) => Work(note);

    public Task Touch() => Task.CompletedTask;

    private async Task LeaveWhileBeginning(CancellationToken activation)
    {
        probe.Reach($"{Key}.left");
        DeactivateOnIdle();
        await Task.Yield();
        probe.Note(Key, activation.IsCancellationRequested ? "told to end" : "told nothing");
        await probe.Gate($"{Key}.beginning");
    }

    private async Task CallOther(string note)
    {
        if (Plan.StartsWith("call-", StringComparison.Ordinal))
        {
            await GrainFactory.GetGrain<ILifeGrain>(Plan["call-".Length..]).Work(note);
        }
    }
}

/// <summary>One for each activation.</summary>
public sealed class ScopedService(Probe probe) : IDisposable
{
    public string Name { get; } = Guid.NewGuid().ToString();

    public void Dispose() => probe.Reach($"{Name}.disposed");
}

public interface IScopedGrain : IGrainWithStringKey
{
    Task<string> Scope();

    Task Leave();
}

public sealed class ScopedGrain(ScopedService service) : Grain, IScopedGrain
{
    public Task<string> Scope() => Task.FromResult(
        ReferenceEquals(service, ServiceProvider.GetRequiredService<ScopedService>()) ? service.Name : "two scopes");

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

public interface IDisposableGrain : IGrainWithStringKey
{
    Task Leave();
}

public abstract class DisposableGrainBase(Probe probe) : Grain, IDisposableGrain
{
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (probe.Notes($"{this.GetPrimaryKeyString()}.plan") is ["leave-activation"]
            && !probe.HasReached($"{this.GetPrimaryKeyString()}.left"))
        {
            probe.Reach($"{this.GetPrimaryKeyString()}.left");
            DeactivateOnIdle();
        }

        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        probe.Note(this.GetPrimaryKeyString(), "deactivate");
        return Task.CompletedTask;
    }

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    protected void Note()
    {
        probe.Note(this.GetPrimaryKeyString(), "dispose");
        probe.Reach($"{this.GetPrimaryKeyString()}.disposed");
    }
}

public sealed class DisposedGrain(Probe probe) : DisposableGrainBase(probe), IDisposable
{
    public void Dispose() => Note();
}

public sealed class DisposedLaterGrain(Probe probe) : DisposableGrainBase(probe), IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Task.Yield();
        Note();
    }
}

internal static class ProbeExtensions
{
    /// <summary>What every silo of this suite needs.</summary>
    public static ISiloBuilder ConfigureProbe(this ISiloBuilder silo, Probe probe)
    {
        silo.Services.AddSingleton(probe);
        return silo;
    }
}
