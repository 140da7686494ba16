using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Turnstile.Engine.Tests;

public interface ITimerGrain : IGrainWithStringKey
{
    Task StartTicking(int ticks);

    /// <summary>Starts a timer that ticks at once, and holds.</summary>
    Task HoldWithTimer(bool interleave);

    [AlwaysInterleave]
    Task Beside();

    Task StartFailing();

    /// <summary>Starts a timer with a tick that leaves something behind that fails once the timer ends.</summary>
    Task StartFailingAtItsEnd();

    Task DisposeInFirstTick();

    Task Leave();

    Task<int> TicksOfEarlierActivations();
}

public sealed class TimerGrain(Probe probe, IGrainContextAccessor accessor) : Grain, ITimerGrain
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(1);

    private string Key => this.GetPrimaryKeyString();

    public Task StartTicking(int ticks)
    {
        int left = ticks;
        IGrainTimer? timer = null;
        timer = this.RegisterGrainTimer(Tick, "state", new GrainTimerCreationOptions(TimeSpan.Zero, Short));
        return Task.CompletedTask;

        async Task Tick(string state, CancellationToken cancellation)
        {
            await Task.Yield();
            bool isInTurn = ReferenceEquals(accessor.GrainContext, GrainContext);
            probe.Note(Key, isInTurn && state == "state" ? "in turn" : "elsewhere");
            probe.Reach($"{Key}.first");
            if (--left == 0)
            {
                timer!.Dispose();
                probe.Reach($"{Key}.ticked");
            }
        }
    }

    public async Task HoldWithTimer(bool interleave)
    {
        ITimerGrain self = this.AsReference<ITimerGrain>();
        this.RegisterGrainTimer(
            () =>
            {
                probe.Reach($"{Key}.tick");
                return Task.CompletedTask;
            },
            new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan) { Interleave = interleave });

        // Longer than the timer needs to fall due, as far as turns can tell.
        for (int i = 0; i < 20; i++)
        {
            await Task.Delay(Short, TimeProvider.System);
            await self.Beside();
        }

        probe.Reach($"{Key}.beside");
        await probe.Gate($"{Key}.hold");
    }

    public Task Beside() => Task.CompletedTask;

    public Task StartFailing()
    {
        int ticks = 0;
        this.RegisterGrainTimer(
            _ =>
            {
                if (++ticks == 1)
                {
                    throw new OutOfStockException("tick");
                }

                probe.Reach($"{Key}.second-tick");
                return Task.CompletedTask;
            },
            TimeSpan.Zero,
            Short);
        return Task.CompletedTask;
    }

    public Task StartFailingAtItsEnd()
    {
        this.RegisterGrainTimer(
            cancellation =>
            {
                cancellation.Register(() => throw new OutOfStockException("end"));
                probe.Reach($"{Key}.tick");
                return Task.CompletedTask;
            },
            TimeSpan.Zero,
            Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    public Task DisposeInFirstTick()
    {
        IGrainTimer? first = null;
        first = this.RegisterGrainTimer(
            () =>
            {
                probe.Note(Key, "tick");
                first!.Dispose();
                return Task.CompletedTask;
            },
            TimeSpan.Zero,
            Short);
        int ticks = 0;
        this.RegisterGrainTimer(
            () =>
            {
                if (++ticks == 5)
                {
                    probe.Reach($"{Key}.other-ticked");
                }

                return Task.CompletedTask;
            },
            Short,
            Short);
        return Task.CompletedTask;
    }

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task<int> TicksOfEarlierActivations() => Task.FromResult(probe.Notes(Key).Count(note => note == "in turn"));
}
