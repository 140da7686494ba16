using Orleans;
using Orleans.Runtime;

namespace Turnstile.Engine.Tests;

public interface ICancelGrain : IGrainWithStringKey
{
    Task<int> Add(int a, int b, CancellationToken cancellation);

    Task WaitForCancellation(CancellationToken cancellation);

    Task WaitThrough(ICancelGrain other, CancellationToken cancellation);

    Task Ignore(CancellationToken cancellation);
}

public sealed class CancelGrain(Probe probe, IGrainContextAccessor accessor) : Grain, ICancelGrain
{
    private string Key => this.GetPrimaryKeyString();

    public Task<int> Add(int a, int b, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(a + b);
    }

    public async Task WaitForCancellation(CancellationToken cancellation)
    {
        probe.Reach($"{Key}.waiting");
        try
        {
            await probe.Gate($"{Key}.never").WaitAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            bool isInTurn = ReferenceEquals(accessor.GrainContext, GrainContext);
            probe.Reach($"{Key}.cancelled {(isInTurn ? "in turn" : "elsewhere")}");
            throw;
        }
    }

    public Task WaitThrough(ICancelGrain other, CancellationToken cancellation) =>
        other.WaitForCancellation(cancellation);

    public async Task Ignore(CancellationToken cancellation)
    {
        probe.Reach($"{Key}.ignoring");
        await probe.Gate($"{Key}.ignore");
    }
}
